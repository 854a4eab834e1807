"""Whoever stands in for an advocate has their side of a handoff in hand too, as long as that lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from cases.models import Absence, Wall
from cases.tasks import keep_covers
from orgs import access_index, reminders
from orgs.models import OutboxMessage, Reminder
from referrals.models import Handoff
from tests.makers import handoff as make
from tests.test_handoff_plan import page
from tests.test_where_a_case_lies import case_of

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def away(house, world, days=4):
    with world.acting(house.supervisor) as boss:
        return Absence.arrange(house.advocate, house.colleague, NOON, NOON + days * DAY, actor=boss)


@pytest.mark.parametrize("side", ["stx", "stt"])
def test_who_covers_does_what_the_advocate_could_and_no_longer(world, side):
    """R10, R42: opens it, agrees, confirms; after the cover, and behind a wall, it is not there."""
    world.hold(NOON)
    handoff, house = make.accepted(world), getattr(world, side)
    other = world.stt if side == "stx" else world.stx
    cover, url = world.client(house.colleague), handoff.get_absolute_url()
    assert cover.get(url).status_code == 404
    away(house, world)
    assert cover.get(url).status_code == 200
    assert world.client(other.colleague).get(url).status_code == 404
    with world.acting(other.advocate) as theirs:
        handoff.propose_call(NOON + DAY, actor=theirs)
    with world.acting(house.supervisor) as boss:
        assert not access_index.compare(house.organization.pk).any
        world.forward(days=1)
        reminders.claim()
        mails = OutboxMessage.objects.filter(reminder__clock="answer_call", reminder__rung=0)
        assert {mail.recipient for mail in mails} == {house.colleague}
    assert handoff.reference in page(cover, reverse("today"))
    world.hold(NOON)
    assert cover.post(reverse("agree_call_handoff", args=[handoff.reference])).status_code == 302
    world.hold(NOON + 5 * DAY)
    assert cover.get(url).status_code == 404
    world.hold(NOON)
    with world.acting(house.supervisor) as boss:
        case = case_of(world, house.advocate)
        Wall.build(case.person, house.colleague, actor=boss, reason="other")
    assert cover.post(reverse("confirm_handoff", args=[handoff.reference])).status_code == 404
    keep_covers()
    with world.acting(house.supervisor):
        assert not access_index.compare(house.organization.pk).any


def test_a_call_is_answered_before_it_and_rings_when_it_is(world):
    """R10: answered in half of the time that is left; what is agreed for the evening rings then."""
    world.hold(NOON)
    handoff, stx, stt = make.accepted(world), world.stx, world.stt
    at, theirs = NOON + timedelta(hours=2), world.client(stt.advocate)
    with world.acting(stx.advocate) as me:
        handoff.propose_call(at, actor=me)
    with world.acting(stt.supervisor):
        row = Reminder.objects.get(subject_id=handoff.pk, clock="answer_call", rung=0)
        assert row.due_at == row.fire_at == NOON + timedelta(hours=1)
    assert "Agree to the call" in page(theirs, handoff.get_absolute_url())
    world.hold(at)
    said = page(theirs, handoff.get_absolute_url())
    assert "Agree to the call" not in said and "Nobody agreed before the time" in said
    assert "Propose another time" in said
    evening = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 21:00 of the same day on the islands
    with world.acting(stx.advocate) as me:
        handoff.propose_call(evening, actor=me)
    with world.acting(stt.advocate) as me:
        Handoff.objects.get(pk=handoff.pk).agree_call(actor=me)
    world.hold(evening - timedelta(minutes=29))
    for house in (stx, stt):
        with world.acting(house.supervisor):
            first, second = Reminder.objects.filter(subject_id=handoff.pk, clock="call_handoff").order_by(
                "rung"
            )[:2]
            assert first.fire_at == evening - timedelta(minutes=30) and first.by_night
            assert second.fire_at > evening and not second.by_night  # the others hear in the morning
            reminders.claim()
            mail = OutboxMessage.objects.get(reminder=first)
            assert mail.recipient == house.advocate and mail.available_at < evening
