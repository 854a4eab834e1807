"""A leaver's caseload: planned, moved in one step, nothing left, nothing given to whom it must not reach."""

import re

import pytest

from cases.models import Case, CaseAssignment, FollowUp, Wall
from orgs import holdings
from orgs.models import AuditLine, Reminder
from orgs.models.membership import NotNow
from referrals import caseload
from referrals.models import CaseloadMove, Handoff, HandoffFile, Intake
from referrals.tasks import forget_moves_of
from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes


@pytest.fixture
def full(world):
    """An advocate on St. Croix with two cases, a follow-up, an intake, a question and a handoff."""
    handoffs.accepted(world)
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
        cases.a_followup(case, advocate)
    with world.acting(world.stx.intake_worker) as desk:
        intakes.assigned(desk, world.stx.advocate)
        intakes.triaged(desk).assign(world.stx.advocate, actor=desk)
    with world.acting(world.stx.supervisor) as supervisor:
        cases.open_case(world.stx.colleague).offer(world.stx.advocate, actor=supervisor)
    return world


def test_nothing_stays_with_whoever_leaves(full):
    with full.acting(full.stx.supervisor) as supervisor:
        leaver = full.stx.advocate
        assert holdings.of(leaver)
        parts = caseload.move(leaver, [full.stx.colleague], actor=supervisor, reason="leaving")
        assert {part.kind for part in parts} == {"case", "offer", "intake", "question", "handoff"}
        assert holdings.of(leaver) == []
        assert not Case.objects.filter(assigned_to=leaver).exists()
        assert not FollowUp.objects.filter(owner=leaver).exists()
        assert not Intake.objects.filter(asked=leaver).exists()
        assert not CaseAssignment.objects.filter(assignee=leaver, state="offered").exists()
        assert Handoff.objects.get().sender_advocate == full.stx.colleague


def test_what_concerns_one_person_stays_in_one_hand(full):
    with full.acting(full.stx.supervisor) as supervisor:
        members = [full.stx.colleague, full.stx.second_supervisor]
        parts = caseload.plan(full.stx.advocate, members, supervisor)
        by_person = {}
        for part in parts:
            by_person.setdefault(part.person_id, set()).add(part.to)
        assert all(len(to) == 1 for to in by_person.values())
        assert {part.to for part in parts} == set(members)


def test_nobody_gets_what_they_are_walled_from(full):
    """R42: it goes to another who was chosen, or stays and is named."""
    with full.acting(full.stx.supervisor) as supervisor:
        case = Case.objects.filter(assigned_to=full.stx.advocate).first()
        Wall.build(case.person, full.stx.colleague, actor=supervisor, reason="other")
        alone = caseload.plan(full.stx.advocate, [full.stx.colleague], supervisor)
        assert [part.to for part in alone if part.record == case] == [None]
        both = [full.stx.colleague, full.stx.second_supervisor]
        parts = caseload.move(full.stx.advocate, both, actor=supervisor, reason="leaving")
        assert [part.to for part in parts if part.record == case] == [full.stx.second_supervisor]


def test_it_moves_all_or_nothing(full, monkeypatch):
    """A move that breaks at its last record leaves everything where it was, and no line in the audit."""

    def breaks(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Handoff, "follow", breaks)
    with full.acting(full.stx.supervisor) as supervisor:
        before, lines = holdings.of(full.stx.advocate), AuditLine.objects.count()
        with pytest.raises(RuntimeError):
            caseload.move(full.stx.advocate, [full.stx.colleague], actor=supervisor, reason="leaving")
        assert holdings.of(full.stx.advocate) == before and AuditLine.objects.count() == lines


def test_what_the_mover_is_walled_from_stays_and_is_not_named(full):
    """R42: neither its number nor a count of it; somebody else moves it before the account closes."""
    with full.acting(full.stx.second_supervisor) as other:
        case = Case.objects.filter(assigned_to=full.stx.advocate).last()
        Wall.build(case.person, full.stx.supervisor, actor=other, reason="other")
    ask = {"leaver": str(full.stx.advocate.pk), "to": [str(full.stx.colleague.pk)], "reason": "leaving"}
    client = full.client(full.stx.supervisor)
    assert case.number not in client.get("/board/move-caseload/", ask).content.decode()
    answer = client.post("/board/move-caseload/", ask, follow=True)
    assert "has moved" in answer.content.decode() and case.number not in answer.content.decode()
    with full.acting(full.stx.second_supervisor) as other:
        assert holdings.of(full.stx.advocate)
        caseload.move(full.stx.advocate, [full.stx.colleague], actor=other, reason="leaving")
        assert holdings.of(full.stx.advocate) == []


def test_nobody_leaves_while_they_hold_something_and_everybody_may_after(full):
    with full.acting(full.stx.administrator) as administrator:
        with pytest.raises(NotNow) as refused:
            full.stx.advocate.deactivate(actor=administrator)
        assert {str(label) for label, _count in refused.value.held} == {
            "Cases",
            "Intakes",
            "Handoffs",
            "Questions to answer",
        }
    with full.acting(full.stx.supervisor) as supervisor:
        caseload.move(full.stx.advocate, [full.stx.colleague], actor=supervisor, reason="leaving")
    with full.acting(full.stx.administrator) as administrator:
        full.stx.advocate.deactivate(actor=administrator)


def test_an_answer_that_was_put_away_holds_nobody(world):
    """A question about a place that was answered, read and put away is over."""
    handoff = handoffs.accepted(world, identified=False)
    with world.acting(world.stx.advocate) as advocate:
        assert "Handoffs" in [label for label, _count in holdings.of(advocate)]
        handoff.put_away(actor=advocate)
        assert "Handoffs" not in [label for label, _count in holdings.of(advocate)]


def test_it_is_shown_before_it_is_done_and_reported_after(full):
    client = full.client(full.stx.supervisor)
    ask = {
        "leaver": str(full.stx.advocate.pk),
        "to": [str(full.stx.colleague.pk)],
        "reason": "leaving",
    }
    page = client.get("/board/move-caseload/", ask).content.decode()
    assert "Nothing has moved yet" in page and "C-0001" in page
    with full.acting(full.stx.supervisor):
        assert Case.objects.filter(assigned_to=full.stx.advocate).exists()
    done = client.post("/board/move-caseload/", ask, follow=True).content.decode()
    assert "has moved" in done and "to Colleague" in done
    with full.acting(full.stx.supervisor):
        assert not Case.objects.filter(assigned_to=full.stx.advocate).exists()
        assert AuditLine.objects.filter(verb="move_caseload").count() == 1


def test_who_could_take_it_is_shown_with_what_they_have(full):
    """R42: and what the reader is walled from is no part of the figure."""
    client = full.client(full.stx.supervisor)
    assert "1 open case, 0 intakes" in client.get("/board/move-caseload/").content.decode()
    with full.acting(full.stx.second_supervisor) as other:
        (theirs,) = Case.objects.filter(assigned_to=full.stx.colleague)
        Wall.build(theirs.person, full.stx.supervisor, actor=other, reason="other")
    assert "1 open case, 0 intakes" not in client.get("/board/move-caseload/").content.decode()


def test_bad_answers_are_kept_and_named(full):
    client = full.client(full.stx.supervisor)
    own = {"leaver": str(full.stx.advocate.pk), "to": [str(full.stx.advocate.pk)], "reason": "leaving"}
    page = client.get("/board/move-caseload/", own).content.decode()
    assert "Choose somebody else" in page and "checked" in page
    stranger = {**own, "to": [str(full.stt.advocate.pk)]}
    assert client.post("/board/move-caseload/", stranger).status_code == 200
    with full.acting(full.stx.supervisor):
        assert Case.objects.filter(assigned_to=full.stx.advocate).count() == 2


def test_only_a_supervisor_moves_a_caseload(world):
    for who in (world.stx.advocate, world.stx.administrator, world.stx.intake_worker, world.officer):
        assert world.client(who).get("/board/move-caseload/").status_code == 404


def test_a_question_to_the_leaver_about_what_the_other_works_already_is_taken_back(world):
    """Listed as moved, it has moved: nobody is asked any more, and the intake stays where it is."""
    colleague, leaver = world.stx.colleague, world.stx.advocate
    with world.acting(world.stx.intake_worker) as desk:
        intake = intakes.assigned(desk, colleague)
        intake.assign(leaver, actor=desk)
    with world.acting(world.stx.supervisor) as supervisor:
        (part,) = caseload.move(leaver, [colleague], actor=supervisor, reason="leaving")
        assert (part.kind, part.to) == ("question", colleague)
        assert holdings.of(leaver) == []
        intake = Intake.objects.get()
        assert (intake.assigned_to, intake.asked) == (colleague, None)
        assert not intake.assignments.filter(state="offered").exists()


# Looked at again, and taken back


def carried_out(world):
    """The caseload of the advocate, moved to the colleague; returns the `CaseloadMove`."""
    with world.acting(world.stx.supervisor) as boss:
        return caseload.carry_out(world.stx.advocate, [world.stx.colleague], actor=boss, reason="leaving")


def standings(world, done, viewer=None):
    with world.acting(viewer or world.stx.supervisor) as boss:
        fresh = CaseloadMove.objects.get(pk=done.pk)
        return [(part.kind, part.standing) for part in caseload.moved(fresh, boss)]


def test_what_became_of_it_is_there_after_the_page_was_left(full):
    """Each record with how it stands now, for every supervisor, on a page that is found again."""
    client, done = full.client(full.stx.second_supervisor), carried_out(full)
    assert {standing for _kind, standing in standings(full, done)} == {"untouched"}
    found = client.get("/board/move-caseload/").content.decode()
    assert f'href="{done.get_absolute_url()}"' in found and "Moved lately" in found
    full.forward(minutes=5)
    with full.acting(full.stx.colleague) as me:
        for case in Case.objects.of(me).handed():
            case.take_up(actor=me)
    page = client.get(done.get_absolute_url()).content.decode()
    assert page.count("<td>taken up</td>") == 3 and "not taken up yet" in page


def test_a_double_press_moves_once_and_leads_to_the_same_page(full):
    client = full.client(full.stx.supervisor)
    ask = {"leaver": str(full.stx.advocate.pk), "to": [str(full.stx.colleague.pk)], "reason": "leaving"}
    page = client.get("/board/move-caseload/", ask).content.decode()
    ask["form_id"] = re.search(r'name="form_id" value="([^"]+)"', page)[1]
    first, second = (client.post("/board/move-caseload/", ask) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first.url == second.url
    with full.acting(full.stx.supervisor):
        assert CaseloadMove.objects.count() == 1
    del ask["form_id"]
    again = client.post("/board/move-caseload/", ask, follow=True)  # a stale page: nothing is left to move
    assert "Nothing was moved" in again.content.decode()


def test_taken_back_everything_is_where_it_was_and_told_of(full):
    """All kinds of records; whoever had them learns that they have them again, by the clock of each."""
    with full.acting(full.stx.supervisor):
        leaver = full.stx.advocate
        before = holdings.of(leaver)
    done = carried_out(full)
    answer = full.client(full.stx.second_supervisor).post(f"{done.get_absolute_url()}undo/", follow=True)
    assert "went back to" in answer.content.decode() and "Taken back" in answer.content.decode()
    with full.acting(full.stx.supervisor):
        assert holdings.of(leaver) == before
        assert FollowUp.objects.get().owner == leaver
        assert Handoff.objects.get().sender_advocate == leaver
        assert Case.objects.of(leaver).handed().count() == 2
        rungs = Reminder.objects.filter(clock="take_up_work", fired_at=None)
        assert {rung.owner for rung in rungs} == {leaver}
    assert {standing for _kind, standing in standings(full, done)} == {"back"}
    assert full.client(full.stx.supervisor).post(f"{done.get_absolute_url()}undo/").status_code == 409


TOUCHES = {
    "taken up": lambda case, me: case.take_up(actor=me),
    "a note": lambda case, me: case.add_note("They called.", actor=me),
    "a contact": lambda case, me: case.log_contact(actor=me, way="call", outcome="no_answer"),
    "a plan": lambda case, me: case.person.plan.confirm(actor=me),
    "a promise kept": lambda case, me: [one.complete(actor=me) for one in FollowUp.objects.filter(case=case)],
    "on hold": lambda case, me: case.hold(actor=me),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_what_somebody_has_touched_stays_with_them(full, touch):
    done = carried_out(full)
    full.forward(minutes=5)
    with full.acting(full.stx.colleague) as me:
        case = FollowUp.objects.get().case
        case.refresh_from_db()
        if touch == "on hold":
            Case.objects.filter(pk=case.pk).update(state="active")
            case.refresh_from_db()
        TOUCHES[touch](case, me)
    with full.acting(full.stx.supervisor) as boss:
        CaseloadMove.objects.get(pk=done.pk).undo(actor=boss)
        assert Case.objects.get(pk=case.pk).assigned_to == full.stx.colleague
        assert FollowUp.objects.get().owner == full.stx.colleague
        assert Case.objects.of(full.stx.advocate).exists(), "the others went back"


def test_after_a_day_it_is_not_taken_back(full):
    done = carried_out(full)
    full.forward(hours=24)
    client = full.client(full.stx.supervisor)
    assert "Take it back" not in client.get(done.get_absolute_url()).content.decode()
    answer = client.post(f"{done.get_absolute_url()}undo/")
    assert answer.status_code == 409 and "24 hours" in answer.content.decode()
    with full.acting(full.stx.supervisor):
        assert not Case.objects.filter(assigned_to=full.stx.advocate).exists()


def test_a_wall_takes_a_record_from_the_page_and_from_what_goes_back(full):
    """R42: whoever is walled reads no number of it and no count, and their press leaves it where it is; and
    nobody gets back what they were walled from since."""
    done = carried_out(full)
    with full.acting(full.stx.supervisor) as boss:
        case, other = Case.objects.filter(assigned_to=full.stx.colleague, handed_at__isnull=False)
        Wall.build(case.person, full.stx.second_supervisor, actor=boss, reason="other")
        Wall.build(other.person, full.stx.advocate, actor=boss, reason="other")
    seen = standings(full, done, full.stx.second_supervisor)
    assert [kind for kind, _standing in seen].count("case") == 1
    assert [kind for kind, _standing in standings(full, done)].count("case") == 2
    client = full.client(full.stx.second_supervisor)
    assert case.number not in client.get(done.get_absolute_url()).content.decode()
    client.post(f"{done.get_absolute_url()}undo/")
    with full.acting(full.stx.supervisor):
        for one in (case, other):
            one.refresh_from_db()
            assert one.assigned_to == full.stx.colleague


def test_nothing_goes_back_to_somebody_who_is_gone(full):
    done = carried_out(full)
    with full.acting(full.stx.administrator) as administrator:
        full.stx.advocate.deactivate(actor=administrator)
    answer = full.client(full.stx.supervisor).post(f"{done.get_absolute_url()}undo/")
    assert answer.status_code == 409 and "Nothing of it" in answer.content.decode()


def test_only_supervisors_look_at_it_and_it_is_forgotten_after_a_month(full):
    done = carried_out(full)
    for who in (full.stx.colleague, full.stx.administrator, full.stt.supervisor):
        assert full.client(who).get(done.get_absolute_url()).status_code == 404
    full.forward(days=30)
    with full.acting(full.stx.supervisor):
        forget_moves_of(full.stx.organization.pk)
        assert not CaseloadMove.objects.exists()
        assert AuditLine.objects.filter(verb="move_caseload").count() == 1


# What hangs on a case is work on it.


@pytest.mark.parametrize("offered", [False, True])
def test_a_case_whose_handoff_was_begun_stays_with_whoever_began_it(world, offered):
    """R27: neither the case nor a handoff that the other side reads already goes back to who left."""
    case = handoffs.case(world)
    done = carried_out(world)
    world.forward(hours=2)
    with world.acting(world.stx.colleague) as me:
        made = handoffs.draft(world, of=case, by=me)
        made.submit(actor=me)
    if offered:
        with world.acting(world.stx.second_supervisor) as other:
            Handoff.objects.get(pk=made.pk).offer(actor=other)
    assert ("case", "taken_up") in standings(world, done)
    answer = world.client(world.stx.supervisor).post(f"{done.get_absolute_url()}undo/")
    assert answer.status_code == 409
    with world.acting(world.stx.supervisor):
        assert Case.objects.get(pk=case.pk).assigned_to == world.stx.colleague
        assert Handoff.objects.get(pk=made.pk).sender_advocate == world.stx.colleague


def test_a_handoff_stays_with_its_case(full):
    """What was taken up keeps its handoffs: nobody has the one and somebody else the other."""
    done = carried_out(full)
    full.forward(minutes=5)
    with full.acting(full.stx.colleague) as me:
        case = HandoffFile.objects.get(organization_id=me.organization_id, case__isnull=False).case
        case.take_up(actor=me)
    assert ("handoff", "taken_up") in standings(full, done)
    with full.acting(full.stx.supervisor) as boss:
        CaseloadMove.objects.get(pk=done.pk).undo(actor=boss)
        assert Case.objects.get(pk=case.pk).assigned_to == full.stx.colleague
        assert Handoff.objects.get().sender_advocate == full.stx.colleague


def test_a_release_that_was_begun_is_work(world):
    case = handoffs.case(world)
    done = carried_out(world)
    world.forward(hours=2)
    handoffs.release(world, case, by=world.stx.colleague)
    assert ("case", "taken_up") in standings(world, done)


def test_a_question_that_another_supervisor_asked_is_not_taken_away(world):
    """R20: what somebody is asked to take they answer, and no press for another thing does it for them."""
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
    done = carried_out(world)
    world.forward(hours=1)
    with world.acting(world.stx.second_supervisor) as other:
        question = Case.objects.get(pk=case.pk).offer(world.stx.supervisor, actor=other)
    assert standings(world, done) == [("case", "asked")]
    client = world.client(world.stx.supervisor)
    assert "somebody else is asked" in client.get(done.get_absolute_url()).content.decode()
    assert client.post(f"{done.get_absolute_url()}undo/").status_code == 409
    with world.acting(world.stx.supervisor):
        assert CaseAssignment.objects.get(pk=question.pk).state == "offered"


def test_of_whom_one_is_walled_from_one_learns_not_even_that_something_moved(world):
    """R6, R42: no line of a list, no page, no undo: all as of a move that never was."""
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
    done = carried_out(world)
    client = world.client(world.stx.second_supervisor)
    assert str(done.pk) in client.get("/board/move-caseload/").content.decode()
    with world.acting(world.stx.supervisor) as boss:
        Wall.build(case.person, world.stx.second_supervisor, actor=boss, reason="other")
    assert str(done.pk) not in client.get("/board/move-caseload/").content.decode()
    never = done.get_absolute_url().replace(str(done.pk), str(case.pk))
    for there, nowhere in (
        (client.get(done.get_absolute_url()), client.get(never)),
        (client.post(f"{done.get_absolute_url()}undo/"), client.post(f"{never}undo/")),
    ):
        assert there.status_code == nowhere.status_code == 404
        assert bare(there) == bare(nowhere)
    assert world.client(world.stx.supervisor).get(done.get_absolute_url()).status_code == 200


def bare(answer):
    """A page without what differs between any two."""
    return re.sub(r"[0-9A-F]{10}|nonce=\S+|value=\"[^\"]*\"", "", answer.content.decode())
