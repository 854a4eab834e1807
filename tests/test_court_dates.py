"""Court dates: told of before, asked about after until somebody says, and nobody else's to know."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Absence, CourtDate, FollowUp, Wall
from cases.tasks import keep_covers
from orgs import reminders
from orgs.models import OutboxMessage, Reminder
from orgs.record import IllegalMove
from tests.makers.case import open_case
from tests.makers.duty import a_court_date

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # a Monday
COURT = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # the Tuesday after Thanksgiving, nine in the morning
DAY = timedelta(days=1)


@pytest.fixture
def case(world):
    world.hold(NOON)
    with world.acting(world.stx.advocate) as me:
        return open_case(me)


def a_day(world, case, **said):
    with world.acting(world.stx.advocate) as me:
        return a_court_date(case, me, at=said.pop("at", COURT), **said)


def heard(world, date, moment, clock):
    """Who has a mail of this clock by a moment, in the order in which they had it."""
    world.hold(moment)
    keep_covers()
    with world.acting(world.stx.supervisor):
        reminders.claim_all()
        mails = OutboxMessage.objects.filter(reminder__subject_id=date.pk, reminder__clock=clock)
        return list(mails.order_by("reminder__rung").values_list("recipient__email", flat=True))


def ringing(date):
    rows = Reminder.objects.filter(subject_id=date.pk, fired_at=None).order_by("fire_at")
    return [(row.clock, row.fire_at) for row in rows]


def test_a_court_date_is_told_of_before_and_asked_about_until_somebody_says(world, case):
    """R4, R38: three business days and one before to whoever has the case; after it up the whole ladder."""
    date, advocate = a_day(world, case), world.stx.advocate
    with world.acting(advocate):
        assert [at for name, at in ringing(date) if name == "court_date"] == [COURT - 6 * DAY, COURT - DAY]
    assert heard(world, date, COURT - 6 * DAY, "court_date") == [advocate.email]
    assert heard(world, date, COURT - DAY, "court_date") == [advocate.email] * 2
    assert heard(world, date, COURT + timedelta(hours=1), "court_outcome") == []
    assert heard(world, date, COURT + DAY, "court_outcome") == [advocate.email]
    above = heard(world, date, COURT + 9 * DAY, "court_outcome")
    assert world.stx.supervisor.email in above and world.stx.administrator.email in above
    assert len(heard(world, date, COURT + 40 * DAY, "court_outcome")) > len(above)
    assert heard(world, date, COURT + 40 * DAY, "court_date") == [advocate.email] * 2
    with world.acting(advocate):
        date.conclude("took_place", actor=advocate)
        assert ringing(date) == [] and date.outcome_in_words
        with pytest.raises(IllegalMove):
            date.conclude("cancelled", actor=advocate)


def test_the_clock_follows_a_day_that_is_moved_and_an_undo_tells_nothing_twice(world, case):
    """R4: what was told of the old day is told of the new; after an undo only what was not told is left."""
    date, advocate = a_day(world, case), world.stx.advocate
    assert heard(world, date, COURT - 6 * DAY, "court_date") == [advocate.email]
    with world.acting(advocate):
        date.call_off("error", actor=advocate)
        assert ringing(date) == []
        date.reopen(actor=advocate)
        assert ringing(date)[:2] == [("court_date", COURT - DAY), ("court_outcome", COURT + DAY)]
        date.reschedule(COURT + 7 * DAY, actor=advocate, court="district_stx", note="Bring the order")
        assert [at for _, at in ringing(date)] == [COURT + n * DAY for n in (2, 6, 8, 9, 10, 14)]
        assert (date.due_at, date.court, date.goes_along) == (COURT + 7 * DAY, "district_stx", True)
        near = a_court_date(case, advocate, at=COURT - 5 * DAY)
        assert len([name for name, _ in ringing(near) if name == "court_date"]) == 1  # and not twice at once


def test_it_goes_with_the_case_to_another_and_to_whoever_stands_in(world, case):
    """R42: who is away, who has it next and who is walled: each hears and opens what is theirs."""
    date, (me, other) = a_day(world, case), (world.stx.advocate, world.stx.colleague)
    assert world.client(other).get(date.get_absolute_url()).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        Absence.arrange(me, other, NOON, COURT - 5 * DAY, actor=boss)
    assert heard(world, date, COURT - 6 * DAY, "court_date") == [other.email]
    assert world.client(other).get(date.get_absolute_url()).status_code == 200
    assert heard(world, date, COURT - DAY, "court_date") == [other.email, me.email]
    assert world.client(other).get(date.get_absolute_url()).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        case.offer(other, actor=boss, directed=True, reason="load")
        date.refresh_from_db()
        assert date.owner == other
    assert heard(world, date, COURT + DAY, "court_outcome") == [other.email]
    assert world.client(me).get(date.get_absolute_url()).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        Wall.build(case.person, world.stx.second_supervisor, actor=boss, reason="other")
    walled = world.client(world.stx.second_supervisor)
    assert case.number not in walled.get("/duties/").content.decode()
    assert walled.get(date.get_absolute_url()).status_code == 404
    assert world.stx.second_supervisor.email not in heard(world, date, COURT + 20 * DAY, "court_outcome")


def test_from_setting_it_to_what_came_of_it(world, case):
    """R4: what was typed stays; what was postponed has another day, or a promise to ask for one."""
    client = world.client(world.stx.advocate)
    begin, said = reverse("begin_courtdate", args=[case.number]), {"kind": "trial", "court": "superior_stx"}
    bad = client.post(begin, {**said, "at": "2026-11-01T09:00", "note": "Room 2"})
    assert bad.status_code == 200 and "This time has passed" in bad.content.decode()
    assert "Room 2" in bad.content.decode()
    said |= {"at": "2026-11-27T09:00", "note": "Room 2", "goes_along": "on"}
    assert client.post(begin, said).status_code == 302
    with world.acting(world.stx.advocate):
        [date] = CourtDate.objects.all()
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Friday 27 November 2026, 09:00 · we go along" in page and "Room 2" not in page
    assert "A court date was set" in page
    there = client.get(date.get_absolute_url()).content.decode()
    assert "Room 2" in there and reverse("conclude_courtdate", args=[date.pk]) in there
    assert date.get_absolute_url() in client.get("/today/").content.decode()
    early = client.post(reverse("conclude_courtdate", args=[date.pk]), {"outcome": "took_place"})
    assert early.status_code == 200 and "It has not taken place yet" in early.content.decode()
    conclude, move = (reverse(f"{verb}_courtdate", args=[date.pk]) for verb in ("conclude", "reschedule"))
    listed = world.client(world.stx.supervisor).get("/duties/").content.decode()
    assert move in listed and conclude not in listed
    moved = {"court": "district_stx", "at": "2026-11-25T14:00", "note": "Room 2"}
    assert client.post(reverse("reschedule_courtdate", args=[date.pk]), moved).status_code == 302
    world.hold(datetime(2026, 11, 25, 20, tzinfo=UTC))
    client = world.client(world.stx.advocate)
    assert "Nobody has said yet what came of it" in client.get("/today/").content.decode()
    listed = world.client(world.stx.supervisor).get("/duties/").content.decode()
    assert conclude in listed and move not in listed
    no = client.post(conclude, {"outcome": "cancelled", "again_at": "2026-12-09T09:00"})
    assert no.status_code == 200 and "A new day is for what was postponed" in no.content.decode()
    assert client.post(conclude, {"outcome": "postponed", "again_at": "2026-12-09T09:00"}).status_code == 302
    with world.acting(world.stx.advocate) as me:
        again = CourtDate.objects.get(state="set")
        assert (again.kind, again.court, again.note) == ("trial", "district_stx", "Room 2")
        again.conclude("postponed", actor=me)
        [promise] = FollowUp.objects.filter(case=case)
        assert promise.what == "Ask for the new day: Trial" and promise.owner == me
    there = client.get(date.get_absolute_url()).content.decode()
    assert "The new date stands by itself" in there and "Back on the list" in there
    late = client.post(conclude, {"outcome": "cancelled"})
    assert late.status_code == 409 and "It stands at <b>Over</b>" in late.content.decode()
    assert "Trial: It was postponed" in client.get(case.get_absolute_url()).content.decode()


def test_no_case_closes_and_no_row_stands_with_a_day_that_nobody_answered(world, case):
    """R4: while it runs the case stays open, and the table takes no day without its clock or its outcome."""
    date = a_day(world, case)
    with world.acting(world.stx.advocate) as me:
        assert case.left_open() == {"duties": 1}
        with pytest.raises(ValidationError):
            a_court_date(case, me, at=NOON - DAY)
        for wrong, fault in (
            ({"due_at": None}, "court_date_has_a_clock"),
            ({"due_at": COURT + DAY}, "court_date_has_a_clock"),
            ({"outcome": "cancelled"}, "court_date_is_ended_by_somebody"),
            ({"state": "done", "due_at": None}, "court_date_is_ended_by_somebody"),
            ({"state": "done", "due_at": None, "outcome": "took_place", "ended_at": NOON, "ended_by": me},
             "court_date_took_place_when_it_was"),
        ):  # fmt: skip
            with pytest.raises(IntegrityError, match=fault), transaction.atomic():
                CourtDate.objects.filter(pk=date.pk).update(**wrong)
        date.call_off("dropped", actor=me)
        assert case.left_open() == {}
        case.request_closure("goals_met", actor=me)
        case.close(actor=world.stx.supervisor)
        with pytest.raises(IllegalMove):
            date.reopen(actor=me)
        with pytest.raises(IllegalMove):
            a_court_date(case, me)
