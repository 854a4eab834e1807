"""Whoever a rung is told to can open the record that it rings for: every kind, every state, every rung.

Administrators see no record: from the fourth rung on they are told with somebody who can open it.
"""

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from config.permission_table import SEES
from orgs import clock, reminders, rules_of_behavior, sealing
from orgs.founding import add_unit
from orgs.keyring.members import join
from orgs.models import AuditLine, Organization, OutboxMessage, Reminder, User
from orgs.roles import ROWLESS, Role
from orgs.tenancy import acting_for
from referrals.models import Referral
from tests.makers.every import build
from tests.makers.referral import acknowledged
from tests.world import PASSPHRASE

STATES = [(noun, state) for noun, states in SEES.items() for state in states]
HOUSES = ("stx", "stt", "vipd")
OWNERS = ("advocate", "colleague", "intake_worker", "officer")
FOURTH = reminders.RUNGS - 1


def ring_next(organization):
    """The next rung of every ladder of the acting organization rings now."""
    due = Reminder.objects.filter(organization_id=organization.pk, fired_at=None)
    lowest = {}
    for row in due.order_by("rung"):
        lowest.setdefault((row.subject_id, row.clock), row.pk)
    due.filter(pk__in=lowest.values()).update(fire_at=clock.now())
    reminders.claim_all()


def wrongly_told(organization):
    """What was told to somebody who cannot open it, and what nobody was told who can."""
    heard = {}
    mails = OutboxMessage.objects.filter(
        kind="reminder", organization_id=organization.pk, reminder__isnull=False
    )
    for mail in mails.select_related("reminder", "recipient"):
        heard.setdefault(mail.reminder, []).append(mail.recipient)
    for rung, members in heard.items():
        model = apps.get_model(rung.subject_type)
        if not hasattr(model, "user_grants"):
            continue
        can = {m for m in members if model.objects.visible_to(m).filter(pk=rung.subject_id).exists()}
        for member in set(members) - can:
            shut = member.role in ROWLESS and rung.rung >= FOURTH
            if not (shut and can):
                yield organization.code, rung.clock, rung.rung, member.email


def climbed(houses, gone):
    """Everything rings five times over; with `gone`, whoever has it has closed accounts."""
    wrong = set()
    for organization in houses:
        with acting_for(organization.pk), transaction.atomic():
            if gone:
                emails = [f"{who}@{organization.code}.test" for who in OWNERS]
                User.objects.filter(organization_id=organization.pk, email__in=emails).update(is_active=False)
            for _again in range(FOURTH + 2):
                ring_next(organization)
            wrong |= set(wrongly_told(organization))
            transaction.set_rollback(True)
    return "\n".join(map(str, sorted(wrong)))


@pytest.mark.parametrize(("noun", "state"), STATES, ids=lambda word: word)
def test_whoever_is_told_can_open_it(world, noun, state):
    """R6, R38: nobody is called to a page that does not exist for them; nor when its owner has gone."""
    subject = build(world, noun, state)
    houses = list(Organization.objects.filter(code__in=HOUSES))
    if noun == "referral":
        a_head(world, "elsewhere", add_another_unit(world))
    assert not climbed(houses, gone=False)
    assert not climbed(houses, gone=True), subject.record


def add_another_unit(world):
    with world.acting(world.vipd.administrator):
        return add_unit(world.vipd.organization, "Harbor", "STX")


def a_head(world, name, unit):
    """A head of another unit of the agency, who can come in."""
    with world.acting(world.vipd.administrator) as me:
        member = User.objects.create_user(
            f"{name}@vipd.test",
            PASSPHRASE,
            organization=me.organization,
            name=name.title(),
            role=Role.UNIT_SUPERVISOR,
            unit=unit,
            rules_version=rules_of_behavior.VERSION,
            rules_accepted_at=clock.now(),
        )
        join(member, PASSPHRASE, sealing.opened(me.organization_id))
    return member


@pytest.fixture
def asked(world):
    """A packet with a question to the officer; their unit has a head, and another unit has one too."""
    world.elsewhere = a_head(world, "elsewhere", add_another_unit(world))
    packet, _intake = acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        packet.ask("language", actor=desk)
    return packet


def ring(world, times=1):
    with world.acting(world.vipd.administrator) as me:
        for _again in range(times):
            ring_next(me.organization)
        mails = OutboxMessage.objects.filter(reminder__clock="answer_information_request")
        return [
            sorted(mails.filter(reminder__rung=n).values_list("recipient__email", flat=True))
            for n in range(times)
        ]


def sees(world, member, packet):
    with world.acting(member):
        return Referral.objects.visible_to(member).filter(pk=packet.pk).exists()


def test_a_question_rings_the_head_of_its_own_unit_and_then_the_agency(world, asked):
    """R4, R6: who filed, the head of that unit twice, then every head, to whom it opens."""
    officer, head, other = world.officer, world.vipd.unit_supervisor, world.elsewhere
    assert ring(world, 3) == [[officer.email], [head.email], [head.email]]
    assert not sees(world, other, asked)
    told = ring(world, 4)[3]
    assert told == sorted([world.vipd.administrator.email, head.email, other.email])
    assert sees(world, other, asked)
    with world.acting(head):
        assert AuditLine.objects.filter(verb="climb", actor_id=None).count() == 1
    client = world.client(other)
    assert asked.reference in client.get(reverse("my_referrals")).content.decode()
    given_on = client.get(reverse("hand_on_referral", args=[asked.reference]))
    assert given_on.status_code == 403, "its own unit gives it on, and nobody else"
    answer = client.post(reverse("answer_referral", args=[asked.reference]), {"text": "Spanish."})
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert page.status_code == 200 and "Spanish." in page.content.decode(), "who answered reads on"
    for verb in ("recall", "mark_error", "hand_on", "write"):
        assert client.get(reverse(f"{verb}_referral", args=[asked.reference])).status_code == 403, verb


def test_a_unit_without_a_head_is_heard_by_the_agency_at_once(world, asked):
    """R4: an empty place moves it up, never off; and whoever hears can open it."""
    with world.acting(world.vipd.administrator):
        User.objects.filter(pk=world.vipd.unit_supervisor.pk).update(is_active=False)
    assert ring(world, 2) == [[world.officer.email], [world.elsewhere.email]]
    assert sees(world, world.elsewhere, asked)


def test_a_head_gives_the_question_to_somebody_else_and_its_clock_runs_on(world, asked):
    """R4: the other member opens the packet, hears of it and answers; who filed it stays who filed it."""
    head, partner = world.vipd.unit_supervisor, world.vipd.partner
    ring(world, 1)
    url = reverse("hand_on_referral", args=[asked.reference])
    client = world.client(head)
    page = client.get(asked.get_absolute_url()).content.decode()
    assert (
        url in page and url not in world.client(world.officer).get(asked.get_absolute_url()).content.decode()
    )
    assert not sees(world, partner, asked)
    assert client.post(url, {"member": str(world.stx.advocate.pk)}).status_code == 200
    assert client.post(url, {"member": str(partner.pk)}).status_code == 302
    assert sees(world, partner, asked)
    with world.acting(head):
        packet = Referral.objects.get(pk=asked.pk)
        assert (packet.referrer, packet.answerer) == (world.officer, partner)
        running = Reminder.objects.filter(clock="answer_information_request", fired_at=None)
        assert set(running.values_list("owner", flat=True)) == {partner.pk}
        assert min(running.values_list("rung", flat=True)) == 1, "what was told stays told"
        assert OutboxMessage.objects.filter(kind="notice", recipient=partner).exists()
    client = world.client(partner)
    assert asked.reference in client.get(reverse("my_referrals")).content.decode()
    answer = client.post(reverse("answer_referral", args=[asked.reference]), {"text": "Spanish."})
    assert answer.status_code == 302
    with world.acting(head):
        assert not Reminder.objects.filter(clock="answer_information_request", fired_at=None).exists()


def test_who_answers_for_an_officer_reads_nothing_that_was_written_to_the_heads(world, asked):
    """R42: the mark on an officer lets the heads read; a colleague of the officer does not read it either."""
    head, partner = world.vipd.unit_supervisor, world.vipd.partner
    with world.acting(head):
        asked.hand_on(partner, actor=head)
    with world.acting(world.stx.supervisor) as boss:
        intake = asked.intakes.get()
        intake.mark_officer(actor=boss)
        intake.show_heads(actor=boss)
        asked.refresh_from_db()
        asked.write_message("Call the desk, and not through him.", actor=boss)
    words = "not through him"
    ring(world, 4)
    assert words in world.client(head).get(asked.get_absolute_url()).content.decode()
    for member in (partner, world.officer, world.elsewhere):
        assert words not in world.client(member).get(asked.get_absolute_url()).content.decode()
    own, client = "I have nothing to add.", world.client(partner)
    for verb in ("view", "write", "answer"):
        page = client.get(reverse(f"{verb}_referral", args=[asked.reference])).content.decode()
        assert "reads neither" not in page and "reads your answer" not in page, "nor is told of the mark"
    client.post(reverse("write_referral", args=[asked.reference]), {"text": own})
    for member in (partner, world.officer, head):
        assert own in world.client(member).get(asked.get_absolute_url()).content.decode()


def test_a_head_of_another_unit_reads_the_question_and_nothing_of_the_person(world, asked):
    """R42, R44: reference, question and answers; on no page phone, whom one reaches, times, name."""
    other, head = world.elsewhere, world.vipd.unit_supervisor
    with world.acting(world.stx.supervisor) as boss:
        Referral.objects.get(pk=asked.pk).write_message("Between the desk and the unit.", actor=boss)
    with world.acting(world.officer):
        words = [text for text in asked.words().values() if isinstance(text, str) and len(text) > 5]
    ring(world, 4)
    urls = [reverse(f"{name}_referral", args=[asked.reference]) for name in ("view", "answer", "print")]
    whole = "".join(world.client(head).get(url).content.decode() for url in urls)
    words = [word for word in words if word in whole] + ["Between the desk and the unit."]
    assert len(words) > 2

    def reads():
        pages = [world.client(other).get(url) for url in (*urls, reverse("my_referrals"))]
        text = "".join(page.content.decode() for page in pages if page.status_code == 200)
        return text, [word for word in words if word in text]

    text, wrong = reads()
    assert asked.reference in text and "They ask" in text and not wrong
    world.client(other).post(urls[1], {"text": "Spanish, as far as I know."})
    text, wrong = reads()
    assert "Spanish, as far as I know." in text and not wrong


def notices(world):
    with world.acting(world.vipd.administrator):
        mails = OutboxMessage.objects.filter(kind="notice").order_by("created_at", "pk")
        return list(mails.values_list("recipient__email", flat=True))


def owners(world):
    with world.acting(world.vipd.administrator):
        run = Reminder.objects.filter(clock="answer_information_request", fired_at=None)
        return set(run.values_list("owner__email", flat=True))


def ask_again(world, packet):
    with world.acting(world.stx.intake_worker) as desk:
        Referral.objects.get(pk=packet.pk).ask("language", actor=desk)


@pytest.mark.parametrize("way", ["climbed", "given"])
def test_the_next_question_is_for_who_filed_it(world, asked, way):
    """R4, R38: whoever answered one for them neither has the next one nor hears of it."""
    partner, filed = world.vipd.partner, world.officer.email
    if way == "climbed":
        ring(world, 4)
    else:
        with world.acting(world.vipd.unit_supervisor) as head:
            asked.hand_on(partner, actor=head)
    who = world.elsewhere if way == "climbed" else partner
    client, url = world.client(who), reverse("answer_referral", args=[asked.reference])
    assert client.post(url, {"text": "Spanish."}).status_code == 302
    before = len(notices(world))
    ask_again(world, asked)
    assert notices(world)[before:] == [filed] and owners(world) == {filed}
    assert client.get(url).status_code == 403, "who answered reads on, and does not answer again"


def test_a_question_comes_back_from_whoever_cannot_open_it_any_more(world, asked):
    """R4, R6: they have become an administrator: who filed it has it, hears of it, and it can be given on."""
    head, partner, filed = world.vipd.unit_supervisor, world.vipd.partner, world.officer
    with world.acting(head):
        asked.hand_on(partner, actor=head)
    assert owners(world) == {partner.email}
    with world.acting(world.vipd.administrator):
        User.objects.filter(pk=partner.pk).update(role=Role.ADMINISTRATOR)
    before = len(notices(world))
    with world.acting(world.stx.supervisor) as boss:
        Referral.objects.get(pk=asked.pk).write_message("Did you see our question?", actor=boss)
    assert notices(world)[before:] == [filed.email]
    with world.acting(head):
        can = Referral.objects.get(pk=asked.pk).can_answer()
        assert partner not in can and filed not in can
    assert ring(world, 1) == [[filed.email]] and owners(world) == {filed.email}
    with world.acting(head):
        assert AuditLine.objects.filter(verb="hand_on", actor_id=None).count() == 1
