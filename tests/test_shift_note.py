"""Notes for the next shift: at the desk until somebody takes one, with a clock, behind the walls."""

from datetime import datetime

import pytest
from django.db import connection
from django.urls import reverse

from cases.models import Wall
from orgs import reminders, retention
from orgs.calendar import ISLANDS
from orgs.models import DutyShift, Organization, OutboxMessage, Reminder, User
from referrals.models import ShiftNote
from tests.makers.intake import a_walk_in
from tests.makers.referral import acknowledged, sent
from tests.test_retention import carried_out
from tests.world import PASSPHRASE

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ISLANDS)
SAID = "They call again at six."


def leave(world, who=None, **typed):
    client = world.client(who or world.stx.intake_worker)
    return client.post(reverse("leave_shiftnote"), {"number": "", "text": SAID} | typed)


def inbox(world, who=None):
    return world.client(who or world.stx.supervisor).get(reverse("inbox")).content.decode()


def test_a_note_lies_at_the_desk_until_somebody_takes_it(world):
    """Whoever comes on reads it and takes it with one press; a second press changes nothing."""
    world.hold(TUESDAY)
    assert leave(world).url == reverse("inbox")
    said = inbox(world)
    assert "From the shift before" in said and SAID in said and "Intake Worker" in said
    with world.acting(world.stx.supervisor):
        note = ShiftNote.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM referrals_shiftnote WHERE text::text LIKE '%six%'")
            assert cursor.fetchone() == (0,)
    take = reverse("take_shiftnote", args=[note.pk])
    for member in (world.stx.advocate, world.stx.administrator, world.stt.intake_worker, world.officer):
        client = world.client(member)
        assert client.post(take).status_code == 404
        assert SAID not in client.get(reverse("duty_desk")).content.decode()
    client = world.client(world.stx.supervisor)
    assert client.post(take).url == reverse("inbox") and client.post(take).status_code == 409
    said = inbox(world, world.stx.intake_worker)
    assert "From the shift before" not in said and "taken by Supervisor" in said
    world.forward(hours=25)
    assert SAID not in inbox(world)


def heard(boss):
    reminders.claim()
    mails = OutboxMessage.objects.filter(reminder__clock="take_shiftnote")
    return {mail.recipient.email for mail in mails}


def on_next(world):
    """Another intake worker, who is on at the desk besides; acting for its organization."""
    here = world.stx.organization
    other = User.objects.create_user(
        "earlier@stx.test", PASSPHRASE, organization=here, name="Next (invented)", role="intake_worker"
    )
    for weekday in range(7):
        DutyShift.objects.create(
            organization=here, user=other, weekday=weekday, starts="00:00", ends="23:59:59.999999"
        )
    return other


def test_whoever_left_a_note_does_not_take_it_and_is_not_told_of_it(world):
    """Nothing is dropped: where nobody else is on, the supervisors hear; the writer ends nothing."""
    world.hold(TUESDAY)
    leave(world)
    desk, leaders = world.stx.intake_worker, {world.stx.supervisor.email, world.stx.second_supervisor.email}
    with world.acting(desk):
        note = ShiftNote.objects.get()
    answer = world.client(desk).post(reverse("take_shiftnote", args=[note.pk]))
    assert answer.status_code == 409 and "You left this note yourself" in answer.content.decode()
    said = inbox(world, desk)
    assert "whoever comes on takes it" in said and reverse("take_shiftnote", args=[note.pk]) not in said
    with world.acting(world.stx.supervisor) as boss:
        assert Reminder.objects.filter(clock="take_shiftnote", fired_at=None).exists()
        world.forward(hours=2)
        assert heard(boss) == leaders
        world.forward(days=3)
        assert desk.email not in heard(boss)


def test_a_clock_asks_whoever_is_on_and_then_the_supervisors_and_never_gives_up(world):
    """Nothing is dropped: two hours, the desk; then up the ladder; a press ends it."""
    world.hold(TUESDAY)
    leave(world)
    with world.acting(world.stx.supervisor) as boss:
        on_next(world)
        world.forward(hours=2)
        assert heard(boss) == {"earlier@stx.test"}
        world.forward(hours=2)
        assert heard(boss) == {"earlier@stx.test"}
        world.forward(hours=2)
        assert heard(boss) == {"earlier@stx.test", boss.email, world.stx.second_supervisor.email}
        world.forward(days=5)
        heard(boss)
        running = Reminder.objects.filter(clock="take_shiftnote", fired_at=None)
        assert running.exists()
        ShiftNote.objects.get().take(actor=boss)
        assert not running.exists()


def test_a_note_about_a_record_is_there_for_those_who_may_see_it(world):
    """R42, R6: who is walled reads no note, hears of none, and cannot name the record."""
    world.hold(TUESDAY)
    boss, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.intake_worker) as desk:
        intake = a_walk_in(desk)
    packet, of_packet = acknowledged(world)
    leave(world, number=intake.number, text="About the walk-in.")
    leave(world, number=packet.reference.lower(), text="About the packet.")
    assert "About the walk-in" in inbox(world, second) and packet.reference in inbox(world, second)
    with world.acting(boss):
        for person in (intake.person, of_packet.person):
            Wall.build(person, second, actor=boss, reason="other")
    assert "About the" not in inbox(world, second) and "About the" in inbox(world, boss)
    with world.acting(boss):
        notes = list(ShiftNote.objects.values_list("pk", flat=True))
    for pk in notes:
        assert world.client(second).post(reverse("take_shiftnote", args=[pk])).status_code == 404
    for number in (intake.number, packet.reference, "I-9999", "VI-2222-22", "C-0001"):
        answer = leave(world, second, number=number).content.decode()
        assert "No intake or packet of this number is there for you" in answer and SAID in answer
    with world.acting(boss):
        User.objects.exclude(pk=second.pk).filter(role="supervisor").update(is_active=False)
        world.forward(hours=9)
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__clock="take_shiftnote", recipient=second)
        assert not told.exists()


@pytest.mark.parametrize("text", ["See I-0031.", "about vi-7k3q-92", ""])
def test_a_text_names_no_record(world, text):
    """R42: the number has a field of its own; what was typed is kept."""
    answer = leave(world, text=text).content.decode()
    assert ("own field" in answer or "Fill this in" in answer) and text in answer


@pytest.mark.parametrize("verb", ["reroute", "fail"])
def test_what_was_noted_of_a_packet_goes_when_the_packet_goes(world, verb):
    """R16: the desk that sends it on keeps no word of what it wrote beside it."""
    world.hold(TUESDAY)
    packet, intake = acknowledged(world) if verb == "reroute" else (sent(world), None)
    leave(world, number=packet.reference)
    if intake:
        leave(world, number=intake.number)
    leave(world, text="About nobody.")
    with world.acting(world.stx.intake_worker) as desk:
        if verb == "reroute":
            packet.reroute(Organization.objects.get(code="stt"), "other_island", actor=desk)
        else:
            packet.fail(actor=desk)
        assert [note.text for note in ShiftNote.objects.all()] == ["About nobody."]
        assert (
            Reminder.objects.filter(clock="take_shiftnote", fired_at=None)
            .values("subject_id")
            .distinct()
            .count()
            == 1
        )


def test_a_taken_note_comes_to_its_end_and_one_that_waits_never_does(world):
    """R35: thirty days after it was taken it is on the list, and goes when two supervisors say so."""
    world.hold(TUESDAY)
    with world.acting(world.stx.intake_worker) as desk:
        intake = a_walk_in(desk)
        taken, waits = (ShiftNote.leave(SAID, actor=desk, intake=one) for one in (intake, None))
        taken.take(actor=world.stx.supervisor)
        world.forward(days=31)
        kind = retention.KINDS["shiftnote"]
        assert retention.due(desk.organization, kind) == [(taken.pk, intake.person_id)]
        assert dict(kind.describe([taken.pk]))[taken.pk][2] == intake.get_absolute_url()
    carried_out(world)
    with world.acting(world.stx.supervisor):
        assert list(ShiftNote.objects.all()) == [waits]
