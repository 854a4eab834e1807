"""A wall takes work out of hands that must not see it, and gives it to somebody who may: nothing drops."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from cases.models import Case, CaseAssignment, FollowUp, NoSupervisorLeft, Wall
from orgs.models import Reminder
from orgs.record import IllegalMove
from referrals.models import Handoff, Intake
from tests.makers import handoff as handoffs
from tests.makers.case import a_followup, a_person, a_plan, open_case
from tests.makers.intake import a_walk_in, assigned, in_state, triaged
from tests.test_handoff_readers import offered


@pytest.fixture
def colleague(world):
    return world.stx.colleague


def restrict(world, case, member, by=None):
    """Put up a wall on the case's page, as the advocate does; returns the answer."""
    client = world.client(by or world.stx.advocate)
    return client.post(reverse("restrict_case", args=[case.number]), {"member": member.pk, "reason": "other"})


def rungs_of(record):
    """Who hears the next rungs of a record's clocks: {(clock, owner)}."""
    return set(Reminder.objects.filter(subject_id=record.pk, fired_at=None).values_list("clock", "owner_id"))


def test_a_case_joined_to_a_walled_intake_comes_back_to_the_supervisors(world, colleague):
    """R25: with its promises and its clocks; the walled member is asked for nothing of it any more."""
    with world.acting(colleague):
        case = open_case(colleague)
        promise = a_followup(case, colleague)
    with world.acting(world.stx.intake_worker) as desk:
        intake = a_walk_in(desk)
        intake.check_conflict(actor=desk, found=True, walled=[colleague])
        intake.triage(actor=desk)
    answer = world.client(world.stx.supervisor).post(
        reverse("link_case_intake", args=[intake.number]), {"which": case.number}
    )
    assert answer.status_code == 302
    with world.acting(world.stx.supervisor) as supervisor:
        case = Case.objects.get(pk=case.pk)
        assert case.assigned_to is None and list(Case.objects.unassigned()) == [case]
        assert not CaseAssignment.objects.filter(case=case, state="accepted").exists()
        assert FollowUp.objects.get(pk=promise.pk).owner is None
        assert ("accept_assignment", None) in rungs_of(case) and rungs_of(promise) == {("follow_up", None)}
        assert colleague.pk not in {owner for _clock, owner in rungs_of(case)}
        case.offer(world.stx.advocate, actor=supervisor)


def test_an_intake_that_another_was_found_to_be_goes_back_to_the_desk(world, colleague):
    """R25: the walls of either hold for both, and whoever must not see it does not keep it."""
    with world.acting(world.stx.intake_worker) as desk:
        target = assigned(desk, colleague)
        before = set(Reminder.objects.filter(subject_id=target.pk).values_list("clock", "due_at"))
        intake = a_walk_in(desk)
        intake.check_conflict(actor=desk, found=True, walled=[colleague])
        intake.find_duplicate(target, actor=desk)
        target = Intake.objects.get(pk=target.pk)
        assert (target.state, target.assigned_to) == ("triaged", None)
        assert target in Intake.objects.waiting()
        assert rungs_of(target) == {("first_outreach", None)}
        assert set(Reminder.objects.filter(subject_id=target.pk).values_list("clock", "due_at")) == before


@pytest.mark.parametrize("state", ["assigned", "outreach", "engaged"])
def test_a_wall_on_the_case_page_takes_intakes_of_the_same_person_back(world, colleague, state):
    """R42: what was begun stays begun, and is on the board as nobody's."""
    with world.acting(world.stx.intake_worker) as desk:
        intake = in_state(state, desk, colleague)
    with world.acting(world.stx.advocate) as advocate:
        case = Case.open_for(intake.person, actor=advocate, assigned_to=advocate, island="STX")
    assert restrict(world, case, colleague).status_code == 302
    with world.acting(world.stx.supervisor) as supervisor:
        intake = Intake.objects.get(pk=intake.pk)
        assert intake.assigned_to is None and intake.state == ("triaged" if state == "assigned" else state)
        assert intake in Intake.objects.visible_to(supervisor).unassigned()
    board = world.client(world.stx.supervisor).get(reverse("board")).content.decode()
    assert reverse("assign_intake", args=[intake.number]) in board


def test_a_question_to_whoever_is_walled_is_taken_back(world, colleague):
    """R42: and nothing that nobody sees keeps a case from closing."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        offer = case.offer(colleague, actor=advocate)
    assert restrict(world, case, colleague).status_code == 302
    with world.acting(world.stx.supervisor) as supervisor:
        assert CaseAssignment.objects.get(pk=offer.pk).state == "superseded" and not rungs_of(offer)
        case = Case.objects.get(pk=case.pk)
        case.request_closure("goals_met", actor=world.stx.advocate)
        case.close(actor=supervisor)


def test_an_intake_that_a_walled_member_was_asked_to_take_is_asked_of_nobody(world, colleague):
    with world.acting(world.stx.intake_worker) as desk:
        intake = triaged(desk)
        intake.assign(colleague, actor=desk)
        Wall.build(intake.person, colleague, actor=desk, reason="other")
        intake.refresh_from_db()
        assert intake.asked is None and intake in Intake.objects.unassigned()
        assert not intake.assignments.filter(state="offered").exists()


def test_a_handoff_is_never_passed_on_to_a_walled_member(world, colleague):
    """R42: they are not on the list, and the move itself refuses them."""
    handoff = handoffs.draft(world)
    with world.acting(world.stx.advocate) as advocate:
        Wall.build(handoff.own_file().case.person, colleague, actor=advocate, reason="other")
    client = world.client(world.stx.supervisor)
    page = client.get(reverse("pass_on_handoff", args=[handoff.reference])).content.decode()
    assert str(colleague.pk) not in page and str(world.stx.advocate.pk) in page
    again = client.post(reverse("pass_on_handoff", args=[handoff.reference]), {"member": colleague.pk})
    assert again.status_code == 200
    with world.acting(world.stx.supervisor) as supervisor, pytest.raises(IllegalMove):
        handoff.pass_on(colleague, actor=supervisor)
    with world.acting(world.stx.supervisor):
        assert Handoff.objects.get(pk=handoff.pk).sender_advocate == world.stx.advocate


def test_a_handoff_that_was_passed_on_to_whoever_is_walled_goes_back_to_the_case(world, colleague):
    """R42: it belongs to whoever has the case again; and with a walled advocate to nobody, as the case."""
    handoff = handoffs.offered(world)
    advocate = world.stx.advocate
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.pass_on(colleague, actor=supervisor)
        person = handoff.own_file().case.person
        Wall.build(person, colleague, actor=supervisor, reason="other")
        assert Handoff.objects.get(pk=handoff.pk).sender_advocate == advocate
        Wall.build(person, advocate, actor=supervisor, reason="other")
        handoff.refresh_from_db()
        assert handoff.sender_advocate is None and handoff.sender_contact == ""
        case = handoff.own_file().case
        case.offer(world.stx.second_supervisor, actor=supervisor, directed=True, reason="conflict")
        assert Handoff.objects.get(pk=handoff.pk).sender_advocate == world.stx.second_supervisor


def test_a_handoff_goes_with_its_case(world, colleague):
    """R10: who had the case until now sees nothing more of where it goes, and who has it does."""
    handoff, over = handoffs.draft(world), handoffs.completed(world)
    for one in (handoff, over):
        with world.acting(world.stx.supervisor) as supervisor:
            one.own_file().case.offer(colleague, actor=supervisor, directed=True, reason="load")
        old, new = (world.client(member) for member in (world.stx.advocate, colleague))
        for name in ("view_handoff", "edit_handoff") if one is handoff else ("view_handoff",):
            address = reverse(name, args=[one.reference])
            assert old.get(address).status_code == 404 and new.get(address).status_code == 200
    with world.acting(world.stx.supervisor):
        assert rungs_of(handoff) == set()
    with world.acting(world.stt.supervisor) as supervisor:
        over.own_file().case.offer(world.stt.colleague, actor=supervisor, directed=True, reason="load")
    assert world.client(world.stt.advocate).get(over.get_absolute_url()).status_code == 404
    assert world.client(world.stt.colleague).get(over.get_absolute_url()).status_code == 200


def test_what_the_old_advocate_asked_goes_on_with_the_new_one(world, colleague):
    """R10: the clock of a returned handoff rings for whoever has the case now."""
    handoff = handoffs.returned(world)
    with world.acting(world.stx.supervisor) as supervisor:
        before = rungs_of(handoff)
        handoff.own_file().case.offer(colleague, actor=supervisor, directed=True, reason="load")
        assert before == {("revise_handoff", world.stx.advocate.pk)}
        assert rungs_of(handoff) == {("revise_handoff", colleague.pk)}


def test_one_supervisor_can_always_see_everything(world):
    """R42: the wall before the last one is refused, with a sentence that says what to do."""
    first, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.intake_worker) as desk:
        intake = a_walk_in(desk)
    everybody = [world.stx.intake_worker, world.stx.advocate, world.stx.colleague, first, second]
    client = world.client(world.stx.intake_worker)
    said = {"found": "yes", "reason": "other", "priority": "crisis", "walled": [str(m.pk) for m in everybody]}
    page = client.post(reverse("triage_intake", args=[intake.number]), said)
    assert page.status_code == 200 and "make someone else a supervisor first" in page.content.decode()
    with world.acting(first):
        assert Intake.objects.get(pk=intake.pk).state == "new" and not Wall.objects.exists()
    said["walled"].remove(str(second.pk))
    assert client.post(reverse("triage_intake", args=[intake.number]), said).status_code == 302
    with world.acting(second):
        assert list(Intake.objects.visible_to(second)) == [Intake.objects.get(pk=intake.pk)]
        with pytest.raises(NoSupervisorLeft), transaction.atomic():
            Wall.build(intake.person, second, actor=second, reason="other")


def test_joining_two_records_never_leaves_nobody_above_the_person(world):
    """R25: one supervisor walled from each of them would be both; it is refused and nothing is joined."""
    with world.acting(world.stx.intake_worker) as desk:
        one, other = triaged(desk), triaged(desk)
        Wall.build(one.person, world.stx.supervisor, actor=desk, reason="other")
        Wall.build(other.person, world.stx.second_supervisor, actor=desk, reason="other")
    page = world.client(world.stx.intake_worker).post(
        reverse("find_duplicate_intake", args=[one.number]), {"which": other.number}
    )
    assert page.status_code == 200 and "make someone else a supervisor first" in page.content.decode()
    with world.acting(desk):
        assert Intake.objects.get(pk=one.pk).state == "triaged" and Wall.objects.count() == 2


def test_the_last_supervisor_who_says_that_they_know_someone_is_told_what_to_do(world):
    """R42: the answer is not lost, and no wall is put up that would hide the person from everybody."""
    with world.acting(world.stx.intake_worker) as desk:
        intake = triaged(desk)
        Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        offer = intake.assign(world.stx.supervisor, actor=desk)
    page = world.client(world.stx.supervisor).post(
        reverse("decline_intakeassignment", args=[offer.pk]), {"reason": "conflict"}
    )
    assert page.status_code == 200 and "make someone else a supervisor first" in page.content.decode()
    with world.acting(desk):
        offer.refresh_from_db()
        assert offer.state == "offered"


def test_a_wall_holds_for_every_record_that_was_joined(world, colleague):
    """R25: an intake joined to a case is the same person, also for a wall that comes later; lifted alike."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
    with world.acting(world.stx.intake_worker) as desk:
        joined, twin = triaged(desk), triaged(desk)
        twin.find_duplicate(joined, actor=desk)
        joined.link_case(case, actor=desk)
        wall = Wall.build(case.person, world.stx.second_supervisor, actor=desk, reason="other")
        assert not Intake.objects.visible_to(world.stx.second_supervisor).exists()
        wall.lift(actor=desk)
        assert set(Intake.objects.visible_to(world.stx.second_supervisor)) == {joined, twin}


def test_a_reopened_case_goes_to_nobody_who_must_not_see_it(world):
    """R42: a wall that was put up while the case was closed."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        case.request_closure("goals_met", actor=advocate)
        case.close(actor=world.stx.supervisor)
        Wall.build(case.person, advocate, actor=world.stx.supervisor, reason="other")
        case.reopen(actor=world.stx.supervisor)
        assert Case.objects.get(pk=case.pk).assigned_to is None


def test_who_became_an_intake_worker_after_being_asked_does_not_get_the_case(world, colleague):
    """C10: the role counts at the moment of the answer."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        offer = case.offer(colleague, actor=advocate)
        type(colleague).objects.filter(pk=colleague.pk).update(role="intake_worker")
        with pytest.raises(IllegalMove), transaction.atomic():
            offer.accept(actor=colleague)
        assert Case.objects.get(pk=case.pk).assigned_to == advocate


def test_an_ended_intake_is_closed_to_whoever_had_it(world, colleague):
    """R37: the old advocate reads nothing of the person any more, and replaces no plan."""
    advocate = world.stx.advocate
    with world.acting(world.stx.intake_worker) as desk:
        intake, ended = in_state("engaged", desk, advocate), in_state("services_declined", desk, advocate)
    with world.acting(advocate):
        case = intake.open_case(actor=advocate)
    with world.acting(world.stx.supervisor) as supervisor:
        case.offer(colleague, actor=supervisor, directed=True, reason="load")
        a_plan(case.person, supervisor, never="Nobody calls on Sundays.")
    old, made = world.client(advocate), {"ways": ["call"], "times": ["morning"], "verified": "on"}
    for name in ("view_intake", "plan_intake"):
        assert old.get(reverse(name, args=[intake.number])).status_code == 404
    assert old.post(reverse("plan_intake", args=[intake.number]), made).status_code == 404
    assert old.get(reverse("view_intake", args=[ended.number])).status_code == 200
    assert old.post(reverse("plan_intake", args=[ended.number]), made).status_code == 409
    assert world.client(colleague).get(reverse("view_intake", args=[intake.number])).status_code == 200
    desk = world.client(world.stx.intake_worker)
    for one in (intake, ended):
        for name in ("plan_intake", "confirm_plan_intake"):
            assert desk.post(reverse(name, args=[one.number]), made).status_code == 409
    with world.acting(supervisor):
        assert case.person.plan.never == "Nobody calls on Sundays."
        with pytest.raises(IllegalMove):
            Intake.objects.get(pk=ended.pk).make_plan(actor=supervisor, ways=["call"])


# Two at once.


def together(*acts):
    """Do these at the same moment, each on a connection of its own; what came of each, in order."""
    barrier, came = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(20)
            came[place] = act()
        except Exception as error:  # noqa: BLE001 - whatever happened there is the answer here
            came[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def acting(world, member, act):
    def run():
        with world.acting(member):
            return act()

    return run


@pytest.fixture
def city(committed):
    """The members are found here, before a thread asks for them."""
    for who in ("advocate", "colleague", "supervisor", "second_supervisor", "intake_worker"):
        with transaction.atomic():
            getattr(committed.stx, who)
    with transaction.atomic():
        committed.stt.organization  # noqa: B018 - finding it is the point
    return committed


def test_of_a_wall_and_an_acceptance_at_once_the_wall_holds(city):
    """R42: whichever comes first, the case is not with the walled member afterwards."""
    colleague, supervisor = city.stx.colleague, city.stx.supervisor
    for _ in range(4):
        with city.acting(city.stx.advocate) as advocate:
            case = open_case(advocate)
            offer = case.offer(colleague, actor=advocate)
        came = together(
            acting(city, colleague, lambda: CaseAssignment.objects.get(pk=offer.pk).accept(actor=colleague)),  # noqa: B023
            acting(
                city,
                supervisor,
                lambda: Wall.build(case.person, colleague, actor=supervisor, reason="other"),  # noqa: B023
            ),
        )
        assert isinstance(came[1], Wall) and (came[0] is None or isinstance(came[0], IllegalMove)), came
        with city.acting(supervisor):
            assert Case.objects.get(pk=case.pk).assigned_to in (advocate, None)
            assert not CaseAssignment.objects.filter(case=case, assignee=colleague, state="accepted").exists()


def test_two_walls_at_once_leave_one_supervisor(city):
    """R42: of the two, one is refused."""
    with city.acting(city.stx.advocate) as advocate:
        person = a_person(advocate)
    came = together(
        *(
            acting(city, advocate, lambda m=member: Wall.build(person, m, actor=advocate, reason="other"))
            for member in (city.stx.supervisor, city.stx.second_supervisor)
        )
    )
    assert sorted(type(answer).__name__ for answer in came) == ["NoSupervisorLeft", "Wall"]


def test_an_acceptance_and_another_offer_at_once_never_wait_for_each_other(city):
    """One of them comes too late, and neither is an error."""
    advocate, colleague, supervisor = city.stx.advocate, city.stx.colleague, city.stx.supervisor
    for directed in (False, True) * 3:
        with city.acting(advocate):
            case = open_case(advocate)
            offer = case.offer(colleague, actor=advocate)
        other = {"directed": directed, "reason": "load" if directed else ""}

        def again(case=case, other=other):
            return Case.objects.get(pk=case.pk).offer(city.stx.second_supervisor, actor=supervisor, **other)

        def accept(offer=offer):
            return CaseAssignment.objects.get(pk=offer.pk).accept(actor=colleague)

        came = together(acting(city, colleague, accept), acting(city, supervisor, again))
        late = [answer for answer in came if isinstance(answer, Exception)]
        assert all(isinstance(answer, IllegalMove) for answer in late) and len(late) <= 1, came


def test_two_intakes_are_never_each_others_duplicate(city):
    """One of two at once is refused, and one of them stays open: nothing is dropped."""
    desk = city.stx.intake_worker
    for _ in range(3):
        with city.acting(desk):
            pair = [triaged(desk), triaged(desk)]

        def join(one, other):
            mine, its = (Intake.objects.get(pk=intake.pk) for intake in (one, other))
            return mine.find_duplicate(its, actor=desk)

        came = together(
            acting(city, desk, lambda: join(*pair)),  # noqa: B023
            acting(city, desk, lambda: join(*reversed(pair))),  # noqa: B023
        )
        assert sorted(type(answer).__name__ for answer in came) == ["IllegalMove", "NoneType"], came
        with city.acting(desk):
            states = Intake.objects.filter(pk__in=[intake.pk for intake in pair]).values_list(
                "state", flat=True
            )
            assert sorted(states) == ["duplicate_of", "triaged"]


def test_a_ring_of_duplicates_is_refused(world):
    """Three that end in each other would leave nobody with the person."""
    with world.acting(world.stx.intake_worker) as desk:
        one, two, three = (triaged(desk) for _ in range(3))
        one.find_duplicate(two, actor=desk)
        two.find_duplicate(three, actor=desk)
        for of in (one, two, three):
            with pytest.raises(IllegalMove), transaction.atomic():
                Intake.objects.get(pk=three.pk).find_duplicate(of, actor=desk)


def test_the_mark_of_a_restriction_goes_with_the_last_wall_and_with_nothing_less(world, colleague):
    """R42: what walls alone have narrowed opens when no wall is left."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
    for member in (colleague, world.stx.intake_worker):
        assert restrict(world, case, member).status_code == 302
    client = world.client(advocate)
    for left in (1, 0):
        with world.acting(advocate):
            wall = Wall.objects.filter(person=case.person_id).first()
        client.post(reverse("lift_wall", args=[case.number, wall.pk]))
        with world.acting(advocate):
            case.refresh_from_db()
            assert case.restricted == bool(left)


def test_lifting_a_wall_opens_nothing_that_was_shut_for_another_reason(world):
    """R18, R32: a case that was released to one person; no emergency opens it, then or later."""
    here, said = world.stt, {"reason": "danger_now", "why": "Somebody called from the hospital."}
    handoff = offered(world, recipient_name=here.advocate.name)
    with world.acting(here.advocate) as me:
        handoff = Handoff.objects.get(pk=handoff.pk)
        handoff.accept(me, actor=me)
        case = Handoff.objects.get(pk=handoff.pk).own_file().case
    restrict(world, case, here.intake_worker, by=me)
    with world.acting(me):
        wall = Wall.objects.get(person=case.person_id)
    assert world.client(me).post(reverse("lift_wall", args=[case.number, wall.pk])).status_code == 302
    with world.acting(me):
        case.refresh_from_db()
        assert case.restricted and not Wall.objects.filter(person=case.person_id).exists()
    snoop = world.client(here.colleague)
    page = snoop.post(reverse("break_glass"), {"number": case.number, **said}, follow=True)
    assert "Bluebird" not in page.content.decode()
