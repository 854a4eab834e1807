"""The officer who filed is the one who harms: the packet stands still for the agency, whatever we do."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Disclosure, Merge, Wall
from cases.signing import NotReleased
from orgs.models import AuditLine, OutboxMessage
from orgs.record import IllegalMove
from referrals.models import Intake, Message, Referral
from referrals.models.intake import STATES
from referrals.models.outcome import CATEGORY, Outcome
from tests.makers.case import active_release, open_case
from tests.makers.intake import a_plan_for, do, in_state
from tests.makers.referral import acknowledged, sent
from tests.test_intake_noninterference import all_that_the_sender_has

WARNING = "We moved her. Do not speak to him."


@pytest.fixture
def marked(world):
    """A packet that the desk has read, and its intake, marked."""
    referral, intake = acknowledged(world)
    with world.acting(world.stx.intake_worker):
        intake.mark_officer(actor=world.stx.intake_worker)
    return referral, intake


def at_desk(world, referral, member=None):
    return Referral.objects.select_related("organization", "receiver").get(pk=referral.pk)


def seen_by(world, member, referral):
    """Every page of the packet that this member of the agency can get, without what differs by itself."""
    client, pages = world.client(member), []
    for url in (
        referral.get_absolute_url(),
        reverse("print_referral", args=[referral.reference]),
        reverse("write_referral", args=[referral.reference]),
        reverse("receipt_referral", args=[referral.reference]),
        reverse("my_referrals"),
        f"{reverse('my_referrals')}?q={referral.reference}",
    ):
        answer = client.get(url)
        text = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', r"\1", answer.content.decode())
        headers = {k: v for k, v in answer.headers.items() if k not in ("Expires", "Content-Length")}
        pages.append((url, answer.status_code, text.replace(answer.wsgi_request.reference, ""), headers))
    return pages


def write(world, referral, text, member):
    with world.acting(member):
        Referral.objects.get(pk=referral.pk).write_message(text, actor=member)


def test_the_packet_looks_as_it_did_whatever_the_service_does(world):
    """R42, R3: page, print-out, form, receipt, list and search of everybody at the agency; every row too."""
    world.hold(world.now)
    referral, intake = acknowledged(world)
    officer, head = world.officer, world.vipd.unit_supervisor
    pages = {member: seen_by(world, member, referral) for member in (officer, head)}
    rows = all_that_the_sender_has(world, referral)
    desk, supervisor = world.stx.intake_worker, world.stx.supervisor
    with world.acting(desk):
        intake.mark_officer(actor=desk)
        intake.check_conflict(actor=desk, found=True)
        intake.triage(actor=desk)
        a_plan_for(intake, desk)
        do(intake, "assign", desk)
    for member in (desk, supervisor):
        write(world, referral, WARNING, member)
    with world.acting(desk):
        for verb, arguments in (("ask", ["language"]), ("reroute", [world.stt.organization, "other_island"])):
            with pytest.raises(IllegalMove):
                getattr(at_desk(world, referral), verb)(*arguments, actor=desk)
    assert {member: seen_by(world, member, referral) for member in (officer, head)} == pages
    assert all_that_the_sender_has(world, referral) == rows


def test_the_same_forms_are_shut_at_the_desk(world, marked):
    """R42: the desk is told why, in place of the buttons; an old form in another tab sends nothing."""
    referral, _intake = marked
    client = world.client(world.stx.intake_worker)
    page = client.get(referral.get_absolute_url()).content.decode()
    assert "marked as the one who harms" in page
    assert reverse("ask_referral", args=[referral.reference]) not in page
    assert reverse("reroute_referral", args=[referral.reference]) not in page
    answer = client.post(reverse("ask_referral", args=[referral.reference]), {"topic": "language"})
    assert answer.status_code == 409
    answer = client.post(reverse("write_referral", args=[referral.reference]), {"text": WARNING}, follow=True)
    assert WARNING in answer.content.decode() and "did not go to the officer" in answer.content.decode()


def test_what_is_written_stays_with_the_service_and_no_mail_goes_out(world, marked):
    """R42: one copy, in the desk's own box."""
    referral, _intake = marked
    with world.acting(world.officer):
        mails = OutboxMessage.objects.count()
    write(world, referral, WARNING, world.stx.intake_worker)
    with world.acting(world.stx.intake_worker):
        assert [m.content["text"] for m in Message.objects.filter(referral=referral)] == [WARNING]
    with world.acting(world.officer):
        assert not Message.objects.filter(referral=referral).exists()
        assert OutboxMessage.objects.count() == mails


def test_the_agency_can_try_it_out_and_learn_nothing(world):
    """R42, R3, R6: what officer and head write is answered by the same bytes, marked or not."""
    world.hold(world.now)
    answers = []
    for mark in (False, True):
        with transaction.atomic():
            referral, intake = acknowledged(world)
            if mark:
                with world.acting(world.stx.intake_worker):
                    intake.mark_officer(actor=world.stx.intake_worker)
            said = []
            for member in (world.officer, world.vipd.unit_supervisor):
                client = world.client(member)
                url = reverse("write_referral", args=[referral.reference])
                answer = client.post(url, {"text": f"Is she with you? {member.role}"})
                said.append((answer.status_code, answer.url.replace(referral.reference, "")))
            for member in (world.officer, world.vipd.unit_supervisor):
                page = world.client(member).get(referral.get_absolute_url())
                text = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', r"\1", page.content.decode())
                said.append(text.replace(referral.reference, "").replace(page.wsgi_request.reference, ""))
            answers.append(said)
            with world.acting(world.stx.intake_worker):
                kept = [m.content["text"] for m in Message.objects.filter(referral=referral)]
            assert len(kept) == 2  # and the desk has both
            transaction.set_rollback(True)
    assert answers[0] == answers[1]


def test_the_same_questions_are_asked_of_the_database_marked_or_not(world):
    """R42, R6: no page of the officer takes longer for the mark, nor for what the heads are told."""
    world.hold(world.now)
    supervisor = world.stx.supervisor
    asked = []
    for mark in (False, True):
        with transaction.atomic():
            referral, intake = acknowledged(world)
            if mark:
                with world.acting(supervisor):
                    intake = Intake.objects.get(pk=intake.pk)
                    intake.mark_officer(actor=supervisor)
                    intake.show_heads(actor=supervisor)
                write(world, referral, WARNING, supervisor)
            client = world.client(world.officer)
            write_url = reverse("write_referral", args=[referral.reference])
            for url in (referral.get_absolute_url(), reverse("my_referrals"), write_url):
                with CaptureQueriesContext(connection) as shown:
                    assert client.get(url).status_code == 200
                asked.append((mark, url.replace(referral.reference, ""), shape(shown)))
            with CaptureQueriesContext(connection) as sent_on:
                assert client.post(write_url, {"text": "Is she with you?"}).status_code == 302
            asked.append((mark, "post", shape(sent_on)))
            transaction.set_rollback(True)
    plain, marked = asked[: len(asked) // 2], asked[len(asked) // 2 :]
    assert [one[1:] for one in plain] == [one[1:] for one in marked]


def shape(captured):
    """The statements without what stands in them."""
    return [re.sub(r"'[^']*'|\b\d+\b|s\d+_x\d+", "?", one["sql"]) for one in captured.captured_queries]


def test_only_the_timer_moves_it(world, marked):
    """R42, R5: after the days that are the same for all it says the sentence that is the same for all."""
    referral, _intake = marked
    other, _ = acknowledged(world)
    world.forward(days=31)
    pages = []
    for one in (referral, other):
        text = world.client(world.officer).get(one.get_absolute_url()).content.decode()
        text = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', "", text).replace(one.reference, "")
        pages.append(text)
    assert pages[0] == pages[1] and "Federal law does not let us say" in pages[0]
    with world.acting(world.stx.intake_worker), pytest.raises(IllegalMove):
        at_desk(world, referral).write_message(WARNING, actor=world.stx.intake_worker)


def test_a_supervisor_can_let_the_heads_of_unit_see_it_and_the_officer_never_does(world, marked):
    """R42: what the service and the heads write to each other is nowhere on the officer's side."""
    referral, intake = marked
    world.hold(world.now)
    officer, head, supervisor = world.officer, world.vipd.unit_supervisor, world.stx.second_supervisor
    pages = seen_by(world, officer, referral)
    with world.acting(supervisor):
        Intake.objects.get(pk=intake.pk).show_heads(actor=supervisor)
    write(world, referral, WARNING, supervisor)
    write(world, referral, WARNING, supervisor)  # pressed twice
    write(world, referral, "Internal affairs has it.", head)
    assert seen_by(world, officer, referral) == pages
    page = world.client(head).get(referral.get_absolute_url()).content.decode()
    assert page.count(WARNING) == 1 and "Internal affairs has it." in page and supervisor.name not in page
    with world.acting(supervisor):
        kept = [m.content["text"] for m in Message.objects.filter(referral=referral)]
        assert kept == [WARNING, "Internal affairs has it."]
    with world.acting(head):
        told = OutboxMessage.objects.filter(kind="notice").order_by("-created_at")
        assert head.pk in set(told.values_list("recipient_id", flat=True))
        last = told.filter(recipient=officer).count()
    write(world, referral, "Another word.", supervisor)
    with world.acting(head):
        assert OutboxMessage.objects.filter(kind="notice", recipient=officer).count() == last
    # The officer's own message goes where it always went, and they see it as they always did.
    write(world, referral, "Internal affairs has it.", officer)
    assert (
        "Internal affairs has it." in world.client(officer).get(referral.get_absolute_url()).content.decode()
    )


def test_where_nobody_else_at_the_agency_sees_it_there_is_nobody_to_show_it_to(world):
    """R42: a head of unit who filed it themselves is the officer, and not the head."""
    head = world.vipd.unit_supervisor
    referral = sent(world, by=head)
    with world.acting(world.stx.supervisor) as supervisor:
        intake = referral.acknowledge(actor=supervisor)
        intake.mark_officer(actor=supervisor)
        with pytest.raises(IllegalMove):
            intake.show_heads(actor=supervisor)


def test_the_mark_lies_in_the_service_alone_and_each_step_is_in_its_audit(world, marked):
    """R42, C11: no row that the agency's tenant can read knows of it; only a supervisor decides about it."""
    _referral, intake = marked
    with world.acting(world.officer):
        assert not Intake.objects.exists()
        assert not AuditLine.objects.filter(verb__in=("mark_officer", "show_heads")).exists()
    assert not any("mark" in field.name or "heads" in field.name for field in Referral._meta.get_fields())
    desk = world.client(world.stx.intake_worker)
    for name in ("lift_mark_intake", "show_heads_intake", "hide_heads_intake"):
        assert desk.post(reverse(name, args=[intake.number])).status_code == 403
    supervisor = world.client(world.stx.supervisor)
    for name in ("show_heads_intake", "hide_heads_intake", "lift_mark_intake"):
        assert supervisor.post(reverse(name, args=[intake.number])).status_code == 302
    with world.acting(world.stx.supervisor):
        lines = AuditLine.objects.filter(subject_id=intake.pk, outcome="done").order_by("sequence")
        verbs = [line.verb for line in lines]
        assert verbs == ["receive", "mark_officer", "show_heads", "hide_heads", "lift_mark"]


def test_the_database_takes_no_mark_without_a_packet_and_no_open_heads_without_a_mark(world, marked):
    """R42: in no state of the code."""
    _referral, intake = marked
    with world.acting(world.stx.supervisor) as supervisor:
        walk_in = Intake.walk_in(actor=supervisor, priority="standard", island="STX", alias="Wren")
        with pytest.raises(IllegalMove):
            walk_in.mark_officer(actor=supervisor)
        for pk, wrong in (
            (walk_in.pk, {"officer_marked_at": world.now, "officer_marked_by": supervisor}),
            (walk_in.pk, {"heads_see": True}),
            (intake.pk, {"officer_marked_by": None}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Intake.objects.filter(pk=pk).update(**wrong)


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_the_intake_can_be_marked_and_stays(world, state):
    """R42: whenever it is found out; and a walk-in came from no officer."""
    _referral, arrived = acknowledged(world)
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    with world.acting(desk):
        intake, walk_in = in_state(state, desk, advocate, arrived), in_state(state, desk, advocate)
        for verb in ("mark_officer", "show_heads", "hide_heads", "lift_mark"):
            getattr(intake, verb)(actor=world.stx.supervisor)
            assert Intake.objects.get(pk=intake.pk).state == state
            with pytest.raises(IllegalMove):
                getattr(walk_in, verb)(actor=world.stx.supervisor)


def test_a_second_press_takes_back_no_decision_and_a_mark_that_was_wrong_sends_nothing_late(world, marked):
    """R42: what was kept stays kept; from then on messages go out as ever."""
    referral, intake = marked
    write(world, referral, WARNING, world.stx.supervisor)
    with world.acting(world.stx.supervisor) as supervisor:
        intake = Intake.objects.get(pk=intake.pk)
        intake.show_heads(actor=supervisor)
        intake.mark_officer(actor=world.stx.intake_worker)
        assert intake.heads_see and intake.officer_marked_by == world.stx.intake_worker
        intake.lift_mark(actor=supervisor)
    world.forward(minutes=5)
    write(world, referral, "Which number is it?", world.stx.supervisor)
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert "Which number is it?" in page and WARNING not in page


def test_another_packet_of_the_same_officer_about_the_same_person_stands_still_too(world, marked):
    """R42, R25: joined to a person for whom the officer is marked, the mark goes with it."""
    _referral, intake = marked
    second, arrived = acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        arrived.find_duplicate(intake, actor=desk)
        assert Intake.objects.get(pk=arrived.pk).officer_marked_at
        assert at_desk(world, second).is_frozen(desk)


@pytest.fixture
def came_back(world):
    """A packet that lay elsewhere while another one of its officer about the same person was marked."""
    referral, intake = acknowledged(world)
    _other, joined = acknowledged(world)
    here, there = world.stx, world.stt
    with world.acting(here.supervisor) as me:
        joined.find_duplicate(Intake.objects.get(pk=intake.pk), actor=me)
        at_desk(world, referral).reroute(there.organization, "other_service", actor=me)
        Intake.objects.get(pk=joined.pk).mark_officer(actor=me)
    with world.acting(there.supervisor) as them:
        at_desk(world, referral).reroute(here.organization, "other_service", actor=them)
    return referral, intake


def test_a_packet_that_comes_back_is_marked_with_the_others_in_the_same_act(world, came_back):
    """R42, R25: as soon as somebody has read it, and no word of the desk's reaches the officer."""
    referral, intake = came_back
    desk = world.client(world.stx.intake_worker)
    assert desk.post(reverse("acknowledge_referral", args=[referral.reference])).status_code == 302
    with world.acting(world.stx.supervisor) as me:
        assert at_desk(world, referral).is_frozen(me)
        assert AuditLine.objects.filter(verb="mark_officer", subject_id=intake.pk).exists()
    desk.post(reverse("write_referral", args=[referral.reference]), {"text": WARNING})
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert WARNING not in page


def test_nothing_is_told_on_a_packet_that_came_back_before_anybody_has_read_it(world, came_back):
    """R42: a word written at once is kept inside, and it is neither sent on nor given up."""
    referral, _intake = came_back
    write(world, referral, WARNING, world.stx.intake_worker)
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert WARNING not in page
    with world.acting(world.stx.supervisor) as me:
        for verb, given in (("reroute", [world.stt.organization, "other_service"]), ("fail", [])):
            with pytest.raises(IllegalMove):
                getattr(at_desk(world, referral), verb)(*given, actor=me)


@pytest.mark.parametrize("verb", ["reroute", "fail"])
def test_the_first_act_on_a_packet_that_came_back_is_not_one_that_the_agency_sees(world, came_back, verb):
    """R42: whichever it is."""
    referral, _intake = came_back
    given = [world.stt.organization, "other_service"] if verb == "reroute" else []
    with world.acting(world.stx.supervisor) as me, pytest.raises(IllegalMove):
        getattr(at_desk(world, referral), verb)(*given, actor=me)


def test_every_packet_of_the_officer_about_one_person_stands_still_whichever_is_marked(world):
    """R42, R25: marked after the two were joined; and when two records of the person are put together."""
    first, intake = acknowledged(world)
    second, joined = acknowledged(world)
    third, apart = acknowledged(world)
    desk, supervisor = world.stx.intake_worker, world.stx.supervisor
    with world.acting(desk):
        joined.find_duplicate(intake, actor=desk)
        Intake.objects.get(pk=joined.pk).mark_officer(actor=desk)
        assert at_desk(world, first).is_frozen(desk) and at_desk(world, second).is_frozen(desk)
        assert not at_desk(world, third).is_frozen(desk)
    with world.acting(supervisor):
        case = open_case(world.stx.advocate, person=apart.person)
        Merge.make(case, intake.person, actor=supervisor)
        assert at_desk(world, third).is_frozen(supervisor)
        lines = AuditLine.objects.filter(verb="mark_officer").values_list("subject_id", flat=True)
        assert sorted(lines) == sorted([joined.pk, intake.pk, apart.pk])


@pytest.fixture
def two(world):
    """Two packets of one agency about one person: of the officer who is marked, and of another officer."""
    harms = world.vipd.partner
    theirs, marked = acknowledged(world, by=harms)
    other, joined = acknowledged(world)
    with world.acting(world.stx.supervisor) as boss:
        at_desk(world, other).ask("language", "Which interpreter?", actor=boss)
        joined.refresh_from_db()
        joined.find_duplicate(Intake.objects.get(pk=marked.pk), actor=boss)
    return theirs, marked, other, joined


def mark(world, intake):
    with world.acting(world.stx.supervisor) as boss:
        Intake.objects.get(pk=intake.pk).mark_officer(actor=boss)


def test_a_packet_of_another_officer_of_that_agency_about_the_same_person_stands_still_too(world, two):
    """R42, R44: the question on it can be given to the officer who is marked; nothing new is on it then."""
    theirs, marked, other, joined = two
    mark(world, marked)
    with world.acting(world.stx.supervisor) as boss:
        assert at_desk(world, theirs).is_frozen(boss) and at_desk(world, other).is_frozen(boss)
    head, harms = world.vipd.unit_supervisor, world.vipd.partner
    with world.acting(head):
        Referral.objects.get(pk=other.pk).hand_on(harms, actor=head)
    write(world, other, WARNING, world.stx.supervisor)
    page = world.client(harms).get(other.get_absolute_url())
    assert page.status_code == 200 and WARNING not in page.content.decode()
    with world.acting(world.stx.supervisor) as boss, pytest.raises(IllegalMove):
        at_desk(world, theirs).ask("language", actor=boss)


def test_what_is_marked_at_one_agency_goes_on_at_another(world):
    """R42: the mark speaks of one agency."""
    _mine, marked = acknowledged(world)
    other, joined = acknowledged(world, by=world.prosecution.system_advocate)
    with world.acting(world.stx.supervisor) as boss:
        joined.find_duplicate(marked, actor=boss)
        Intake.objects.get(pk=marked.pk).mark_officer(actor=boss)
        assert not at_desk(world, other).is_frozen(boss)


def test_the_pages_of_both_officers_are_the_same_bytes_when_one_of_them_is_marked(world, two):
    """R42, R3: of both packets, also while a question waits on one of them."""
    world.hold(world.now)
    theirs, marked, other, joined = two
    readers = (world.officer, world.vipd.partner, world.vipd.unit_supervisor)
    pages = [seen_by(world, member, one) for member in readers for one in (theirs, other)]
    rows = [all_that_the_sender_has(world, one) for one in (theirs, other)]
    mark(world, joined)
    for one in (theirs, other):
        write(world, one, WARNING, world.stx.supervisor)
    assert [seen_by(world, member, one) for member in readers for one in (theirs, other)] == pages
    assert [all_that_the_sender_has(world, one) for one in (theirs, other)] == rows


def test_whoever_marks_is_told_that_a_question_waits_at_the_agency(world, two):
    """R42: others there may open it; before the press, and as long as it waits."""
    _theirs, marked, other, joined = two
    client = world.client(world.stx.supervisor)
    form = client.get(reverse("mark_officer_intake", args=[joined.number])).content.decode()
    assert "others there may open this referral" in form and "whoever filed it" in form
    mark(world, joined)
    for page in (joined.get_absolute_url(), other.get_absolute_url()):
        assert "others there may open this referral" in client.get(page).content.decode()
    assert "others there may open" not in client.get(marked.get_absolute_url()).content.decode()


def test_no_heads_are_shown_it_of_whom_one_filed_about_the_same_person(world):
    """R42, R44: it may be they who harm; nor any longer, once that comes out."""
    packet, intake = acknowledged(world)
    _apart, theirs = acknowledged(world, by=world.vipd.unit_supervisor)
    with world.acting(world.stx.supervisor) as boss:
        intake.mark_officer(actor=boss)
        intake.show_heads(actor=boss)
        theirs.find_duplicate(Intake.objects.get(pk=intake.pk), actor=boss)
        intake.refresh_from_db()
        assert not intake.heads_see
        assert AuditLine.objects.filter(verb="hide_heads", subject_id=intake.pk).exists()
        with pytest.raises(IllegalMove):
            intake.show_heads(actor=boss)
    write(world, packet, WARNING, world.stx.supervisor)
    page = world.client(world.vipd.unit_supervisor).get(packet.get_absolute_url())
    assert WARNING not in page.content.decode()


def test_an_answer_of_the_head_to_an_open_question_is_read_by_the_officer_and_the_head_is_told(world):
    """R42: a question that seems to have been answered by nothing would show that something is kept."""
    referral, intake = acknowledged(world)
    head, supervisor = world.vipd.unit_supervisor, world.stx.supervisor
    with world.acting(supervisor):
        at_desk(world, referral).ask("language", actor=supervisor)
        intake = Intake.objects.get(pk=intake.pk)
        intake.mark_officer(actor=supervisor)
        intake.show_heads(actor=supervisor)
    write(world, referral, WARNING, supervisor)
    url = reverse("answer_referral", args=[referral.reference])
    for page in (url, referral.get_absolute_url()):
        assert "reads your answer" in world.client(head).get(page).content.decode()
        assert "reads your answer" not in world.client(world.officer).get(page).content.decode()
    world.client(head).post(url, {"text": "Spanish."})
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert "Spanish." in page and WARNING not in page


def test_whoever_is_walled_from_the_person_sees_neither_packet_nor_mark(world, marked):
    """R42: the wall comes first here too."""
    referral, intake = marked
    second = world.stx.second_supervisor
    with world.acting(world.stx.supervisor) as supervisor:
        Wall.build(intake.person, second, actor=supervisor, reason="other")
    client = world.client(second)
    for url in (referral.get_absolute_url(), intake.get_absolute_url()):
        assert client.get(url).status_code == 404


def test_no_outcome_is_told_whatever_was_signed(world, marked):
    """R42, R2: a release to the one who harms may have been signed in fear."""
    referral, intake = marked
    advocate, agency = world.stx.advocate, world.vipd.organization
    with world.acting(advocate):
        case = open_case(advocate, person=intake.person)
        signed = active_release(
            case, agency, advocate, recipient_unit=world.officer.unit.name, categories=[CATEGORY]
        )
        with pytest.raises(NotReleased):
            Outcome.tell(signed, at_desk(world, referral), "reached", actor=advocate)
        assert not Disclosure.objects.exists()
