"""Questions that are put into SQL once: the same rows as if they were built anew, for each who asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Wall
from config import navigation
from orgs import clock
from orgs.calendar import end_of_day
from orgs.compiled import compiled
from orgs.models import User
from referrals import desk
from referrals.models import HandoffFile
from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes

WHO = ("intake_worker", "advocate", "colleague", "supervisor", "second_supervisor", "administrator")


@pytest.fixture
def busy(world):
    """Work of every kind on two islands, some of it behind a wall, some of it late."""
    for house in (world.stx, world.stt):
        with world.acting(house.supervisor) as supervisor:
            case = cases.open_case(house.advocate)
            cases.a_followup(case, house.advocate, hours=1, what="Call about the order")
            cases.open_case(house.advocate, plan=False)
            hidden = cases.open_case(house.advocate)
            cases.a_followup(hidden, house.advocate, hours=1, what="Not for everybody")
            Wall.build(hidden.person, house.colleague, actor=supervisor, reason="knows_person")
            Wall.build(hidden.person, house.second_supervisor, actor=supervisor, reason="knows_person")
            case.offer(house.colleague, actor=supervisor)
            intakes.triaged(house.intake_worker).assign(house.advocate, actor=supervisor)
    handoff = handoffs.submitted(world)
    with world.acting(world.stx.supervisor) as supervisor:
        person = HandoffFile.objects.get(handoff=handoff, case__isnull=False).case.person
        Wall.build(person, world.stx.second_supervisor, actor=supervisor, reason="knows_person")
    world.forward(hours=30)
    return world


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("house", ["stx", "stt"])
def test_the_figures_are_what_the_lists_have(busy, house, who):
    """R42: grants, walls and moments are those of whoever asks, and not of who asked first."""
    member = getattr(getattr(busy, house), who)
    with busy.acting(member):
        for at in (clock.now(), clock.now() - timedelta(hours=29), clock.now() + timedelta(days=40)):
            moments = at, end_of_day(at)
            anew = list(desk._waiting.__wrapped__(member, *moments))
            assert sorted(desk._waiting(member, *moments)) == sorted(anew)
        assert navigation._clocks(member) == list(navigation._clocks.__wrapped__(member))


def test_there_is_something_to_compare(busy):
    """The test above has rows, also some that a wall takes away from one of two in the same role."""
    figures = {}
    for who in WHO:
        with busy.acting(getattr(busy.stx, who)) as member:
            figures[who] = desk.what_waits(member)[0], navigation.running(member)["review"][0]
    assert figures["advocate"] == (3, 0) and figures["colleague"][0] == 0
    assert figures["supervisor"] == (0, 1) and figures["second_supervisor"] == (0, 0)


def test_it_is_asked_with_one_query_and_built_once(world):
    built = []

    @compiled
    def mine(member, now):
        built.append(member)
        return Case.objects.visible_to(member).filter(opened_at__lte=now).values_list("number")

    for house in (world.stx, world.stt, world.stx):
        with world.acting(house.advocate) as member:
            case, now = cases.open_case(member), clock.now()
            assert (case.number,) in mine(member, now)
            with CaptureQueriesContext(connection) as asked:
                assert mine(member, now - timedelta(days=1)) == []
            assert len(asked) == 1
    assert len(built) == 1


def own_id(member, now):
    return Case.objects.filter(person_id="0b7e2f6e-4c57-4c44-9a32-2f6c2dfd12aa").values_list("pk")


def own_moment(member, now):
    return Case.objects.filter(opened_at__lte=clock.now()).values_list("pk")


@pytest.mark.parametrize("build", [own_id, own_moment])
def test_what_one_member_was_answered_is_never_kept_for_another(world, build):
    """R42: a question that holds an id or a moment of its own is refused when it is built."""
    with world.acting(world.stx.advocate) as member, pytest.raises(ValueError, match="of its own"):
        compiled(build)(member, clock.now())


def test_a_question_knows_nothing_else_of_who_asks(world):
    with world.acting(world.stx.advocate) as member, pytest.raises(User.DoesNotExist):
        compiled(lambda member: Case.objects.filter(number=member.name).values_list("pk"))(member)
