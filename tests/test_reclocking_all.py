"""New settings reach every rung to come of every clock: what runs is as if they had always been so (R4)."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from config.permission_table import SEES
from orgs import clock, reclocking
from orgs.clocks import DEFAULT_CLOCKS, FIXED_RUNGS, PRIORITIES, STATUTORY, fire_at
from orgs.models import Organization, Reminder
from orgs.tenancy import acting_for
from tests.makers.every import build
from tests.world import World

TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # ten in the morning on the islands
STATES = [(noun, state) for noun, states in SEES.items() for state in states if noun != "intakeassignment"]
HOUSES = ("stx", "stt", "vipd")
# Due when somebody said, or when it was first owed.
CHOSEN = {"follow_up", "review_hold", "review_goal", "read_senderword", "know_cover"}
CHOSEN |= {"answer_certification", "tell_of_report"}  # a duty keeps on record until when
SHORT = {priority: {"seconds": 7 * 60} for priority in PRIORITIES}
NEW = {name: SHORT for name in DEFAULT_CLOCKS} | {
    name: [9, 5, 1] if name != "no_contact" else [2, 4, 9] for name in FIXED_RUNGS
}


def say(own):
    """Every house says how long its clocks run, and is never left in peace, so that hours move nothing."""
    for organization in Organization.objects.filter(code__in=HOUSES):
        with acting_for(organization.pk), transaction.atomic():
            organization.clocks = own
            organization.quiet_start = organization.quiet_end = "03:00"
            organization.save()
            organization.set_clocks_anew()


def ladders():
    """{(house, kind of record, clock): (rung, how long after the start, how long after the due time, and how
    long after it by the new settings)…}."""
    found = {}
    for organization in Organization.objects.filter(code__in=HOUSES):
        with acting_for(organization.pk), transaction.atomic():
            rows = Reminder.objects.filter(organization_id=organization.pk, fired_at=None)
            for row in rows.order_by("subject_type", "clock", "version", "rung"):
                key = organization.code, row.subject_type, row.clock
                found.setdefault(key, []).append(
                    (row.rung, row.fire_at - row.started_at, row.fire_at - row.due_at, by_new(row))
                )
    return {key: sorted(rows) for key, rows in found.items()}


def by_new(row):
    """How long after its due time, which stays, a rung rings by the new settings, or None."""
    given = {"calendar": row.organization.calendar(), "overrides": NEW, "due_at": row.due_at}
    at = fire_at(row.clock, "standard", row.started_at, row.rung, **given)
    return at and at - row.due_at


def settled(noun, state, own, *, after=None, told=0):
    """The ladders of a record that is built under settings `own`, and then lives under `after`."""
    with transaction.atomic():
        say(own)
        build(World(), noun, state)  # whose people know the settings of this moment
        for organization in Organization.objects.filter(code__in=HOUSES):
            with acting_for(organization.pk), transaction.atomic():
                ours = Reminder.objects.filter(organization_id=organization.pk, fired_at=None)
                ours.filter(rung__lt=told).update(fired_at=clock.now())
        if after is not None:
            say(after)
            for organization in Organization.objects.filter(code__in=HOUSES):
                with acting_for(organization.pk):
                    while reclocking.set_some():
                        pass
        found = ladders()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("noun", "state"), STATES, ids=lambda word: word)
def test_all_rungs_to_come_follow_new_settings(world, noun, state):
    """R4: of each clock, by the settings of before and after; also where the first rung has rung already."""
    world.hold(TUESDAY)
    for told in (0, 1):
        changed = settled(noun, state, {}, after=NEW, told=told)
        wanted = settled(noun, state, NEW, told=told)
        assert changed.keys() >= wanted.keys()
        for key, rows in wanted.items():
            news = [row for row in changed[key] if row[0] >= told]  # nobody has heard these
            assert [row[0] for row in news] == [row[0] for row in rows if row[0] >= told], (key, told)
            if key[2] in STATUTORY | CHOSEN:  # the due time is on record, and its day decides how steps fall
                assert [row[2] for row in news] == [row[3] for row in news], (key, told)
            else:
                assert [row[1] for row in news] == [row[1] for row in rows if row[0] >= told], (key, told)
