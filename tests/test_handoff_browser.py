"""Today, the board, review and handoffs in a real browser: on a phone and a desk, and for a screen reader."""

from datetime import timedelta

import pytest

from cases.models import Absence, CoachingNote
from orgs import clock
from tests.browser import faults_of
from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes
from tests.makers import referral as referrals

pytestmark = pytest.mark.browser


def busy_house(world):
    """A house with something of everything; [(reader, address, name)]."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    further = handoffs.submitted(world, content={**handoffs.CONTENT, "court": "4 December, Superior Court"})
    ready = handoffs.submitted(world)
    question = handoffs.submitted(world, identified=False)
    back = handoffs.returned(world)
    refused = handoffs.declined(world)
    accepted = handoffs.accepted(world)
    offered = handoffs.acknowledged(world, days=2)
    plain = handoffs.case(world)
    referrals.sent(world, priority="crisis")
    referrals.sent(world)
    with world.acting(advocate):
        case = cases.open_case(advocate)
        cases.a_followup(case, advocate, hours=-3, what="Call about the protection order")
        cases.a_followup(case, advocate, hours=1, what="Shelter check-in")
        cases.a_followup(case, advocate, hours=50, what="Compensation application")
        cases.open_case(advocate, plan=False)
        case.request_closure("goals_met", actor=advocate)
    with world.acting(supervisor):
        cases.open_case(world.stx.colleague).offer(advocate, actor=supervisor)
        intakes.triaged(world.stx.intake_worker).assign(advocate, actor=supervisor)
        intakes.triaged(world.stx.intake_worker)
        intakes.assigned(world.stx.intake_worker, advocate, priority="high_risk")
        days = clock.now() + timedelta(days=3), clock.now() + timedelta(days=9)
        away = Absence.propose(advocate, world.stx.colleague, *days, actor=advocate)
        coached = CoachingNote.write(advocate, "Calls back the same day.", actor=supervisor, case=case)
    desk, theirs = world.stt.supervisor, world.stt.advocate
    move = f"/board/move-caseload/?leaver={advocate.pk}&to={world.stx.colleague.pk}&reason=leaving"
    return [
        (advocate, "/today/", "today"),
        (advocate, "/handoffs/", "handoffs"),
        (advocate, back.get_absolute_url(), "returned"),
        (advocate, f"/handoffs/{back.reference}/edit/", "edit"),
        (advocate, refused.get_absolute_url(), "declined"),
        (advocate, accepted.get_absolute_url(), "accepted"),
        (advocate, f"/handoffs/{accepted.reference}/recall/", "recall"),
        (advocate, f"/handoffs/{accepted.reference}/propose-call/", "call"),
        (advocate, f"/cases/{plain.number}/hand-off/", "question"),
        (advocate, "/away/new/", "going-away"),
        (supervisor, "/away/", "away"),
        (supervisor, away.get_absolute_url(), "absence"),
        (supervisor, f"/away/{away.pk}/direct/", "direct-absence"),
        (supervisor, "/board/", "board"),
        (supervisor, "/review/", "review"),
        (supervisor, further.get_absolute_url(), "further"),
        (supervisor, ready.get_absolute_url(), "ready"),
        (supervisor, question.get_absolute_url(), "asked"),
        (supervisor, f"/handoffs/{further.reference}/return/", "return"),
        (supervisor, "/board/units/", "units"),
        (supervisor, "/coaching/", "coaching"),
        (supervisor, "/coaching/write/", "coach"),
        (supervisor, coached.get_absolute_url(), "coached"),
        (world.vipd.unit_supervisor, "/referrals/unit/", "unit"),
        (supervisor, "/board/move-caseload/", "move"),
        (supervisor, move, "plan"),
        (desk, offered.get_absolute_url(), "incoming"),
        (desk, f"/handoffs/{offered.reference}/snapshot/", "snapshot"),
        (desk, f"/handoffs/{offered.reference}/accept/", "accept"),
        (desk, f"/handoffs/{offered.reference}/decline/", "decline"),
        (desk, "/board/", "their-board"),
        (theirs, "/today/", "their-today"),
    ]


def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(live, chromium):
    assert faults_of(live, chromium, busy_house(live.world)) == []
