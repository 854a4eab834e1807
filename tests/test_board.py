"""The board: nothing that runs out, waits or is with nobody is missing, and nothing walled is there."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Wall
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
    client = world.client(world.stx.supervisor)
    client.get("/board/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/board/")
    questions = [q["sql"] for q in asked if q["sql"].startswith(('SELECT "', "SELECT COUNT", "(SELECT"))]
    assert len(questions) <= 12, "\n".join(q[:160] for q in questions)
