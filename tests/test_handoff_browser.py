"""Today, the board, review and handoffs in a real browser: on a phone and a desk, and for a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes
from tests.makers import referral as referrals

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def busy_house(world):
    """A house with something of everything; [(reader, name, address)]."""
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
    desk, theirs = world.stt.supervisor, world.stt.advocate
    move = f"/board/move-caseload/?leaver={advocate.pk}&to={world.stx.colleague.pk}&reason=leaving"
    return [
        (advocate, "today", "/today/"),
        (advocate, "handoffs", "/handoffs/"),
        (advocate, "returned", back.get_absolute_url()),
        (advocate, "edit", f"/handoffs/{back.reference}/edit/"),
        (advocate, "declined", refused.get_absolute_url()),
        (advocate, "accepted", accepted.get_absolute_url()),
        (advocate, "recall", f"/handoffs/{accepted.reference}/recall/"),
        (advocate, "question", f"/cases/{plain.number}/hand-off/"),
        (supervisor, "board", "/board/"),
        (supervisor, "review", "/review/"),
        (supervisor, "further", further.get_absolute_url()),
        (supervisor, "ready", ready.get_absolute_url()),
        (supervisor, "asked", question.get_absolute_url()),
        (supervisor, "return", f"/handoffs/{further.reference}/return/"),
        (supervisor, "move", "/board/move-caseload/"),
        (supervisor, "plan", move),
        (desk, "incoming", offered.get_absolute_url()),
        (desk, "snapshot", f"/handoffs/{offered.reference}/snapshot/"),
        (desk, "accept", f"/handoffs/{offered.reference}/accept/"),
        (desk, "decline", f"/handoffs/{offered.reference}/decline/"),
        (desk, "their-board", "/board/"),
        (theirs, "their-today", "/today/"),
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(live, chromium, width):
    pages = busy_house(live.world)
    for member in dict.fromkeys(member for member, _name, _address in pages):
        with live.world.acting(member):
            cookies = live.world.client(member).cookies
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": k, "value": m.value, "url": live.url} for k, m in cookies.items()])
        page = context.new_page()
        for name, address in ((name, address) for reader, name, address in pages if reader == member):
            assert page.goto(live.url + address).status == 200, name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            found = Axe().run(page, options={"runOnly": RULES})
            assert found.violations_count == 0, name + "\n" + found.generate_report()
        context.close()
