"""How much somebody has is said wherever work is given away; it stops nobody and tells of no wall."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.loads import loads
from cases.models import Absence, Case, Wall
from orgs.models import Organization
from tests.makers import intake as intakes
from tests.makers.case import a_person, open_case


@pytest.fixture
def busy(world):
    """The colleague has an urgent case and an intake; the limit is three, and what is urgent counts twice."""
    with world.acting(world.stx.administrator):
        Organization.objects.filter(pk=world.stx.organization.pk).update(load_limit=3, high_risk_weight=2)
    with world.acting(world.stx.supervisor) as supervisor:
        person = a_person(supervisor, alias="Heron")
        world.theirs = open_case(
            supervisor, person=person, assigned_to=world.stx.colleague, priority="high_risk"
        )
        world.mine = open_case(world.stx.advocate)
    with world.acting(world.stx.intake_worker) as desk:
        intakes.assigned(desk, world.stx.colleague)
    return world


def test_who_gets_more_than_the_limit_is_said_and_gets_it(busy):
    boss, colleague = busy.client(busy.stx.supervisor), busy.stx.colleague
    page = boss.get(reverse("assign_case", args=[busy.mine.number])).content.decode()
    assert "1 open case, 1 intake, counted as 3: at or over the limit of 3" in page
    assert "over the limit" not in boss.get(reverse("board")).content.decode()
    plan = {"leaver": busy.stx.advocate.pk, "to": [colleague.pk], "reason": "leaving"}
    assert "then has 4, and the limit is 3" in boss.get(reverse("move_caseload"), plan).content.decode()
    said = {"to": str(colleague.pk), "how": "direct", "reason": "load"}
    page = boss.post(reverse("assign_case", args=[busy.mine.number]), said, follow=True).content.decode()
    assert "Colleague (invented) then has 4, and the limit is 3. Nothing is stopped by it." in page
    with busy.acting(busy.stx.supervisor):
        assert Case.objects.get(pk=busy.mine.pk).assigned_to == colleague
    assert "over the limit" in boss.get(reverse("board")).content.decode()


def test_a_load_counts_nothing_that_the_reader_is_walled_from(busy):
    """R42: neither the figure nor the order nor the board tells of a case behind a wall."""
    with busy.acting(busy.stx.second_supervisor) as other:
        Wall.build(busy.theirs.person, busy.stx.supervisor, actor=other, reason="other")
    boss = busy.client(busy.stx.supervisor)
    page = boss.get(reverse("assign_case", args=[busy.mine.number])).content.decode()
    assert "0 open cases, 1 intake<" in page and "counted as" not in page
    said = {"to": str(busy.stx.colleague.pk), "how": "direct", "reason": "load"}
    page = boss.post(reverse("assign_case", args=[busy.mine.number]), said, follow=True).content.decode()
    assert "the limit is" not in page
    with busy.acting(busy.stx.supervisor) as supervisor:
        assert {load.member: load.total for load in loads(supervisor)}[busy.stx.colleague] == 2
    with busy.acting(busy.stx.second_supervisor) as other:
        assert {load.member: load.total for load in loads(other)}[busy.stx.colleague] == 4


def test_who_is_away_is_offered_last_and_it_is_said(busy):
    with busy.acting(busy.stx.supervisor) as supervisor:
        times = busy.now, busy.now + timedelta(days=3)
        absence = Absence.arrange(busy.stx.advocate, busy.stx.colleague, *times, actor=supervisor)
        last = loads(supervisor)[-1]
        assert last.member == busy.stx.advocate
        assert f"away until {absence.last_day.day}" in last.words


def test_an_urgent_case_counts_as_a_few_at_most(busy):
    with busy.acting(busy.stx.administrator):
        for wrong in (0, 6):
            with pytest.raises(IntegrityError), transaction.atomic():
                ours = Organization.objects.filter(pk=busy.stx.organization.pk)
                ours.update(high_risk_weight=wrong)
