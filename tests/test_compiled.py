"""Questions that are put into SQL once: the same rows as if they were built anew, for each who asks."""

from contextlib import suppress
from datetime import timedelta
from types import FunctionType

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseAssignment, FollowUp, Wall
from cases.views import looked_up as cases_views
from config import navigation
from orgs import access, clock
from orgs.access import get_permitted
from orgs.calendar import end_of_day
from orgs.compiled import compiled
from orgs.models import User
from referrals import desk
from referrals.models import Handoff, HandoffFile, Intake
from referrals.views import handoff as handoff_views
from referrals.views import intake as intake_views
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


def everybody(world):
    """Each role of both islands, acting; now this island asks first and now that one."""
    houses = ["stx", "stt"]
    for who in WHO:
        for house in houses:
            with world.acting(getattr(getattr(world, house), who)) as member:
                yield who, member
        houses.reverse()


def test_the_figures_are_what_the_lists_have(busy):
    """R42: grants, walls and moments are those of whoever asks, and not of who asked first."""
    for _who, member in everybody(busy):
        for at in (clock.now(), clock.now() - timedelta(hours=29), clock.now() + timedelta(days=40)):
            moments = at, end_of_day(at)
            anew = list(desk._waiting.__wrapped__(member, *moments))
            assert sorted(desk._waiting(member, *moments)) == sorted(anew), member
        assert navigation._clocks(member) == list(navigation._clocks.__wrapped__(member)), member


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


LOOKED_UP = (
    (cases_views.PAGES, Case, "number", True),
    (cases_views.CASES, Case, "number", False),
    (cases_views.OFFERS, CaseAssignment, "pk", False),
    (cases_views.FOLLOWUPS, FollowUp, "pk", False),
    (intake_views.PAGES, Intake, "number", True),
    (handoff_views.HANDOFFS, Handoff, "reference", False),
    (Intake, Intake, "number", False),
)


def test_a_door_finds_what_it_found_before_its_question_was_kept(busy):
    """R42, R6: the record, all that stands beside it, and the verbs; for the walled and for strangers too."""
    for who, member in everybody(busy):
        found = sum(answers_alike(member, *looked_up) for looked_up in LOOKED_UP)
        assert found or who not in ("advocate", "supervisor"), member


def answers_alike(member, rows, model, key, in_emergency):
    """How many of the model's rows this member finds; each answer is held against one that was built anew."""
    anew = rows(member) if isinstance(rows, FunctionType) else rows
    anew = model.objects.all() if rows is model else anew.all()
    found = 0
    for value in model._base_manager.values_list(key, flat=True):
        wanted = anew.visible_to(member, in_emergency=in_emergency).filter(**{key: value}).first()
        try:
            record = get_permitted(
                member, f"view_{model._meta.model_name}", rows, in_emergency=in_emergency, **{key: value}
            )
        except Http404:
            assert wanted is None
            continue
        found += 1
        assert record.may == access.verbs_of(member, record) and "view" in record.may
        kept, expected = ({**vars(one), "may": 0, "by_glass": 0, "_state": 0} for one in (record, wanted))
        assert kept == expected
        assert record._state.fields_cache == wanted._state.fields_cache
    return found


def test_a_door_asks_as_often_as_before_and_no_null_byte_reaches_the_database(world):
    """R6: one question whether it is there or not, and none for what nothing can be."""
    with world.acting(world.stx.advocate) as member:
        number = cases.open_case(member).number
        assert member.group_ids  # asked once
        for wanted, queries in ((number, 2), ("C-9999", 1), ("C-1\0", 0)):
            with CaptureQueriesContext(connection) as asked, suppress(Http404):
                get_permitted(member, "view_case", cases_views.CASES, number=wanted)
            assert len(asked) == queries


def test_what_is_looked_up_in_is_made_once(world):
    """A queryset of a view's own would be put into SQL with every page, and kept for ever."""
    with world.acting(world.stx.advocate) as member, pytest.raises(TypeError, match="lasting"):
        get_permitted(member, "view_case", Case.objects.all(), number="C-9999")


@pytest.mark.parametrize("build", [own_id, own_moment])
def test_what_one_member_was_answered_is_never_kept_for_another(world, build):
    """R42: a question that holds an id or a moment of its own is refused when it is built."""
    with world.acting(world.stx.advocate) as member, pytest.raises(ValueError, match="of its own"):
        compiled(build)(member, clock.now())


def test_a_question_knows_nothing_else_of_who_asks(world):
    with world.acting(world.stx.advocate) as member, pytest.raises(User.DoesNotExist):
        compiled(lambda member: Case.objects.filter(number=member.name).values_list("pk"))(member)


def test_what_every_page_asks_is_read_and_planned_once_for_a_connection(busy):
    """What never changes stands in the statement, and who asks and for whom travels beside it."""
    for _who, member in everybody(busy):
        for _again in range(8):
            navigation.running(member)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
        kept = [(text, plans) for text, plans in cursor.fetchall() if '"orgs_reminder"."clock"' in text]
    assert kept and all(plans > 0 for _text, plans in kept)
    for text, _plans in kept:
        assert "'review_breakglass'" in text
        assert str(busy.stx.organization.pk) not in text and str(busy.stx.advocate.pk) not in text
