"""Goals: in the person's words, looked at again until reached or let go, and nobody else's to know."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Absence, FollowUp, Goal, Wall
from cases.tasks import keep_covers
from orgs import reclocking, reminders
from orgs.models import AuditLine, Organization, OutboxMessage, Reminder
from orgs.record import IllegalMove
from tests.makers.case import open_case
from tests.makers.duty import a_goal

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # a Monday
LOOK = date(2026, 12, 7)  # a Monday, two weeks later
MORNING = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)  # eight o'clock on the islands
DAY, WEEK = timedelta(days=1), timedelta(days=7)
WORDS = "A door that I can lock, near the school"


@pytest.fixture
def case(world):
    world.hold(NOON)
    with world.acting(world.stx.advocate) as me:
        return open_case(me)


def a_wish(world, case, **said):
    with world.acting(world.stx.advocate) as me:
        return a_goal(case, me, look_on=said.pop("look_on", LOOK), **said)


def heard(world, goal, moment):
    """Who has had a mail about looking at it again by a moment, in the order in which they had it."""
    world.hold(moment)
    keep_covers()
    with world.acting(world.stx.supervisor):
        reminders.claim_all()
        mails = OutboxMessage.objects.filter(reminder__subject_id=goal.pk, reminder__clock="review_goal")
        return list(mails.order_by("reminder__rung").values_list("recipient__email", flat=True))


def ringing(goal):
    rows = Reminder.objects.filter(subject_id=goal.pk, fired_at=None).order_by("fire_at")
    return [row.fire_at for row in rows]


def test_nothing_rings_before_its_day_and_after_it_the_ladder_until_somebody_has_looked(world, case):
    """R4, R38: the morning of the day to whoever has the case, then a week apart up the whole ladder."""
    goal, advocate, house = a_wish(world, case), world.stx.advocate, world.stx
    assert heard(world, goal, MORNING - timedelta(minutes=1)) == []
    assert heard(world, goal, MORNING) == [advocate.email]
    assert heard(world, goal, MORNING + 6 * DAY) == [advocate.email]
    above = heard(world, goal, MORNING + 16 * DAY)
    assert house.supervisor.email in above and house.administrator.email not in above
    assert house.administrator.email in heard(world, goal, MORNING + 40 * DAY)
    with world.acting(advocate):
        goal.review("under_way", LOOK + 60 * DAY, actor=advocate)
        assert ringing(goal)[0] == MORNING + 60 * DAY and goal.since > MORNING
        goal.reach(actor=advocate)
        assert ringing(goal) == []
        with pytest.raises(IllegalMove):
            goal.let_go("choice", actor=advocate)
        goal.reopen(actor=advocate)
        assert ringing(goal)[0] == MORNING + 60 * DAY


def test_the_house_says_how_often_goals_are_looked_at_and_a_chosen_day_stays(world, case):
    """R4: thirty days until it says otherwise, longer too; on a business day; the steps after it follow."""
    with world.acting(world.stx.advocate) as me:
        assert a_goal(case, me).look_on == date(2026, 12, 23)
    goal = a_wish(world, case)
    with world.acting(world.stx.administrator) as admin:
        Organization.objects.filter(pk=admin.organization_id).update(
            clocks={"review_goal": {"standard": {"seconds": 45 * 86400}}}, clocks_version=2
        )
    with world.acting(world.stx.advocate) as me:
        me.organization.refresh_from_db()
        assert a_goal(case, me).look_on == date(2027, 1, 7)
        reclocking.set_some()
        assert ringing(goal)[0] == MORNING


def test_it_goes_with_the_case_to_another_and_to_whoever_stands_in(world, case):
    """R42: who is away, who has it next and who is walled: each hears and opens what is theirs."""
    goal, (me, other) = a_wish(world, case), (world.stx.advocate, world.stx.colleague)
    assert world.client(other).get(goal.get_absolute_url()).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        Absence.arrange(me, other, NOON, MORNING + DAY, actor=boss)
    assert heard(world, goal, MORNING) == [other.email]
    assert goal.get_absolute_url() in world.client(other).get("/today/").content.decode()
    world.hold(MORNING + 2 * DAY)
    keep_covers()
    assert world.client(other).get(goal.get_absolute_url()).status_code == 404
    with world.acting(world.stx.supervisor) as boss:
        case.offer(other, actor=boss, directed=True, reason="load")
        goal.refresh_from_db()
        assert goal.owner == other
    assert world.client(me).get(goal.get_absolute_url()).status_code == 404
    listed = world.client(world.stx.second_supervisor).get("/duties/").content.decode()
    assert goal.get_absolute_url() in listed and WORDS not in listed
    with world.acting(world.stx.supervisor) as boss:
        Wall.build(case.person, world.stx.second_supervisor, actor=boss, reason="other")
    walled = world.client(world.stx.second_supervisor)
    assert case.number not in walled.get("/duties/").content.decode()
    assert walled.get(goal.get_absolute_url()).status_code == 404
    assert world.stx.second_supervisor.email not in heard(world, goal, MORNING + 20 * DAY)


def test_from_writing_it_down_to_its_end(world, case):
    """R4, R11: what was typed stays, the words are sealed, a step is a follow-up, each end has an undo."""
    client = world.client(world.stx.advocate)
    begin, said = reverse("begin_goal", args=[case.number]), {"kind": "housing", "words": WORDS}
    assert 'value="2026-12-23"' in client.get(begin).content.decode()  # the setting's day
    said |= {"step": "Call the landlord"}
    for wrong, words in (
        ({"look_on": "2026-11-23"}, "Give a day that is to come"),
        ({"look_on": "2028-11-23"}, "more than a year off"),
        ({"look_on": "2026-12-07"}, "By when is the step done?"),
        ({"look_on": "2026-12-07", "step": "", "step_by": "2026-11-30T09:00"}, "Say what the step is"),
    ):
        bad = client.post(begin, {**said, "step_by": "2026-11-27T09:00", **wrong} if "By when" not in words
                          else {**said, **wrong})  # fmt: skip
        page = bad.content.decode()
        assert bad.status_code == 200 and words in page and WORDS in page
    assert (
        client.post(begin, {**said, "look_on": "2026-12-07", "step_by": "2026-11-27T09:00"}).status_code
        == 302
    )
    with world.acting(world.stx.advocate):
        [goal], [step] = Goal.objects.all(), FollowUp.objects.filter(case=case)
        assert step.what == "Call the landlord"
    page = client.get(case.get_absolute_url()).content.decode()
    assert f"Housing: {WORDS}" in page and "A goal: Housing" in page and "Not begun" in page
    assert goal.get_absolute_url() not in client.get("/today/").content.decode()
    world.hold(MORNING - 3 * DAY)
    client, review = world.client(world.stx.advocate), reverse("review_goal", args=[goal.pk])
    today = client.get("/today/").content.decode()
    assert review in today and "Goal: Housing" in today and WORDS not in today
    assert client.post(review, {"progress": "nearly", "look_on": "2026-12-28"}).status_code == 302
    there = client.get(goal.get_absolute_url()).content.decode()
    assert "Looked at together" in there and there.count("Nearly there") == 2
    changed = {"kind": "family", "words": WORDS + ", with my son", "look_on": "2026-12-28"}
    assert client.post(reverse("revise_goal", args=[goal.pk]), changed).status_code == 302
    happened = client.get(case.get_absolute_url()).content.decode()
    assert "Looked at a goal together: Children and family" in happened and ", with my son" in happened
    assert client.post(reverse("let_go_goal", args=[goal.pk]), {"reason": "died"}).status_code == 200
    for verb, reason, stands in (
        ("let_go", "choice", "Goal let go"), ("reach_partly", "", "Goal reached in part"),
        ("reach", "", "Goal reached"),
    ):  # fmt: skip
        assert client.post(reverse(f"{verb}_goal", args=[goal.pk]), {"reason": reason}).status_code == 302
        assert f"{stands}: Children and family" in client.get(case.get_absolute_url()).content.decode()
        late = client.post(reverse("reach_goal", args=[goal.pk]))
        assert late.status_code == 409 and "Somebody was here before you" in late.content.decode()
        assert client.post(reverse("reopen_goal", args=[goal.pk])).status_code == 302
    with world.acting(world.stx.advocate):
        goal.refresh_from_db()
        assert (goal.state, goal.reason, goal.ended_by, goal.due_at) == ("set", "", None, goal.look_at)
        assert WORDS not in str([line.details for line in AuditLine.objects.all()])


def test_no_case_closes_with_a_goal_that_nobody_answered_and_a_death_lets_it_go(world, case):
    """R4, R33: while it runs the case stays open, and the table takes no goal without its clock or end."""
    goal = a_wish(world, case)
    client = world.client(world.stx.supervisor)
    with world.acting(world.stx.advocate) as me:
        assert case.left_open() == {"duties": 1}
        with pytest.raises(ValidationError):
            a_goal(case, me, look_on=NOON.date())
        for wrong, fault in (
            ({"due_at": None}, "goal_has_a_clock"),
            ({"due_at": NOON}, "goal_has_a_clock"),
            ({"state": "reached", "due_at": None}, "goal_is_ended_by_somebody"),
            ({"reason": "choice"}, "goal_is_"),
            ({"state": "let_go", "due_at": None, "ended_at": NOON, "ended_by": me},
             "goal_is_let_go_for_a_reason"),
            ({"state": "failed", "due_at": None}, "goal_"),
        ):  # fmt: skip
            with pytest.raises(IntegrityError, match=fault), transaction.atomic():
                Goal.objects.filter(pk=goal.pk).update(**wrong)
        case.request_closure("goals_met", actor=me)
    closing = client.get(reverse("close_case", args=[case.number])).content.decode()
    assert "Goal: Housing" in closing and f'href="{goal.get_absolute_url()}"' in closing
    assert "How did it end?" in closing and "The person knows" not in closing
    with world.acting(world.stx.advocate) as me:
        goal.reach_partly(actor=me)
        assert case.left_open() == {}
        case.close(actor=world.stx.supervisor)
        for late in (lambda: goal.reopen(actor=me), lambda: a_goal(case, me)):
            with pytest.raises(IllegalMove):
                late()
        other = open_case(me)
        goal = a_goal(other, me)
        other.record_death(actor=me)
        goal.refresh_from_db()
        assert (goal.state, goal.reason, ringing(goal)) == ("let_go", "died", [])
        with pytest.raises(IllegalMove):
            goal.reopen(actor=me)
