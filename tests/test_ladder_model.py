"""Whatever moves and ticks come in whatever order: the rungs that ring are those of a ten-line model."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs import reminders
from orgs.calendar import leave_quiet_hours
from orgs.models import OutboxMessage, Reminder
from tests.asking import taken_back
from tests.makers.case import a_followup, open_case
from tests.makers.referral import sent

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
MIDNIGHT = datetime(2026, 11, 24, 4, tzinfo=UTC)  # on the islands
CLOCK = "acknowledge_referral"
ACTS = st.lists(
    st.one_of(
        st.integers(0, 300).map(lambda n: ("wait", n)),  # quarters of an hour: up to three days
        st.sampled_from([("tick", 1), ("tick", 500), ("write", 0), ("settle", 0), ("acknowledge", 0)]),
    ),
    max_size=14,
)


def model(times, ticks):
    """Which rungs ring at each tick: `times` are those of the ladder, the last repeats every day."""
    waits, rang = dict(enumerate(times)), []
    for now, most in ticks:
        due = sorted((at, rung) for rung, at in waits.items() if at <= now)[:most]
        for at, rung in due:
            del waits[rung]
            if rung >= len(times) - 1:
                waits[rung + 1] = at + DAY * (1 + (now - at) // DAY)
        rang.append([rung for _at, rung in due])
    return rang


def expected(packet, priority):
    """The ladder from the rules: due after the interval, then once, twice and four times that later."""
    length = {"crisis": timedelta(minutes=30), "high_risk": timedelta(hours=4)}[priority]
    times = [packet.delivered_at + length * (1 + more) for more in (0, 1, 2, 4)]
    return times if priority == "crisis" else [leave_quiet_hours(at) for at in times]


@pytest.mark.parametrize("priority", ["crisis", "high_risk"])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, begins=st.integers(0, 95))
def test_the_rungs_are_those_of_the_model(priority, world, acts, begins):
    """Nothing is dropped or rings twice, the order holds, and only the act that is waited for ends it."""
    with taken_back():
        world.hold(MIDNIGHT + QUARTER * begins)
        packet, here = sent(world, priority=priority), world.stx
        ticks, rang = [], []
        for act, amount in [*acts, ("wait", 1), ("tick", 500)]:
            if act == "wait":
                world.forward(seconds=(QUARTER * amount).total_seconds())
            elif act == "tick":
                with world.acting(here.supervisor):
                    rows = Reminder.objects.filter(subject_id=packet.pk, clock=CLOCK)
                    before = set(rows.exclude(fired_at=None).values_list("rung", flat=True))
                    reminders.claim(batch=amount)
                    after = list(rows.exclude(fired_at=None).values_list("rung", flat=True))
                    assert len(after) == len(set(after))
                    assert OutboxMessage.objects.filter(reminder__in=rows).count() >= len(after)
                    rang.append(sorted(set(after) - before))
                    ticks.append((world.now, amount))
            elif act == "write" and packet.state == "delivered":
                with world.acting(world.officer) as officer:
                    packet.write_message("She speaks Spanish.", actor=officer)
            elif act == "settle":
                with world.acting(here.supervisor):
                    packet.settle()
            elif act == "acknowledge":
                with world.acting(here.intake_worker) as desk:
                    packet.acknowledge(actor=desk)
                    assert not Reminder.objects.filter(subject_id=packet.pk, clock=CLOCK, fired_at=None)
                break
        assert rang == model(expected(packet, priority), ticks)


DAYS = (1, 3, 8)
CHANGES = st.lists(
    st.one_of(
        st.integers(1, 300).map(lambda n: ("wait", n)),
        st.sampled_from([("tick", 0), ("tick", 0), *(("move", day) for day in DAYS)]),
    ),
    max_size=16,
)


@pytest.mark.parametrize("days", [DAYS])
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES, begins=st.integers(0, 95))
def test_a_day_that_is_moved_and_moved_back_rings_for_the_day_that_stands(days, world, changes, begins):
    """R4: never for the day that was a mistake, and nothing is told twice of one day."""
    with taken_back():
        world.hold(MIDNIGHT + QUARTER * begins)
        start, told, rang, wanted = world.now, {}, [], []
        with world.acting(world.stx.advocate) as me:
            promise = a_followup(open_case(me), me, hours=24 * days[0])
            times, day = {}, days[0]
            for known in days:
                promise.due_at = start + known * DAY
                [clock] = promise.clocks()
                ladder = reminders.rungs(promise, clock, me.organization, 99)
                times[known] = [row.fire_at for row in ladder]
            promise.refresh_from_db()
            waits = dict(enumerate(times[day]))
            rows = Reminder.objects.filter(subject_id=promise.pk)
            for act, amount in [*changes, ("wait", 1), ("tick", 0)]:
                now = world.now
                if act == "wait":
                    world.forward(seconds=(QUARTER * amount).total_seconds())
                elif act == "move" and amount != day:
                    day = amount
                    promise.reschedule(start + day * DAY, actor=me)
                    last = len(times[day]) - 1
                    waits = {n: at for n, at in enumerate(times[day]) if n not in told.get(day, ())}
                    if not waits:
                        waits = {max(told[day]) + 1: now + DAY}
                elif act == "tick":
                    before = set(rows.exclude(fired_at=None).values_list("pk", flat=True))
                    reminders.claim(batch=500)
                    new = rows.exclude(fired_at=None).exclude(pk__in=before)
                    rang.append(sorted(new.values_list("due_at", "rung")))
                    last, due = len(times[day]) - 1, sorted(n for n, at in waits.items() if at <= now)
                    for rung in due:
                        at = waits.pop(rung)
                        told.setdefault(day, set()).add(rung)
                        if rung >= last:
                            waits[rung + 1] = at + DAY * (1 + (now - at) // DAY)
                    wanted.append([(start + day * DAY, rung) for rung in due])
        assert rang == wanted
