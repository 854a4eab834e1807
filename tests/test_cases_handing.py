"""A case in other hands: never a moment without somebody responsible, and all that follows it goes along."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cases.models import Case, CaseAssignment, FollowUp, Release
from cases.models.case import StillOpen
from orgs import access, clock, holdings
from orgs.models import Reminder
from orgs.record import IllegalMove
from tests.makers.case import a_followup, active_release, draft_release, open_case


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


def grants_are_as_the_policy_says(*records):
    for record in records:
        fresh = type(record).objects.get(pk=record.pk)
        house = fresh.organization_id
        if set(access.standing(fresh, house)) != access.wanted(fresh, house):
            return False
    return True


def test_who_is_asked_has_it_when_they_accept_and_not_before(world, me):
    case, colleague = open_case(me), world.stx.colleague
    assignment = case.offer(colleague, actor=me)
    assert list(CaseAssignment.objects.waiting_for(colleague)) == [assignment]
    case.refresh_from_db()
    assert case.assigned_to == me and not Case.objects.visible_to(colleague).exists()
    assignment.accept(actor=colleague)
    case.refresh_from_db()
    assert case.assigned_to == colleague and not Case.objects.visible_to(me).exists()
    assert CaseAssignment.objects.get(case=case, state="accepted").assignee == colleague


def test_what_follows_a_case_goes_with_it(world, me):
    """Promises and releases are theirs who has the case: grants, owners and clocks, in one transaction."""
    case, colleague = open_case(me), world.stx.colleague
    due, done = a_followup(case, me), a_followup(case, me)
    done.complete(actor=me)
    release, draft = (
        active_release(case, world.stt.organization, me),
        draft_release(case, world.vipd.organization, me),
    )
    case.offer(colleague, actor=me).accept(actor=colleague)
    assert not FollowUp.objects.visible_to(me).exists()
    assert set(FollowUp.objects.visible_to(colleague)) == {due, done}
    assert list(FollowUp.objects.due_for(colleague, clock.now() + timedelta(days=2))) == [due]
    assert set(Release.objects.visible_to(colleague, "sign")) == {release, draft}
    assert not Release.objects.visible_to(me, "sign").exists()
    waiting = Reminder.objects.filter(fired_at=None, subject_id__in=[case.pk, due.pk, release.pk])
    assert set(waiting.values_list("owner_id", flat=True)) == {colleague.pk}
    done.refresh_from_db()
    assert done.ended_by == me
    assert grants_are_as_the_policy_says(case, due, done, release, draft)


def test_a_no_leaves_it_where_it_is(world, me):
    case, colleague = open_case(me), world.stx.colleague
    case.offer(colleague, actor=me).decline("full", actor=colleague)
    case.refresh_from_db()
    assert case.assigned_to == me and not CaseAssignment.objects.waiting_for(colleague).exists()


def test_a_second_offer_takes_the_first_one_back(world, me):
    case = open_case(me)
    first = case.offer(world.stx.colleague, actor=me)
    second = case.offer(world.stx.supervisor, actor=me)
    with pytest.raises(IllegalMove):
        first.accept(actor=world.stx.colleague)
    assert list(CaseAssignment.objects.unanswered()) == [second]


def test_only_a_supervisor_directs_and_says_why(world, me):
    case, boss, colleague = open_case(me), world.stx.supervisor, world.stx.colleague
    for actor, reason in ((me, "load"), (boss, "")):
        with pytest.raises(PermissionDenied):
            case.offer(colleague, actor=actor, directed=True, reason=reason)
    case.offer(colleague, actor=boss, directed=True, reason="leaving")
    case.refresh_from_db()
    assert case.assigned_to == colleague
    assert list(Case.objects.of(colleague).handed()) == [case]


def test_a_case_goes_to_nobody_who_cannot_work_it(world, me):
    """R42: another house, another role, somebody behind a wall, somebody who has left."""
    from cases.models import Wall

    case, colleague = open_case(me), world.stx.colleague
    Wall.build(case.person, world.stx.supervisor, actor=me, reason="knows_person")
    colleague.is_active = False
    for member in (world.stt.advocate, world.stx.intake_worker, world.stx.supervisor, colleague):
        with pytest.raises(IllegalMove):
            case.offer(member, actor=me)


def test_when_nobody_has_a_case_the_supervisors_hear(world, me):
    case = open_case(me, assigned_to=None)
    assert list(Case.objects.unassigned()) == [case]
    rows = Reminder.objects.filter(subject_id=case.pk, clock="accept_assignment")
    assert rows and {(row.owner_id, row.team) for row in rows} == {(None, "supervisor")}
    case.offer(me, actor=world.stx.supervisor).accept(actor=me)
    assert not rows.filter(fired_at=None, subject_id=case.pk).exists()


def test_a_case_of_one_who_left_comes_back_to_the_supervisors(world, me):
    case = open_case(me)
    case.request_closure("goals_met", actor=me)
    case.close(actor=world.stx.supervisor)
    type(me).objects.filter(pk=me.pk).update(is_active=False)
    case.reopen(actor=world.stx.supervisor)
    case.refresh_from_db()
    assert case.assigned_to is None and Case.objects.unassigned().exists()
    type(me).objects.filter(pk=me.pk).update(is_active=True)


def test_nobody_leaves_with_cases_in_hand(me):
    """C9: what a member holds is counted, so that it can be handed over first."""
    before = dict(holdings.of(me))
    open_case(me)
    assert dict(holdings.of(me)).get("Cases") == before.get("Cases", 0) + 1


def test_a_case_closes_when_nothing_is_due(world, me):
    case = open_case(me)
    followup = a_followup(case, me)
    offer = case.offer(world.stx.colleague, actor=me)
    case.request_closure("goals_met", actor=me)
    with pytest.raises(StillOpen) as refused:
        case.close(actor=world.stx.supervisor)
    assert refused.value.left == {"followups": 1, "assignments": 1} and case.state == "closure_requested"
    boss = world.client(world.stx.supervisor)
    ticked = {"told": "on", "safety": "on", "written": "on"}
    answer = boss.post(reverse("close_case", args=[case.number]), ticked)
    assert answer.status_code == 200 and "Finish this first" in answer.content.decode()
    assert answer.context["left"] == 2
    followup.cancel("not_needed", actor=me)
    offer.supersede(actor=me)
    assert boss.post(reverse("close_case", args=[case.number]), {"told": "on"}).status_code == 200
    assert boss.post(reverse("close_case", args=[case.number]), ticked).status_code == 302
    case.refresh_from_db()
    assert case.state == "closed" and case.closed_at
    with pytest.raises(IllegalMove):
        followup.reopen(actor=me)


def test_a_late_press_says_how_it_stands(world, me):
    """409: somebody was here before; nothing is changed."""
    case = open_case(me)
    assert world.client(me).post(reverse("resume_case", args=[case.number])).status_code == 409
    assignment = case.offer(world.stx.colleague, actor=me)
    assignment.accept(actor=world.stx.colleague)
    url = reverse("accept_caseassignment", args=[assignment.pk])
    assert world.client(world.stx.colleague).post(url).status_code == 409


def test_the_one_who_is_asked_sees_no_name_yet(world, me):
    case = open_case(me)
    assignment = case.offer(world.stx.colleague, actor=me)
    client = world.client(world.stx.colleague)
    page = client.get(reverse("view_caseassignment", args=[assignment.pk])).content.decode()
    assert case.number in page and "Bluebird" not in page
    assert client.get(case.get_absolute_url()).status_code == 404


def test_load_and_what_is_quiet(world, me):
    """What the supervisor's board asks, each in one query."""
    case = open_case(me, priority="crisis")
    open_case(me)
    [row] = [row for row in Case.objects.load() if row["assigned_to"] == me.pk]
    assert (row["open"], row["high_risk"]) == (2, 1)
    case.log_contact(actor=me, way="call", outcome="reached")
    world.forward(days=14)
    assert Case.objects.quiet_since(clock.now() - timedelta(days=7)).count() == 2
    assert Case.objects.quiet_since(clock.now() - timedelta(days=14)).count() == 0
    assert not Case.objects.with_plan_to_confirm().exists()
    assert Case.objects.with_plan_to_confirm(clock.now() + timedelta(days=16)).count() == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("complete_followup", {"outcome": "never"}),
        ("reschedule_followup", {"due_at": "2020-01-01T10:00"}),
        ("reschedule_followup", {"due_at": "soon"}),
        ("cancel_followup", {"reason": "bored"}),
    ],
)
def test_a_wrong_answer_about_a_promise_changes_nothing(world, me, name, said):
    followup = a_followup(open_case(me), me)
    answer = world.client(me).post(reverse(name, args=[followup.pk]), said)
    assert answer.status_code == 200 and answer.context["form"].errors
    followup.refresh_from_db()
    assert followup.state == "scheduled"


def test_done_can_be_undone(world, me):
    followup = a_followup(open_case(me), me)
    client = world.client(me)
    page = client.post(reverse("complete_followup", args=[followup.pk]), {"outcome": "done"}, follow=True)
    undo = reverse("reopen_followup", args=[followup.pk])
    assert undo in page.content.decode()
    client.post(undo)
    followup.refresh_from_db()
    assert (followup.state, followup.ended_at) == ("scheduled", None)
    assert Reminder.objects.filter(subject_id=followup.pk, fired_at=None).exists()


def test_a_button_leads_back_to_where_it_was_pressed_and_nowhere_else(world, me):
    case = open_case(me)
    client = world.client(me)
    for back, leads in (("/caseload/", "/caseload/"), ("https://evil.test/", None), ("//evil.test/", None)):
        url = reverse("complete_followup", args=[a_followup(case, me).pk])
        answer = client.post(url, {"outcome": "done", "back": back})
        assert answer["Location"] == (leads or case.get_absolute_url())
