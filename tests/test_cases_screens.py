"""The screens of cases: what stands on them, and what a refused form keeps."""

import pytest
from django.urls import reverse

from tests.makers.case import a_followup, active_release, open_case


@pytest.fixture
def case(world):
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(me, priority="high_risk")
        a_followup(case, me)
        case.log_contact(
            actor=me, way="call", outcome="reached", minutes=9, text="Wants to go.", services=["C1"]
        )
        active_release(case, world.stt.organization, me)
    return case


GETS = [
    "view_case", "log_case", "make_plan", "write_note", "give_service", "promise_followup",
    "request_closure_case", "assign_case", "restrict_case", "correct_person", "draft_release", "disclosures",
]  # fmt: skip


@pytest.mark.parametrize("name", GETS)
def test_a_page_of_a_case_opens_for_its_advocate(world, case, name):
    answer = world.client(world.stx.advocate).get(reverse(name, args=[case.number]))
    assert answer.status_code == 200


def test_lists(world, case):
    for who in (world.stx.advocate, world.stx.supervisor):
        client = world.client(who)
        page = client.get("/caseload/").content.decode()
        assert "Bluebird" in page and "Call about the hearing" in page
        assert "Bluebird" in client.get("/find/?q=blue").content.decode()
        assert "Bluebird" in client.get("/find/?q=c-1").content.decode()
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "Wants to go." in page
