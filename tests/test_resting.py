"""A case on hold rests until a day that was said, and on that day somebody is asked to look."""

import os
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cases.models import Case
from cases.resting import LONGEST, USUAL
from orgs import clock, reclocking, reminders
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.words import local
from referrals import desk
from tests.makers.case import open_case
from tests.noninterference.stage import NOON

CLOCK, DAY = "review_rest", timedelta(days=1)


@pytest.fixture
def house(world):
    world.hold(NOON)
    return world


def on_hold(world, days=10, **terms):
    with world.acting(world.stx.advocate) as me:
        case = open_case(me, **terms)
        case.activate(actor=me)
        case.hold(clock.today() + days * DAY, actor=me)
    return case


def todays(member):
    panels = desk.today(member)
    return [row.kind for name in ("past", "due") for row in panels[name].all]


def test_it_rests_for_two_weeks_unless_another_day_is_said(house):
    client = house.client(house.stx.advocate)
    with house.acting(house.stx.advocate) as me:
        case = open_case(me)
        case.activate(actor=me)
    page = client.get(reverse("hold_case", args=[case.number]))
    usual = clock.today() + USUAL
    assert f'value="{usual.isoformat()}"' in page.content.decode()
    client.post(reverse("hold_case", args=[case.number]), {"until": usual.isoformat()})
    with house.acting(house.stx.advocate):
        case = Case.objects.get()
        assert (case.state, local(case.rests_until).date()) == ("on_hold", usual)
    assert "It rests until" in client.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_day_that_has_been_or_is_too_far_off_is_refused(house, days):
    client = house.client(house.stx.advocate)
    with house.acting(house.stx.advocate) as me:
        case = open_case(me)
        case.activate(actor=me)
        with pytest.raises(ValidationError):
            case.hold(clock.today() + days * DAY, actor=me)
    day = (clock.today() + days * DAY).isoformat()
    answer = client.post(reverse("hold_case", args=[case.number]), {"until": day})
    assert answer.status_code == 200 and day in answer.content.decode()
    with house.acting(house.stx.advocate):
        assert Case.objects.get().state == "active"


def test_the_clock_asks_on_that_day_and_climbs_and_never_gives_up(house):
    """Whoever has it, the supervisors, then the administrator too, and these daily, until somebody acts."""
    here, _case = house.stx, on_hold(house)
    seen = []
    for _ in range(6):
        with house.acting(here.supervisor):
            rung = Reminder.objects.filter(clock=CLOCK, fired_at=None).order_by("rung").first()
            house.hold(max(rung.fire_at, clock.now()) + timedelta(seconds=1))
        with house.acting(here.supervisor):
            before = set(OutboxMessage.objects.values_list("pk", flat=True))
            reminders.claim()
            mails = OutboxMessage.objects.exclude(pk__in=before).filter(reminder__clock=CLOCK)
            seen.append({row.recipient for row in mails})
    both = {here.supervisor, here.second_supervisor}
    assert seen == [{here.advocate}, both, both, *3 * [both | {here.administrator}]]


def test_on_that_morning_it_is_on_the_day_of_whoever_has_it(house):
    case = on_hold(house, days=10)
    with house.acting(house.stx.advocate) as me:
        assert "rest" not in todays(me)
    house.hold(case.rests_until)
    with house.acting(house.stx.advocate) as me:
        assert "rest" in todays(me) and desk.what_waits(me) == desk.counted(desk.today(me))
    page = house.client(house.stx.advocate).get(reverse("today")).content.decode()
    assert f"Look again at case {case.number}, which is on hold" in page


def test_it_ends_by_going_on_or_by_a_later_day_with_a_reason(house):
    case = on_hold(house)
    client, later = house.client(house.stx.advocate), (clock.today() + 40 * DAY).isoformat()
    address = reverse("extend_case", args=[case.number])
    assert client.post(address, {"until": later}).status_code == 200  # without a reason nothing changes
    assert client.post(address, {"until": later, "reason": "away"}).status_code == 302
    with house.acting(house.stx.advocate) as me:
        case = Case.objects.get()
        assert local(case.rests_until).date() == date.fromisoformat(later)
        line = AuditLine.objects.filter(verb="extend").get()
        assert line.details["reason"] == "away" and line.details["until"] == later
        rung = Reminder.objects.get(clock=CLOCK, rung=0, fired_at=None)
        assert rung.due_at == case.rests_until
        case.resume(actor=me)
        assert (case.rests_until, case.rests_since) == (None, None)
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()
    assert client.post(address, {"until": later, "reason": "away"}).status_code == 409


def test_asking_to_close_it_ends_the_rest(house):
    case = on_hold(house)
    with house.acting(house.stx.advocate) as me:
        case.request_closure("goals_met", actor=me)
        assert case.rests_until is None
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()


def test_it_goes_along_into_other_hands(house):
    """What rests has its clock with whoever has the case now."""
    on_hold(house)
    with house.acting(house.stx.supervisor) as boss:
        Case.objects.get().offer(house.stx.colleague, actor=boss, directed=True, reason="leaving")
        owners = set(Reminder.objects.filter(clock=CLOCK, fired_at=None).values_list("owner", flat=True))
        assert owners == {house.stx.colleague.pk}


@pytest.mark.parametrize("wrong", ["no day", "too long", "rests awake"])
def test_the_database_holds_that_what_is_on_hold_has_a_day(house, wrong):
    case = on_hold(house)
    change = {
        "no day": {"rests_until": None},
        "too long": {"rests_until": clock.now() + LONGEST + 2 * DAY},
        "rests awake": {"state": "active"},
    }[wrong]
    with house.acting(house.stx.advocate), pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


def test_what_was_on_hold_before_there_were_days_has_one_and_its_clock(committed):
    """Nothing that landed sleeps on: two weeks, and rungs by the settings of its house with the next tick."""
    here = committed.stx
    [name] = [one.stem for one in Path("cases/migrations").glob("*_what_was_given_is_taken_up.py")]
    landed = import_module(f"cases.migrations.{name}")
    with committed.acting(here.advocate) as me:
        case = open_case(me)
        case.activate(actor=me)
        case.hold(actor=me)
    where = {"dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], **where) as owner:
        kept = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'case_rests_until_a_day'"
        (rule,) = owner.execute(kept).fetchone()
        for sql in (
            "ALTER TABLE cases_case DROP CONSTRAINT case_rests_until_a_day",
            landed.of_all("NO FORCE"),
            "UPDATE cases_case SET rests_since = NULL, rests_until = NULL",
            "DELETE FROM orgs_reminder WHERE clock = 'review_rest'",
            landed.FILL,
            landed.of_all("FORCE"),
            f"ALTER TABLE cases_case ADD CONSTRAINT case_rests_until_a_day {rule}",
        ):
            owner.execute(sql)
    with committed.acting(here.advocate) as me:
        case = Case.objects.get()
        assert local(case.rests_until).date() == clock.today() + USUAL
        filled = Reminder.objects.filter(clock=CLOCK, fired_at=None).order_by("rung")
        assert [(row.rung, row.owner) for row in filled] == [(rung, me) for rung in range(4)]
        assert filled[0].fire_at == case.rests_until and filled[3].repeat_after == DAY
    with committed.acting(here.advocate):
        assert reclocking.set_some() == 1 and not reclocking.waits()
        case.settle()
        rungs = Reminder.objects.filter(clock=CLOCK, fired_at=None)
        assert rungs.count() == 4 and {row.due_at for row in rungs} == {case.rests_until}
