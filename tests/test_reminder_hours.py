"""When a reminder rings and whom it reaches, also after an outage, a change of hours, a new wall."""

from datetime import timedelta

import pytest

from cases.models import Wall
from orgs import clock, reminders
from orgs.models import Organization, OutboxMessage, Reminder
from orgs.words import local
from tests.makers.case import a_followup, open_case


def hours(world, starts, ends):
    """Quiet hours from so many hours from now to so many; returns the moment at which they end."""
    here, now = Organization.objects.get(pk=world.stx.organization.pk), local(clock.now())
    end = (now + timedelta(hours=ends)).replace(second=0, microsecond=0)
    here.quiet_start, here.quiet_end = (now + timedelta(hours=starts)).time(), end.time()
    here.save()
    return end


def due_now(case):
    """Everything that this case and its promises run is due since an hour."""
    subjects = [case.pk, *case.followups.values_list("pk", flat=True)]
    standing = Reminder.objects.filter(subject_id__in=subjects, fired_at=None)
    standing.exclude(rung=0).delete()
    standing.update(fire_at=clock.now() - timedelta(hours=1))
    return standing


def told():
    return {(m.recipient_id, m.available_at) for m in OutboxMessage.objects.filter(kind="reminder")}


@pytest.mark.parametrize(("priority", "waits"), [("standard", True), ("crisis", False)])
def test_what_comes_late_into_the_quiet_hours_waits_for_their_end(world, priority, waits):
    """R38: after an outage, or where the hours were changed meanwhile, only a crisis rings at night."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate, priority=priority)
        a_followup(case, advocate)
        end = hours(world, -1, 3)
        assert due_now(case).exists()
        assert reminders.claim()[1]
        promised = OutboxMessage.objects.filter(reminder__clock="follow_up")
        moments = set(promised.values_list("available_at", flat=True))
        assert moments == ({end} if waits else {clock.now()})


def test_by_day_everything_rings_at_once(world):
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        a_followup(case, advocate)
        hours(world, 2, 5)
        due_now(case)
        reminders.claim()
        assert {at for _, at in told()} == {clock.now()}


def test_a_clock_that_nobody_marked_rings_by_night(world):
    """What stood before the mark was there may be of a crisis: nobody waits for it."""
    assert Reminder._meta.get_field("by_night").db_default is True


def test_who_is_walled_from_a_record_hears_nothing_of_it(world):
    """R42, R38: not as its owner, and not among the supervisors; the next one up hears instead."""
    stx = world.stx
    with world.acting(stx.advocate) as advocate:
        case, open_one = open_case(advocate), open_case(advocate)
        for one in (case, open_one):
            a_followup(one, advocate)
        Wall.objects.create(
            organization_id=case.organization_id, person=case.person, user=advocate, reason="other",
            set_by=stx.supervisor, set_at=clock.now(),
        )  # fmt: skip
        hours(world, 2, 5)
        due_now(case)
        reminders.claim()
        leaders = {stx.supervisor.pk, stx.second_supervisor.pk}
        assert {who for who, _ in told()} == leaders, "the owner is walled: the supervisors hear"
        OutboxMessage.objects.all().delete()
        due_now(open_one)
        reminders.claim()
        assert {who for who, _ in told()} == {advocate.pk}, "of another person they hear as before"


def test_a_walled_supervisor_is_left_out_of_what_the_others_hear(world):
    """R42: and where all of them are walled, an administrator hears that something waits."""
    stx = world.stx
    with world.acting(stx.advocate) as advocate:
        case = open_case(advocate)
        a_followup(case, advocate)
        hours(world, 2, 5)
        for walled, heard in (
            ([stx.supervisor], {stx.second_supervisor.pk}),
            ([stx.supervisor, stx.second_supervisor], {stx.administrator.pk}),
        ):
            for member in walled:
                Wall.objects.get_or_create(
                    organization_id=case.organization_id, person=case.person, user=member,
                    defaults={"reason": "other", "set_by": advocate, "set_at": clock.now()},
                )  # fmt: skip
            Reminder.objects.filter(subject_id=case.pk).delete()
            OutboxMessage.objects.all().delete()
            Reminder.objects.create(
                organization_id=case.organization_id, subject_type="cases.case", subject_id=case.pk,
                clock="follow_up", version=1, rung=2, started_at=clock.now(), due_at=clock.now(),
                fire_at=clock.now(), owner=advocate, team="supervisor", by_night=False,
            )  # fmt: skip
            reminders.claim()
            assert {who for who, _ in told()} == heard
