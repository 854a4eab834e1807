"""A case does not close while a handoff of it runs."""

import pytest
from django.urls import reverse

from cases.models import Case, Wall
from cases.models.case import StillOpen
from orgs.models import Reminder
from orgs.record import IllegalMove
from referrals import desk
from referrals.models import Handoff
from tests.makers import handoff as make
from tests.test_where_a_case_lies import case_of, words

TICKED = {"told": "on", "safety": "on", "written": "on"}
KEEPS = {
    "stx": ("supervisor_review", "returned", "offered", "acknowledged", "accepted", "declined"),
    "stt": ("accepted", "connected"),
}


@pytest.mark.parametrize("side, state", [(side, state) for side in KEEPS for state in KEEPS[side]])
def test_a_case_closes_after_its_handoffs(world, side, state):
    """R10: whoever answers for the person, or has said yes, closes nothing before; the page says so."""
    house, handoff = getattr(world, side), make.IN[state](world)
    case = case_of(world, house.advocate)
    with world.acting(house.advocate) as me:
        case.request_closure("goals_met", actor=me)
    with world.acting(house.supervisor) as boss:
        with pytest.raises(StillOpen) as refused:
            case.close(actor=boss)
        assert refused.value.left == {"handoffs": 1}
    client, address = world.client(house.supervisor), reverse("close_case", args=[case.number])
    html = client.get(address).content.decode()
    assert "Finish this first" in words(html) and f'href="{handoff.get_absolute_url()}"' in html
    answer = client.post(address, TICKED)
    assert answer.status_code == 200 and answer.context["left"] == 1


def test_what_is_over_or_the_others_keeps_no_case_open(world):
    """R10: a draft, what is over, and for the sender what is connected; a closed case submits nothing."""
    handoff = make.draft(world)
    case = case_of(world, world.stx.advocate)
    with world.acting(world.stx.supervisor) as boss:
        case.request_closure("goals_met", actor=world.stx.advocate)
        assert case.left_open() == {}
        case.close(actor=boss)
    with world.acting(world.stx.advocate) as me:
        with pytest.raises(IllegalMove):
            handoff.submit(actor=me)
        assert Handoff.objects.get(pk=handoff.pk).state == "draft"
    for state in ("connected", "completed", "discarded", "recalled"):
        made = make.IN[state](world)
        with world.acting(world.stx.advocate):
            assert Case.objects.get(pk=made.own_file().case_id).left_open() == {}, state


def taken_back(world):
    """What the receiver had accepted, and the sender took back and put away."""
    handoff = make.accepted(world)
    with world.acting(world.stx.advocate) as me:
        handoff.recall("plans_changed", actor=me)
        assert handoff.put_away_at, "for the sender it is over"
    return handoff


def test_what_was_taken_back_keeps_the_receivers_case_open_until_they_have_answered(world):
    """R10: the sender puts it away, and the receiver has still not said what becomes of their own case."""
    handoff, here = taken_back(world), world.stt
    case = case_of(world, here.advocate)
    with world.acting(here.advocate) as me:
        case.request_closure("goals_met", actor=me)
    with world.acting(here.supervisor) as boss:
        with pytest.raises(StillOpen) as refused:
            case.close(actor=boss)
        assert refused.value.left == {"handoffs": 1}
    html = world.client(here.supervisor).get(reverse("close_case", args=[case.number])).content.decode()
    assert "Finish this first" in words(html) and f'href="{handoff.get_absolute_url()}"' in html
    with world.acting(here.advocate) as me:
        Handoff.objects.get(pk=handoff.pk).answer_recall("stopped", actor=me)
        assert Case.objects.get(pk=case.pk).left_open() == {}
    with world.acting(here.supervisor) as boss:
        Case.objects.get(pk=case.pk).close(actor=boss)


def test_what_was_taken_back_and_nobody_works_is_on_the_day_of_the_supervisors(world):
    """Nothing is dropped: with the clocks of the case and of the answer, until one of them has acted."""
    here = world.stt
    handoff = make.accepted(world)
    case = case_of(world, here.advocate)
    with world.acting(here.supervisor) as boss:
        Wall.build(case.person, here.advocate, actor=boss, reason="other")
    with world.acting(world.stx.advocate) as me:
        handoff.recall("plans_changed", actor=me)
    with world.acting(here.supervisor) as boss:
        running = Reminder.objects.filter(fired_at=None, rung=0)
        clocks = {row.clock: (row.owner, row.team) for row in running}
        assert clocks["answer_recall"] == clocks["accept_assignment"] == (None, "supervisor")
        rows = todays(boss)
        assert {"handoff", "nobody"} <= set(rows)
        assert rows["handoff"].record.taken_back and rows["nobody"].record.number == case.number
        page = world.client(boss).get(reverse("today")).content.decode()
        assert "Say what becomes of it" in page and f"Nobody has case {case.number}" in page
    with world.acting(here.advocate) as walled:
        assert not {"handoff", "nobody"} & set(todays(walled)), "R42: whoever is walled reads nothing of it"
    with world.acting(here.supervisor) as boss:
        Handoff.objects.get(pk=handoff.pk).answer_recall("go_on", actor=boss)
        Case.objects.get(pk=case.pk).offer(here.colleague, actor=boss, directed=True, reason="load")
        assert not {"handoff", "nobody"} & set(todays(boss))
        assert not running.filter(clock__in=("answer_recall", "accept_assignment")).exists()


def test_the_answer_to_what_was_taken_back_is_asked_of_whoever_has_the_case_now(world):
    """Its clock goes along with the case into other hands, as the handoff itself does."""
    handoff, here = taken_back(world), world.stt
    case = case_of(world, here.advocate)
    with world.acting(here.supervisor) as boss:
        case.offer(here.colleague, actor=boss, directed=True, reason="load")
        owners = Reminder.objects.filter(subject_id=handoff.pk, clock="answer_recall", fired_at=None)
        assert {row.owner for row in owners} == {here.colleague}


def todays(member):
    panels = desk.today(member)
    return {row.kind: row for name in ("past", "due", "given", "coming") for row in panels[name].all}
