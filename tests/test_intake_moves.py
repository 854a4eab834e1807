"""Every move of an intake, from every state; and what a move leaves behind."""

from datetime import timedelta

import pytest
from django.db import transaction

from cases.models import Wall
from orgs.models import AuditLine, Reminder
from orgs.record import IllegalMove
from referrals.models import Intake, IntakeAssignment
from referrals.models.intake import STATES
from referrals.models.intake_moves import ENDS, MOVES, REFUSALS
from tests.asking import taken_back
from tests.makers.intake import CALL, a_plan_for, a_walk_in, assigned, do, in_state, triaged

OF_A_PACKET = ("mark_officer", "show_heads", "hide_heads", "lift_mark")  # see test_officer_who_harms.py
BEGINS = ("assigned", "reach_out")  # the first try begins the outreach


@pytest.fixture
def desk(world):
    return world.stx.intake_worker


@pytest.fixture
def advocate(world):
    return world.stx.advocate


@pytest.mark.parametrize("state", STATES)
def test_each_move_starts_from_its_states_and_ends_where_the_table_says(world, desk, advocate, state):
    """One intake in this state, and from there each move of the table, one after the other taken back."""
    ended = {}
    with world.acting(desk):
        made = in_state(state, desk, advocate)
        for verb in MOVES:
            if verb not in OF_A_PACKET:
                with taken_back():
                    ended[verb] = moved(Intake.objects.get(pk=made.pk), verb, desk, advocate)
    assert ended == {verb: expected(state, verb) for verb in ended}


def moved(intake, verb, desk, advocate):
    """Where the move leads, or "refused": then nothing has changed."""
    before = intake.state
    if (before, verb) == ("new", "triage"):
        intake.check_conflict(actor=desk)
    try:
        with transaction.atomic():
            do(intake, verb, advocate)
    except IllegalMove:
        assert intake.state == before == Intake.objects.get(pk=intake.pk).state
        return "refused"
    return Intake.objects.get(pk=intake.pk).state


def expected(state, verb):
    starts, ends = MOVES[verb]
    if state not in starts:
        return "refused"
    if (state, verb) == BEGINS:
        return "outreach"
    if (state, verb) == ("assigned", "let_go"):
        return "triaged"  # nobody has it any more, and it had not begun
    return ends or state


def refused(reason, move, *args, **kwargs):
    with pytest.raises(IllegalMove) as refusal, transaction.atomic():
        move(*args, **kwargs)
    assert refusal.value.reason == REFUSALS[reason]
    return refusal.value.record


def test_triage_waits_for_the_conflict_check(world, desk):
    with world.acting(desk):
        intake = a_walk_in(desk)
        assert refused("conflict_check", intake.triage, actor=desk).state == "new"
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk, priority="crisis")
        assert (intake.state, intake.priority, intake.conflict_checked_by) == ("triaged", "crisis", desk)


def test_nobody_is_responsible_by_being_asked(world, desk, advocate):
    with world.acting(desk):
        intake = triaged(desk)
        offer = intake.assign(advocate, actor=desk)
        assert (intake.state, intake.assigned_to, intake.asked) == ("triaged", None, advocate)
        assert not Intake.objects.unassigned().exists()
        assert list(IntakeAssignment.objects.waiting_for(advocate)) == [offer]
        offer.accept(actor=advocate)
        intake.refresh_from_db()
        assert (intake.state, intake.assigned_to, intake.asked) == ("assigned", advocate, None)
        assert list(Intake.objects.open_for(advocate)) == [intake]


def test_a_declined_question_comes_back_with_its_clock_running(world, desk, advocate):
    with world.acting(desk):
        intake = triaged(desk)
        before = list(Reminder.objects.filter(subject_id=intake.pk).values_list("due_at", flat=True))
        intake.assign(advocate, actor=desk).decline("full", actor=advocate)
        assert list(Intake.objects.unassigned()) == [intake]
        assert list(Reminder.objects.filter(subject_id=intake.pk).values_list("due_at", flat=True)) == before
        assert not Reminder.objects.filter(clock="accept_assignment").exists()


def test_a_member_who_says_that_they_know_someone_is_walled_at_once(world, desk, advocate):
    """R42: the conflict of interest itself is the only thing that is kept."""
    with world.acting(desk):
        intake = triaged(desk)
        intake.assign(advocate, actor=desk).decline("conflict", actor=advocate)
        assert Wall.objects.filter(person=intake.person, user=advocate).exists()
        assert not Intake.objects.visible_to(advocate).exists()
        refused("walled", intake.assign, advocate, actor=desk)


def test_who_was_asked_last_is_the_only_one_who_can_accept(world, desk, advocate):
    with world.acting(desk):
        intake = triaged(desk)
        first = intake.assign(advocate, actor=desk)
        second = intake.assign(world.stx.colleague, actor=desk)
        with pytest.raises(IllegalMove), transaction.atomic():
            first.accept(actor=advocate)
        second.accept(actor=world.stx.colleague)
        assert not Intake.objects.visible_to(advocate).exists()


def test_whoever_has_it_keeps_it_until_the_next_one_accepts(world, desk, advocate):
    colleague = world.stx.colleague
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
        intake.assign(colleague, actor=desk).decline("full", actor=colleague)
        intake.refresh_from_db()
        assert (intake.assigned_to, intake.asked, intake.state) == (advocate, None, "outreach")
        intake.assign(colleague, actor=desk).accept(actor=colleague)
        intake.refresh_from_db()
        assert (intake.assigned_to, intake.state) == (colleague, "outreach")
        assert sorted(intake.assignments.values_list("state", flat=True)) == [
            "accepted",
            "declined",
            "superseded",
        ]


def test_only_those_who_work_here_are_asked(world, desk):
    with world.acting(desk):
        intake = triaged(desk)
        for stranger in (world.stt.advocate, world.stx.administrator, world.officer):
            refused("not_this_member", intake.assign, stranger, actor=desk)


def test_nobody_tries_to_reach_a_person_without_a_plan_of_the_last_30_days(world, desk, advocate):
    """R37: the attempt is refused and not recorded, and the plan opens it again."""
    with world.acting(desk):
        intake = assigned(desk, advocate)
        refused("safe_plan", intake.begin_outreach, actor=advocate)
        refused("safe_plan", intake.reach_out, actor=advocate, **CALL)
        a_plan_for(intake, advocate)
        intake.reach_out(actor=advocate, **CALL)
        world.forward(days=30)
        refused("safe_plan", intake.reach_out, actor=advocate, **CALL)
        intake.refresh_from_db()
        assert (intake.attempts, intake.person.attempts.count()) == (1, 1)
        intake.person.plan.confirm(actor=advocate)
        intake.reach_out(actor=advocate, **CALL)
        assert intake.attempts == 2


@pytest.mark.parametrize("outcome", ["someone_else", "wrong_number", "unsafe"])
def test_after_a_try_that_went_wrong_the_plan_must_be_confirmed_again(world, desk, advocate, outcome):
    """R37: somebody else answered, so that yesterday's plan is no plan."""
    with world.acting(desk):
        intake = assigned(desk, advocate)
        a_plan_for(intake, advocate)
        intake.reach_out(actor=advocate, way="call", outcome=outcome)
        assert intake.state == "outreach"
        assert not intake.person.plan.is_verified
        assert intake.person.plan.never == "Never leave a message."
        refused("safe_plan", intake.reach_out, actor=advocate, **CALL)


@pytest.mark.parametrize("outcome", ["reached", "reached_wants_later", "declined"])
def test_who_was_reached_is_engaged(world, desk, advocate, outcome):
    with world.acting(desk):
        intake = assigned(desk, advocate)
        a_plan_for(intake, advocate)
        intake.reach_out(actor=advocate, way="call", outcome=outcome, minutes=25, note="Talked of the ferry.")
        assert intake.state == "engaged"
        assert intake.outreach_at


def test_giving_up_takes_as_many_safe_attempts_as_the_organization_asks_for(world, desk, advocate):
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
        for _ in range(desk.organization.safe_attempts):
            assert refused("attempts", intake.give_up, actor=world.stx.supervisor).state == "outreach"
            intake.reach_out(actor=advocate, **CALL)
        intake.give_up(actor=world.stx.supervisor)
        assert (intake.state, intake.ended_by) == ("unable_to_contact", world.stx.supervisor)


def test_a_case_is_opened_for_whoever_worked_the_intake(world, desk, advocate):
    with world.acting(desk):
        intake = in_state("engaged", desk, advocate)
        case = intake.open_case(actor=world.stx.supervisor)
        assert (case.assigned_to, case.person, case.priority) == (advocate, intake.person, intake.priority)
        assert (intake.state, intake.case) == ("case_opened", case)


@pytest.mark.parametrize("state", ENDS)
def test_what_ended_begins_again_with_nobodys_hand_on_it_and_a_new_clock(world, desk, advocate, state):
    with world.acting(desk):
        intake = in_state(state, desk, advocate)
        later = world.forward(days=5)
        intake.reopen(actor=world.stx.supervisor)
        intake = Intake.objects.get(pk=intake.pk)
        assert (intake.state, intake.assigned_to, intake.attempts, intake.reason) == ("triaged", None, 0, "")
        clock = Reminder.objects.filter(subject_id=intake.pk, clock="first_outreach").latest("version")
        assert clock.started_at == later
        intake.assign(advocate, actor=desk).accept(actor=advocate)


def test_what_ended_before_its_conflict_check_is_new_when_it_is_opened_again(world, desk):
    with world.acting(desk):
        intake = a_walk_in(desk)
        intake.find_invalid(actor=desk, reason="test")
        intake.reopen(actor=world.stx.supervisor)
        assert intake.state == "new"


def test_an_end_takes_the_open_question_with_it(world, desk, advocate):
    with world.acting(desk):
        intake = triaged(desk)
        offer = intake.assign(advocate, actor=desk)
        intake.refer_out(actor=desk, reason="other_service")
        offer.refresh_from_db()
        assert offer.state == "superseded"
        assert not Reminder.objects.filter(clock__in=("accept_assignment", "first_outreach")).exists()


def test_a_wall_takes_the_intake_from_the_one_who_is_walled(world, desk, advocate):
    """R42: it stands in the same transaction, for whoever had it and whoever was asked."""
    with world.acting(desk):
        working, asked = assigned(desk, advocate), triaged(desk)
        asked.assign(advocate, actor=desk)
        for intake in (working, asked):
            intake.check_conflict(actor=desk, walled=[advocate], reason="knows_other")
            intake.refresh_from_db()
            assert (intake.state, intake.assigned_to, intake.asked) == ("triaged", None, None)
            assert intake.conflict_found
        assert not Intake.objects.visible_to(advocate).exists()
        assert not IntakeAssignment.objects.visible_to(advocate).exists()


def test_records_of_one_person_share_their_walls(world, desk, advocate):
    """R25: the most restrictive of either survives."""
    with world.acting(desk):
        one, other = triaged(desk), a_walk_in(desk)
        one.check_conflict(actor=desk, walled=[advocate])
        other.check_conflict(actor=desk, walled=[world.stx.colleague])
        other.find_duplicate(one, actor=desk)
        for intake in (one, other):
            walled = set(Wall.objects.filter(person=intake.person).values_list("user_id", flat=True))
            assert walled == {advocate.pk, world.stx.colleague.pk}


def test_an_intake_is_no_duplicate_of_itself_or_in_a_circle(world, desk):
    with world.acting(desk):
        one, other = a_walk_in(desk), a_walk_in(desk)
        refused("not_that_one", one.find_duplicate, one, actor=desk)
        one.find_duplicate(other, actor=desk)
        refused("not_that_one", other.find_duplicate, one, actor=desk)


def test_each_move_leaves_one_line_that_names_nobody(world, desk, advocate):
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
        intake.reach_out(actor=advocate, way="call", outcome="no_answer", note="The neighbor was there")
        lines = AuditLine.objects.filter(subject_id=intake.pk)
        verbs = list(lines.order_by("sequence").values_list("verb", flat=True))
        assert verbs == [
            "walk_in",
            "check_conflict",
            "triage",
            "assign",
            "take_on",
            "begin_outreach",
            "reach_out",
        ]
        said = " ".join(str(line.details) for line in lines)
        assert "Bluebird" not in said
        assert "neighbor" not in said


def test_no_contact_is_counted_from_the_last_try(world, desk, advocate):
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
        world.forward(days=3)
        intake.reach_out(actor=advocate, **CALL)
        rung = (
            Reminder.objects.filter(subject_id=intake.pk, clock="no_contact")
            .order_by("-version", "rung")
            .first()
        )
        assert rung.fire_at - world.now >= timedelta(days=7)
