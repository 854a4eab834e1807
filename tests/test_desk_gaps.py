"""The hours without anybody at the desk are the same figure wherever they are asked for."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from cases.models import Absence
from config import desk_gaps, navigation
from orgs import clock, rota
from orgs.models import DutyChange, DutyShift, User
from tests.asking import page_asked
from tests.noninterference.stage import NOON


def absent(here, boss):
    now = clock.now()
    Absence.arrange(here.intake_worker, here.supervisor, now, now + timedelta(days=3), actor=boss)


def nobody_on_a_morning(here, boss):
    changed(here, boss, instead_of=here.intake_worker)


def another_on_a_morning(here, boss):
    changed(here, boss, instead_of=here.intake_worker, user=here.second_supervisor)


def changed(here, boss, **who):
    day, hours = clock.today() + timedelta(days=4), {"starts": time(8), "ends": time(12)}
    made = {"made_at": clock.now(), "made_by": boss}
    DutyChange.objects.create(organization=here.organization, day=day, **hours, **made, **who)


def a_night_alone(here, boss):
    DutyShift.objects.all().delete()
    night = {"weekday": 2, "starts": time(22), "ends": time(6)}
    DutyShift.objects.create(organization=here.organization, user=here.intake_worker, **night)


def who_leaves(here, boss):
    User.objects.filter(pk=here.intake_worker.pk).update(
        leaves_at=clock.now() + timedelta(days=5), leaves_set_by=boss
    )


def who_was_long_away(here, boss):
    ago = clock.now() - timedelta(days=100)
    User.objects.filter(pk=here.intake_worker.pk).update(last_login=ago, joined_at=ago, readmitted_at=ago)


def a_closed_account(here, boss):
    User.objects.filter(pk=here.intake_worker.pk).update(is_active=False)


STATES = (absent, nobody_on_a_morning, another_on_a_morning, a_night_alone, who_leaves, who_was_long_away,
          a_closed_account)  # fmt: skip


@pytest.mark.parametrize("make", STATES, ids=lambda make: make.__name__)
def test_the_figure_beside_the_entries_is_that_of_the_rota(world, make):
    world.hold(NOON)
    here = world.stx
    with world.acting(here.supervisor) as boss:
        make(here, boss)
        wanted = rota.hours_without(here.organization.pk)
        assert desk_gaps.hours(navigation.running(boss)["desk_gaps"]) == wanted
        assert wanted or make is another_on_a_morning
    with world.acting(world.stt.supervisor) as other:
        assert desk_gaps.hours(navigation.running(other)["desk_gaps"]) == 0


def test_it_is_asked_with_the_other_figures_and_of_supervisors_alone(world):
    world.hold(NOON)
    here = world.stx
    with world.acting(here.supervisor) as boss:
        nobody_on_a_morning(here, boss)
    answer, questions = page_asked(world.client(here.supervisor), reverse("board"))
    assert "in which nobody is on at the desk" in answer.content.decode()
    assert sum("orgs_dutyshift" in question for question in questions) == 1
    for member in (here.intake_worker, here.advocate):
        with world.acting(member):
            assert not desk_gaps.hours(navigation.running(member)["desk_gaps"])
