"""New settings reach what runs already: what is to ring moves, and nothing is told twice or lost (R4)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Case
from orgs import clock, reclocking, reminders
from orgs.calendar import ISLANDS
from orgs.models import Organization, Reminder
from orgs.tasks import set_clocks_anew
from tests.makers.case import a_followup, open_case
from tests.makers.intake import a_walk_in
from tests.makers.referral import sent

HOUR = timedelta(hours=1)


def mine(world):
    return Organization.objects.get(pk=world.stx.organization.pk)


def set_to(world, **clocks):
    """The organization says how long its clocks run from now on; nothing has followed yet."""
    here = mine(world)
    here.clocks = clocks
    here.save()
    here.set_clocks_anew()


def to_come(record, name):
    rows = Reminder.objects.filter(subject_id=record.pk, clock=name, fired_at=None)
    return list(rows.order_by("version", "rung"))


@pytest.fixture
def packet(world):
    """A crisis that was delivered just now: to be acknowledged in 30 minutes."""
    return sent(world, priority="crisis")


def test_a_shorter_clock_moves_what_is_to_ring(world, packet):
    """R4: due in ten minutes, and each rung ten minutes after, from when it was delivered."""
    with world.acting(world.stx.supervisor):
        before = to_come(packet, "acknowledge_referral")
        assert before[0].due_at - before[0].started_at == 30 * timedelta(minutes=1)
        set_to(world, acknowledge_referral={"crisis": {"seconds": 600}})
        assert reclocking.waits() and reclocking.set_some() == 1
        after = to_come(packet, "acknowledge_referral")
        assert [row.fire_at - row.started_at for row in after] == [
            timedelta(minutes=n) for n in (10, 20, 30, 50)
        ]
        assert {row.started_at for row in after} == {before[0].started_at}
        assert {row.due_at for row in after} == {before[0].started_at + timedelta(minutes=10)}
        assert not reclocking.waits() and reclocking.set_some() == 0


def test_what_the_desk_finds_to_be_a_crisis_is_due_as_a_crisis(world):
    """R4: raised at triage an hour after it came; somebody is to be reached today, not tomorrow."""
    me = world.stx.intake_worker
    world.hold(datetime(2026, 12, 1, 14, tzinfo=UTC))  # ten in the morning on the islands, a Tuesday
    with world.acting(me):
        intake = a_walk_in(me, priority="standard")
        world.forward(hours=1)
        intake.check_conflict(actor=me)
        assert to_come(intake, "first_outreach")[0].due_at > intake.arrived_at + 12 * HOUR
        intake.triage(actor=me, priority="crisis")
        assert reclocking.waits() and reclocking.set_some() == 1
        raised, begun = to_come(intake, "first_outreach"), intake.arrived_at
        model = reminders.rungs(
            intake, next(one for one in intake.clocks() if one.name == "first_outreach"), mine(world), 1
        )
        assert [row.fire_at for row in raised] == [row.fire_at for row in model]
        assert {row.due_at.astimezone(ISLANDS).date() for row in raised} == {begun.astimezone(ISLANDS).date()}


def test_what_was_told_and_is_over_by_the_new_measure_is_not_told_again(world, packet):
    """The assignee has heard; the others hear at once, because it is late by the new measure."""
    world.forward(minutes=35)
    with world.acting(world.stx.supervisor):
        assert reminders.claim()[0] == 1
        set_to(world, acknowledge_referral={"crisis": {"seconds": 600}})
        reclocking.set_some()
        left = to_come(packet, "acknowledge_referral")
        assert [row.rung for row in left] == [1, 2, 3]
        assert [row.fire_at <= clock.now() for row in left] == [True, True, False]


def test_a_longer_clock_tells_again_when_it_is_due_then(world, packet):
    with world.acting(world.stx.supervisor):
        Reminder.objects.filter(subject_id=packet.pk, rung=0).update(fired_at=clock.now())
        set_to(world, acknowledge_referral={"crisis": {"seconds": 4 * 3600}})
        reclocking.set_some()
        left = to_come(packet, "acknowledge_referral")
        assert [row.rung for row in left] == [0, 1, 2, 3] and left[0].version == 2
        assert left[0].fire_at - left[0].started_at == 4 * HOUR


def test_what_rings_daily_goes_on(world, packet):
    """All four have heard: a change of settings neither silences it nor begins anew."""
    world.forward(hours=24)
    with world.acting(world.stx.supervisor):
        assert reminders.claim()[0] == 4
        (daily,) = to_come(packet, "acknowledge_referral")
        set_to(world, acknowledge_referral={"crisis": {"seconds": 600}})
        reclocking.set_some()
        (still,) = to_come(packet, "acknowledge_referral")
        assert (still.pk, still.rung, still.fire_at) == (daily.pk, 4, daily.fire_at)
        assert still.clocks_version == mine(world).clocks_version


def test_a_due_time_that_somebody_chose_stays(world):
    """A promise is for the day that was promised; only the steps after it follow the settings."""
    world.hold(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))  # ten in the morning: no quiet hours between
    with world.acting(world.stx.advocate) as advocate:
        promise = a_followup(open_case(advocate), advocate)
        before = to_come(promise, "follow_up")
        set_to(world, follow_up={"standard": {"seconds": 7200}})
        reclocking.set_some()
        after = to_come(promise, "follow_up")
        assert after[0].due_at == before[0].due_at == promise.due_at
        assert (after[0].fire_at, after[1].fire_at) == (before[0].fire_at, before[0].fire_at + 2 * HOUR)


def test_a_move_afterwards_finds_the_clock_as_it_is(world, packet):
    """Settling after the change makes no second ladder, and an acknowledgement stops it."""
    with world.acting(world.stx.intake_worker) as desk:
        set_to(world, acknowledge_referral={"crisis": {"seconds": 600}})
        reclocking.set_some()
        rows = to_come(packet, "acknowledge_referral")
        packet.refresh_from_db()
        reminders.settle(packet, world.stx.organization.pk)
        assert to_come(packet, "acknowledge_referral") == rows
        packet.acknowledge(actor=desk)
        assert not to_come(packet, "acknowledge_referral")


def test_what_belongs_to_nobody_any_more_does_not_stand_before_the_rest(world, packet):
    """A rung of a record that is gone is passed over, and everything behind it is reached."""
    with world.acting(world.stx.advocate) as advocate:
        row = to_come(a_followup(open_case(advocate), advocate), "follow_up")[0]
        row.pk, row.subject_id, row.rung = None, world.stx.supervisor.pk, 9
        Reminder.objects.bulk_create(
            [Reminder(**{f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name != "id"})]
        )
        set_to(world, follow_up={"standard": {"seconds": 7200}})
        for _ in range(9):
            reclocking.set_some(batch=1)
        assert not reclocking.waits()


def test_an_administrator_shortens_a_clock_and_what_runs_follows(world, packet):
    """R4: the page says so, and the worker does it; hours of the desk and quiet hours too."""
    client = world.client(world.stx.administrator)
    said = {
        "crisis_amount": "10", "crisis_unit": "minutes", "high_risk_amount": "4", "high_risk_unit": "hours",
        "standard_amount": "1", "standard_unit": "business_days",
        "information_amount": "1", "information_unit": "business_days",
    }  # fmt: skip
    url = reverse("change_clock", args=["acknowledge_referral"])
    page = client.post(url, said, follow=True).content.decode()
    assert "What runs already follows" in page
    set_clocks_anew(str(world.stx.organization.pk))
    with world.acting(world.stx.supervisor):
        row = to_come(packet, "acknowledge_referral")[0]
        assert row.due_at - row.started_at == timedelta(minutes=10)
        case = open_case(world.stx.advocate)
        before = to_come(case, "no_contact")[0].fire_at
    quiet = {"desk_open": "08:00", "desk_close": "17:00", "quiet_start": "00:00", "quiet_end": "23:59"}
    assert client.post(reverse("change_hours"), quiet).status_code == 302
    set_clocks_anew(str(world.stx.organization.pk))
    with world.acting(world.stx.supervisor):
        after = to_come(Case.objects.get(pk=case.pk), "no_contact")[0].fire_at
        assert after != before and (after - clock.now()) > timedelta(days=6)


@given(told=st.sets(st.integers(0, 3)), late=st.integers(0, 4))
def test_every_rung_that_nobody_heard_stays(told, late):
    """Whatever was told and however late it is: nothing that nobody heard is left out, in its order."""
    now = clock.now()
    ladder = [Reminder(rung=n, fire_at=now + HOUR * (n - late) + timedelta(minutes=1)) for n in range(4)]
    left = [row.rung for row in reclocking.still_to_come(ladder, told)]
    assert left == sorted(left) and {0, 1, 2, 3} - told <= set(left)
    assert not {n for n in told if n < late} & set(left)
