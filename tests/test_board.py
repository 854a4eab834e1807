"""The board: nothing that runs out, waits or is with nobody is missing, and nothing walled is there."""

from cases.models import Wall
from referrals import board as the_board
from referrals.models import Referral
from tests.asking import QUERIES, listed, page_asked
from tests.links import every_link_opens
from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes
from tests.makers import referral as referrals


def board(world, who=None):
    return world.client(who or world.stx.supervisor).get("/board/").content.decode()


def test_a_packet_that_nobody_read_runs_out_on_the_board(world):
    """R4: the clock belongs to the receiver, and its supervisor sees it, one press from reading."""
    packet = referrals.sent(world)
    page = board(world)
    assert packet.reference in page and f"/referrals/{packet.reference}/acknowledge/" in page
    world.forward(hours=5)
    late = board(world)
    assert "1 late" in late and "clock late" in late


def test_what_is_with_nobody_offered_or_unreached_is_there(world):
    with world.acting(world.stx.supervisor) as supervisor:
        nobody = intakes.triaged(world.stx.intake_worker)
        asked = intakes.triaged(world.stx.intake_worker)
        asked.assign(world.stx.colleague, actor=supervisor)
        with_somebody = intakes.assigned(world.stx.intake_worker, world.stx.advocate)
    page = board(world)
    for intake in (nobody, asked, with_somebody):
        assert intake.number in page
    assert "not answered" in page and "not reached out yet" in page and "with nobody" in page


def test_handoffs_and_closures_wait_on_the_board(world):
    handoff = handoffs.submitted(world)
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
        case.request_closure("goals_met", actor=advocate)
    page = board(world)
    assert f"/handoffs/{handoff.reference}/" in page and f"/cases/{case.number}/close/" in page
    offered = handoffs.offered(world)
    assert f"/handoffs/{offered.reference}/acknowledge/" in board(world, world.stt.supervisor)


def test_the_load_says_who_has_how_much_and_who_is_late(world):
    with world.acting(world.stx.advocate) as advocate:
        for _ in range(3):
            case = cases.open_case(advocate, priority="crisis")
        cases.a_followup(case, advocate, hours=1)
    world.forward(days=9)
    page = board(world)
    assert 'aria-label="3 of 20' in page and "9 days ago" in page


def test_walled_records_never_appear_and_never_count(world):
    """R42: two boards of two supervisors differ by exactly what one of them must not know of."""
    empty = board(world)
    handoff = handoffs.submitted(world)
    with world.acting(world.stx.second_supervisor) as other:
        case = handoff.own_file().case
        cases.a_followup(case, other, hours=-1)
        intake = intakes.triaged(world.stx.intake_worker)
        for person in (case.person, intake.person):
            Wall.build(person, world.stx.supervisor, actor=other, reason="other")
    assert strip(board(world)) == strip(empty)
    assert handoff.reference in board(world, world.stx.second_supervisor)


def strip(page):
    """A page without what differs between any two requests."""
    return [line for line in page.splitlines() if "csrf" not in line and "<time" not in line]


def test_a_packet_that_came_back_stays_behind_the_wall(world):
    """R42: sent on and back again, it is about the same person, and nobody counts it for one walled off."""
    packet, intake = referrals.acknowledged(world)
    with world.acting(world.stx.second_supervisor) as other:
        packet.reroute(world.stt.organization, "conflict", actor=other)
        Wall.build(intake.person, world.stx.supervisor, actor=other, reason="other")
    with world.acting(world.stt.supervisor) as there:
        Referral.objects.get(pk=packet.pk).reroute(world.stx.organization, "conflict", actor=there)
    assert packet.reference in board(world, world.stx.second_supervisor)
    page = board(world)
    assert packet.reference not in page and 'class="count' not in page.split("<main")[0]


def test_every_link_of_the_board_opens(world):
    with world.acting(world.stx.supervisor) as supervisor:
        intakes.triaged(world.stx.intake_worker)
        case = cases.open_case(world.stx.advocate)
        case.offer(world.stx.colleague, actor=supervisor)
        cases.a_followup(case, supervisor, hours=-1)
        cases.open_case(supervisor).request_closure("goals_met", actor=supervisor)
        cases.open_case(supervisor, assigned_to=None)
    handoffs.submitted(world)
    referrals.sent(world)
    every_link_opens(world.client(world.stx.supervisor), "/board/")


def test_an_answer_that_is_late_is_late_on_the_board(world):
    """The clock of the question runs out before the one of the first outreach, and is the one that shows."""
    with world.acting(world.stx.supervisor) as supervisor:
        intake = intakes.triaged(world.stx.intake_worker, priority="high_risk")
        intake.assign(world.stx.advocate, actor=supervisor)
    world.forward(hours=5)
    page = board(world)
    assert "1 h late" in page and "Ask another" in page


def test_the_most_urgent_is_there_however_much_waits(world, monkeypatch):
    """With more than the board looks at, a crisis is not left out; figures say that there is more."""
    monkeypatch.setattr(the_board, "LIMIT", 3)
    with world.acting(world.stx.intake_worker) as desk:
        for _ in range(4):
            intakes.a_walk_in(desk, priority="standard")
        last = intakes.a_walk_in(desk, priority="crisis")
    world.forward(days=6)
    page = board(world)
    assert f"/intakes/{last.number}/" in page and "<b>3+</b>" in page


def test_late_promises_of_nobody_are_counted(world):
    with world.acting(world.stx.supervisor) as supervisor:
        case = cases.open_case(supervisor, assigned_to=None)
        cases.a_followup(case, supervisor, hours=-1)
    assert "1 case has no advocate" in board(world)
    assert "<b>1</b><span>follow-up past its time" in board(world)


def test_the_board_is_for_supervisors(world):
    for who in (world.officer, world.stx.advocate, world.stx.intake_worker, world.stx.administrator):
        assert world.client(who).get("/board/").status_code == 404


def test_a_full_board_costs_as_many_questions_as_an_empty_one(world):
    with world.acting(world.stx.advocate) as advocate:
        for n in range(30):
            cases.a_followup(cases.open_case(advocate), advocate, hours=n - 20)
    with world.acting(world.stx.intake_worker) as desk:
        for _ in range(10):
            intakes.triaged(desk)
    handoffs.submitted(world)
    referrals.sent(world)
    _, questions = page_asked(world.client(world.stx.supervisor), "/board/")
    assert len(questions) <= QUERIES, listed(questions)
