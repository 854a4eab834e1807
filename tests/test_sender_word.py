"""What a referrer says after a packet was sent: heard by whoever works it, until it was read."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Absence, Wall
from orgs import reminders, retention
from orgs.calendar import ISLANDS
from orgs.models import Organization, OutboxMessage, Reminder
from orgs.record import IllegalMove
from referrals.models import Referral, SenderWord
from tests.makers.intake import in_state
from tests.makers.referral import acknowledged, draft, sent
from tests.test_retention import carried_out

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ISLANDS)
STOP = "STOP: he has her phone now, do not call."


def worked(world, state="assigned", **fields):
    """A packet, and its intake with the advocate on St. Croix."""
    packet, intake = acknowledged(world, **{"priority": "crisis", **fields})
    with world.acting(world.stx.intake_worker) as desk:
        intake = in_state(state, desk, world.stx.advocate, intake)
        str(intake.case)  # is asked for here, where its organization acts
    return packet, intake


def write(world, packet, text=STOP):
    with world.acting(world.officer) as officer:
        packet.refresh_from_db()
        packet.write_message(text, actor=officer)


def word_of(world):
    with world.acting(world.stx.supervisor):
        return SenderWord.objects.select_related("referral", "intake", "case").get()


def page(world, who, url):
    return re.sub(r'(csrf\w*" value|nonce)="\w+"', "", world.client(who).get(url).content.decode())


def press(world, who, word):
    return world.client(who).post(reverse("read_senderword", args=[word.pk]), {"upto": word.upto})


def heard(world):
    """The addresses told of a referrer's word until now."""
    with world.acting(world.stx.supervisor):
        reminders.claim()
        mails = OutboxMessage.objects.filter(reminder__clock="read_senderword", state="waiting")
        return set(mails.values_list("recipient__email", flat=True))


def rings():
    return Reminder.objects.filter(clock="read_senderword", fired_at=None)


@pytest.mark.parametrize("became", ["assigned", "case_opened"])
def test_a_word_stands_above_the_way_to_the_person_until_somebody_reads_it(world, became):
    """R37: whoever works it reads it before the next call, on the page of the intake and of the case."""
    world.hold(TUESDAY)
    packet, intake = worked(world, became)
    advocate, desk = world.stx.advocate, world.stx.intake_worker
    write(world, packet)
    assert heard(world) == {advocate.email}  # at once
    word = word_of(world)
    work = word.get_absolute_url()
    assert work == (intake.case or intake).get_absolute_url()
    contact = reverse("log_case", args=[intake.case.number]) if intake.case else None
    contact = contact or reverse("reach_out_intake", args=[intake.number])
    for who, url in ((advocate, work), (advocate, contact), (desk, intake.get_absolute_url())):
        said = page(world, who, url)
        assert STOP in said and "I have read this" in said
        if f'href="{contact}"' in said:
            assert said.index(STOP) < said.index(f'href="{contact}"')
        if url == contact:
            assert said.index(STOP) < said.index('<form class="form"')
    assert packet.reference in page(world, advocate, reverse("today"))
    assert "not read yet" in page(world, desk, reverse("inbox"))
    assert world.client(advocate).get(packet.get_absolute_url()).status_code == 404  # the words, not the page
    for nobody in (world.officer, world.stt.supervisor, world.stx.colleague, world.stx.administrator):
        assert press(world, nobody, word).status_code == 404
    assert press(world, advocate, word).url == work
    with world.acting(world.stx.supervisor):
        assert not rings().exists()
    assert press(world, advocate, word).status_code == 409
    said = page(world, advocate, work)
    assert "I have read this" not in said and STOP in said and "Read by Advocate" in said
    assert packet.reference not in page(world, advocate, reverse("today"))


def test_what_came_while_somebody_read_is_not_read_with_it(world):
    """Nothing is dropped: the page says up to which word it shows; a further one is told of again, and is due
    when the first was."""
    world.hold(TUESDAY)
    packet, _ = worked(world)
    write(world, packet, "Her number ends in 7.")
    shown = word_of(world)
    heard(world)
    world.forward(minutes=20)
    write(world, packet)
    answer = press(world, world.stx.advocate, shown)
    assert answer.status_code == 409 and "has written again meanwhile" in answer.content.decode()
    word = word_of(world)
    assert (word.state, word.due_at, word.since) == ("waits", shown.due_at, shown.since)
    with world.acting(world.stx.supervisor):
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__clock="read_senderword")
        assert [mail.recipient for mail in told] == [world.stx.advocate] * 2
    said = page(world, world.stx.advocate, word.get_absolute_url())
    assert STOP in said and "ends in 7" in said


def test_the_ladder_climbs_by_night_and_never_gives_up(world):
    """R4: at once whoever works it, at 30 minutes of a crisis the desk, then the supervisors, then all."""
    world.hold(datetime(2026, 11, 24, 22, tzinfo=ISLANDS))
    packet, _ = worked(world)
    write(world, packet)
    stx, climbed = world.stx, []
    for _ in range(4):
        climbed.append(heard(world))
        world.forward(minutes=30)
    first, desk, heads, all_of_them = climbed
    assert first == {stx.advocate.email}
    assert desk == first | {stx.intake_worker.email}
    assert heads == desk | {stx.supervisor.email, stx.second_supervisor.email}
    assert all_of_them == heads | {stx.administrator.email}
    with world.acting(stx.supervisor):
        world.forward(days=9)
        reminders.claim()
        assert rings().exists()


def test_where_nobody_works_it_the_desk_hears_and_then_whoever_takes_it(world):
    """Nothing is dropped: it is before whoever works it now; who covers hears for one who is away."""
    world.hold(TUESDAY)
    packet, intake = acknowledged(world)
    write(world, packet)
    assert world.stx.intake_worker.email in heard(world) and world.stx.advocate.email not in heard(world)
    with world.acting(world.stx.intake_worker) as desk:
        intake = in_state("engaged", desk, world.stx.advocate, intake)
        assert set(rings().values_list("owner", flat=True)) == {world.stx.advocate.pk}
        intake.open_case(actor=world.stx.advocate)
    with world.acting(world.stx.supervisor) as boss:
        intake.case.offer(world.stx.colleague, actor=boss, directed=True, reason="load")
        assert set(rings().values_list("owner", flat=True)) == {world.stx.colleague.pk}
        days = world.now, world.now + timedelta(days=3)
        Absence.arrange(world.stx.colleague, world.stx.advocate, *days, actor=boss)
    word = word_of(world)
    assert world.client(world.stx.colleague).get(word.get_absolute_url()).status_code == 200
    assert packet.reference in page(world, world.stx.advocate, reverse("today"))  # who stands in
    assert press(world, world.stx.advocate, word).status_code == 302


def test_the_desk_that_writes_back_has_read_it(world):
    """R3: writing back stops the clock, also where the officer is marked and nothing goes there (R42)."""
    world.hold(TUESDAY)
    packet, intake = worked(world)
    with world.acting(world.stx.intake_worker) as desk:
        packet.ask("number_unreadable", "Which digit?", actor=desk)
    with world.acting(world.officer) as officer:
        packet.answer("It is a 7.", actor=officer)
    assert word_of(world).state == "waits"
    with world.acting(world.stx.intake_worker) as desk:
        packet.write_message("Thank you.", actor=desk)
        assert not rings().exists()
        intake.mark_officer(actor=desk)
    before = page(world, world.officer, packet.get_absolute_url())
    write(world, packet)
    assert word_of(world).state == "waits"
    mine = page(world, world.officer, packet.get_absolute_url())
    with world.acting(world.stx.intake_worker) as desk:
        packet.write_message("Do not answer him.", actor=desk)
        assert not rings().exists()
    assert page(world, world.officer, packet.get_absolute_url()) == mine != before


def test_entered_in_error_is_said_wherever_the_person_is_reached(world):
    """R37: "wrong person" stands above the button, also once it was read, and with its clock until then."""
    world.hold(TUESDAY)
    packet, intake = worked(world)
    with world.acting(world.officer) as officer:
        packet.refresh_from_db()
        packet.mark_error("wrong_person", actor=officer)
    assert heard(world) == {world.stx.advocate.email}
    advocate, url = world.stx.advocate, intake.get_absolute_url()
    assert "Entered in error, says the referrer" in page(world, advocate, url)
    assert press(world, advocate, word_of(world)).status_code == 302
    for where in (url, reverse("reach_out_intake", args=[intake.number])):
        assert "Entered in error, says the referrer" in page(world, advocate, where)


def test_whoever_is_walled_neither_hears_nor_sees_it(world):
    """R42, R6: a wall holds for what is said of the person as for the person."""
    world.hold(TUESDAY)
    packet, intake = worked(world)
    boss, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(boss):
        Wall.build(intake.person, second, actor=boss, reason="other")
    write(world, packet)
    for _ in range(6):
        world.forward(minutes=30)
        told = heard(world)
    assert boss.email in told and second.email not in told
    assert packet.reference not in page(world, second, reverse("inbox"))
    assert press(world, second, word_of(world)).status_code == 404
    with world.acting(boss):
        Wall.build(intake.person, world.stx.advocate, actor=boss, reason="other")
        assert set(rings().values_list("owner", flat=True)) == {None}


def test_a_packet_that_goes_on_takes_its_words_with_it(world):
    """R16: the desk that sends it on keeps nothing; the next one must read what was said (R4)."""
    world.hold(TUESDAY)
    packet, _ = acknowledged(world)
    write(world, packet)
    with world.acting(world.stx.intake_worker) as desk:
        packet.reroute(Organization.objects.get(code="stt"), "other_island", actor=desk)
        assert not SenderWord.objects.exists() and not rings().exists()
    with world.acting(world.stt.intake_worker) as there:
        assert SenderWord.objects.get().state == "waits"
        packet.refresh_from_db()
        intake = packet.acknowledge(actor=there)
        assert SenderWord.objects.get().intake == intake
    assert STOP in page(world, world.stt.intake_worker, packet.get_absolute_url())


def test_a_word_on_what_is_the_same_as_another_is_before_whoever_works_that(world):
    """Nothing is dropped: a duplicate ends in another intake, and what is said of it goes along."""
    world.hold(TUESDAY)
    _, kept = worked(world)
    packet, same = acknowledged(world)
    write(world, packet)
    with world.acting(world.stx.intake_worker) as desk:
        same.find_duplicate(kept, actor=desk)
        assert set(rings().values_list("owner", flat=True)) == {world.stx.advocate.pk}
    assert STOP in page(world, world.stx.advocate, kept.get_absolute_url())


def test_it_goes_with_the_copy_of_the_packet(world):
    """R35: once the organization's copy has come to its end, nothing says that anything was written."""
    world.hold(TUESDAY)
    packet, intake = worked(world, "services_declined")
    write(world, packet)
    assert press(world, world.stx.supervisor, word_of(world)).status_code == 302
    world.forward(days=3 * 366)
    with world.acting(world.stx.supervisor) as boss:
        assert retention.due(boss.organization, retention.KINDS["copy"])
    carried_out(world)
    with world.acting(world.stx.supervisor):
        assert not SenderWord.objects.exists()


def test_a_person_is_added_where_the_notice_lies_now(world):
    """R4: who follows a notice about several people goes to the desk that has it."""
    world.hold(TUESDAY)
    notice, _ = acknowledged(world, group=True)
    with world.acting(world.stx.intake_worker) as desk:
        notice.reroute(world.stt.organization, "other_service", actor=desk)
    with world.acting(world.officer):
        notice.refresh_from_db()
    assert sent(world, notice=notice).receiver == world.stt.organization
    elsewhere = sent(world, notice=notice, island_needed="STT")  # what this person needs is on another island
    assert elsewhere.receiver == world.stt.organization


@pytest.mark.parametrize("over", ["mark_error", "recall"])
def test_nobody_is_added_to_a_notice_that_was_taken_back(world, over):
    """R4: it says so in a sentence, and what was typed stays in the draft."""
    world.hold(TUESDAY)
    notice = sent(world, group=True)
    late = draft(world, notice=notice)
    with world.acting(world.officer) as officer:
        getattr(notice, over)("test" if over == "mark_error" else "mistake", actor=officer)
    client = world.client(world.officer)
    answer = client.post(reverse("send_referral", args=[late.reference]), {}, follow=True).content.decode()
    assert "nobody is added to it" in answer and "Bluebird" in answer
    begin = client.post(reverse("begin_referral"), {"notice": notice.reference})
    assert begin.status_code == 409 and "nobody is added to it" in begin.content.decode()
    with world.acting(world.officer) as officer:
        late.refresh_from_db()
        assert late.state == "draft" and Referral.objects.filter(notice=notice).count() == 1
        with pytest.raises(IllegalMove):
            late.send(actor=officer)


def test_a_word_is_read_by_somebody_or_waits(world):
    """R4: the table takes no word that nobody has read for read, whatever the code says."""
    write(world, worked(world)[0])
    word = word_of(world)
    with world.acting(world.stx.supervisor):
        rows = SenderWord.objects.filter(pk=word.pk)
        with pytest.raises(IntegrityError, match="sender_word_read_by_somebody"), transaction.atomic():
            rows.update(state="read")
