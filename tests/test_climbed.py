"""What comes up to an administrator can be acted on: which clock, how late, and whom to call."""

from datetime import timedelta

import pytest
from django.urls import reverse

from orgs import clock, reminders
from orgs.models import Reminder, User
from tests.makers.case import open_case

HEADING = "Nobody has done what these clocks wait for"
CLOCK = "Take up what a supervisor gave to somebody"


def given(world):
    """A case that was given unasked, and its clock."""
    with world.acting(world.stx.supervisor) as boss:
        User.objects.filter(pk=boss.pk).update(phone="+13405550177")
        case = open_case(world.stx.advocate)
        case.offer(world.stx.colleague, actor=boss, directed=True, reason="load")
    return case


def ring(world, times):
    for _ in range(times):
        with world.acting(world.stx.supervisor):
            rung = Reminder.objects.filter(clock="take_up_work", fired_at=None).order_by("rung").first()
            world.hold(max(rung.fire_at, clock.now()) + timedelta(seconds=1))
        with world.acting(world.stx.supervisor):
            reminders.claim()


def page(world, member=None):
    return world.client(member or world.stx.administrator).get(reverse("members")).content.decode()


def test_an_administrator_sees_what_came_up_to_them_and_whom_to_call_until_it_is_done(world):
    """C10: which clock and how late; no record, and no person whom it is about."""
    case = given(world)
    assert HEADING not in page(world)
    ring(world, 4)
    shown = page(world)
    assert HEADING in shown and CLOCK in shown
    assert world.stx.supervisor.name in shown and "tel:+13405550177" in shown
    assert case.label not in shown and str(case.pk) not in shown
    assert HEADING not in page(world, world.stt.administrator)
    with world.acting(world.stx.colleague) as me:
        type(case).objects.get(pk=case.pk).take_up(actor=me)
    assert HEADING not in page(world)


def test_it_goes_from_there_once_it_rings_no_more(world):
    given(world)
    ring(world, 4)
    world.forward(hours=27)
    assert HEADING not in page(world)


@pytest.mark.parametrize("rungs", [1, 3])
def test_what_rang_with_others_alone_is_not_there(world, rungs):
    given(world)
    ring(world, rungs)
    assert HEADING not in page(world)
