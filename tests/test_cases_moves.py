"""Every move of the private records, from every state: the table decides, and nothing else."""

from datetime import timedelta

import pytest

from cases.models import Case, CaseAssignment, FollowUp, LegalHold, Release
from orgs import clock
from orgs.models import AuditLine, User
from orgs.record import IllegalMove
from tests.makers.case import SIGNATURE, a_followup, active_release, open_case


def taken_back(case, me):
    """A death that was a mistake; a supervisor says so."""
    case.record_death(actor=me)
    case.take_back_death(actor=User.objects.get(email="supervisor@stx.test"))


CALLS = {
    (Case, "activate"): lambda case, me: case.activate(actor=me),
    (Case, "hold"): lambda case, me: case.hold(actor=me),
    (Case, "extend"): lambda case, me: case.extend(clock.today() + timedelta(days=9), "away", actor=me),
    (Case, "take_up"): lambda case, me: given(case).take_up(actor=me),
    (Case, "resume"): lambda case, me: case.resume(actor=me),
    (Case, "request_closure"): lambda case, me: case.request_closure("goals_met", actor=me),
    (Case, "refuse_closure"): lambda case, me: case.refuse_closure(actor=me),
    (Case, "close"): lambda case, me: case.close(actor=me),
    (Case, "reopen"): lambda case, me: case.reopen(actor=me),
    (Case, "assign"): lambda case, me: case.hand_to(me, actor=me),
    (Case, "log"): lambda case, me: case.log_contact(actor=me, way="call", outcome="no_answer"),
    (Case, "restrict"): lambda case, me: case.restrict(True, actor=me),
    (Case, "record_death"): lambda case, me: case.record_death(actor=me),
    (Case, "take_back_death"): lambda case, me: taken_back(case, me),
    (Case, "place_hold"): lambda case, me: held(case, me),
    (Case, "lift_hold"): lambda case, me: held(case, me).lift("over", actor=me),
    (FollowUp, "complete"): lambda row, me: row.complete(actor=me),
    (FollowUp, "reschedule"): lambda row, me: row.reschedule(clock.now() + timedelta(days=2), actor=me),
    (FollowUp, "cancel"): lambda row, me: row.cancel("not_needed", actor=me),
    (FollowUp, "reopen"): lambda row, me: row.reopen(actor=me),
    (Release, "edit"): lambda row, me: row.edit(actor=me, purpose="Another"),
    (Release, "discuss"): lambda row, me: row.discuss(actor=me),
    (Release, "sign"): lambda row, me: row.sign(actor=me, **SIGNATURE),
    (Release, "refuse"): lambda row, me: row.refuse(actor=me),
    (Release, "revoke"): lambda row, me: row.revoke(actor=me),
    (Release, "supersede"): lambda row, me: row.supersede(actor=me),
    (Release, "shorten"): lambda row, me: row.shorten(clock.now() + timedelta(days=1), actor=me),
    (Release, "discard"): lambda row, me: row.discard(actor=me),
    (CaseAssignment, "accept"): lambda row, me: row.accept(actor=row.assignee),
    (CaseAssignment, "decline"): lambda row, me: row.decline("full", actor=row.assignee),
    (CaseAssignment, "supersede"): lambda row, me: row.supersede(actor=me),
}


def given(case):
    """As if a supervisor had given it to whoever has it."""
    Case.objects.filter(pk=case.pk).update(
        handed_at=clock.now(), handed_by=User.objects.get(email="supervisor@stx.test")
    )
    case.refresh_from_db()
    return case


def held(case, me):
    return LegalHold.place(case, actor=me, reason="audit", review_at=clock.now() + timedelta(days=9))


MODELS = (Case, FollowUp, Release, CaseAssignment)


def states(model):
    moves = model.MOVES.values()
    return sorted(set().union(*(starts for starts, _ in moves)) | {ends for _, ends in moves if ends})


ALL = [(model, verb, state) for model in MODELS for verb in model.MOVES for state in states(model)]


def make(world, model, me):
    case = open_case(me)
    if model is Case:
        return case
    if model is FollowUp:
        return a_followup(case, me)
    if model is Release:
        return active_release(case, world.stt.organization, me)
    return case.offer(world.stx.colleague, actor=me)


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


def test_every_move_is_called_here():
    assert set(CALLS) == {(model, verb) for model in MODELS for verb in model.MOVES}


@pytest.mark.parametrize(
    ("model", "verb", "state"), ALL, ids=[f"{m.__name__}-{verb}-{state}" for m, verb, state in ALL]
)
def test_a_move_starts_where_its_table_says_and_nowhere_else(world, me, model, verb, state):
    record = make(world, model, me)
    if (model, state) == (CaseAssignment, "accepted"):
        CaseAssignment.objects.filter(case=record.case, state="accepted").delete()
    now = clock.now()
    rests = {"rests_since": now, "rests_until": now + timedelta(days=9)} if state == "on_hold" else {}
    model.objects.filter(pk=record.pk).update(state=state, **rests)
    record.refresh_from_db()
    starts, ends = model.MOVES[verb]
    lines = AuditLine.objects.filter(subject_id=record.pk, verb=verb)
    before = lines.count()
    if state in starts:
        CALLS[model, verb](record, me)
        record.refresh_from_db()
        assert record.state == (ends or state)
        assert lines.count() == before + 1
    else:
        with pytest.raises(IllegalMove):
            CALLS[model, verb](record, me)
        record.refresh_from_db()
        assert record.state == state
        assert lines.count() == before
