"""Pages as a browser prints them: who printed it on every sheet, all that matters, nothing to press."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from cases.models import Case
from tests.browser import DESK, PHONE, signed_in
from tests.makers.case import a_person, open_case
from tests.test_cases_browser import busy_case

pytestmark = pytest.mark.browser
PRESSED = ("Sign out", "Lock", "Log a contact", "Write a note", "Move…", "The ledger", "Hand off…", "Older")


def sheets(page, address):
    """The words of each sheet that the browser would print of an address."""
    page.goto(address)
    reader = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    return [" ".join(sheet.extract_text().split()) for sheet in reader.pages]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_sheet_says_who_printed_it_and_has_nothing_to_press(live, chromium, width):
    """C20: case, Today, board and the clocks of a case; no navigation, no address of a link."""
    stx = live.world.stx
    busy_case(live.world)
    with live.world.acting(stx.advocate):
        case = Case.objects.get(priority="high_risk")
    case_page, clocks = (reverse(name, args=[case.number]) for name in ("view_case", "clocks_case"))
    for member, addresses in {
        stx.advocate: (reverse("today"), case_page, clocks),
        stx.supervisor: (reverse("board"), case_page),
    }.items():
        page = signed_in(live, chromium, member, width)
        for address in addresses:
            printed = sheets(page, live.url + address)
            for number, said in enumerate(printed, 1):
                assert f"Printed by {member.name}, {member.organization.name}" in said, (address, number)
                assert "34 U.S.C. 12291" in said and f"{number}/{len(printed)}" in said, (address, number)
            whole = " ".join(printed)
            for never in (*PRESSED, "http", "/cases/", "Skip to"):
                assert never not in whole, (address, never)
        page.context.close()


def test_what_matters_of_a_case_is_on_the_paper(live, chromium):
    """R37: the plan's warning first, what is due with its exact time, what happened; folded or not."""
    me = live.world.stx.advocate
    busy_case(live.world)
    with live.world.acting(me):
        case = Case.objects.get(priority="high_risk")
        never = case.person.plan.never
        for number in range(45):
            case.add_note(f"Noted {number}.", actor=me)
    page = signed_in(live, chromium, me, DESK)
    whole = " ".join(sheets(page, live.url + reverse("view_case", args=[case.number])))
    assert never in whole and whole.index(never) < whole.index("Call about the protection order")
    assert "Noted 44." in whole and "There are older ones. They are not on this paper." in whole
    for said in ("What happened", "At a glance", "Told to others", "20 h late ("):
        assert said in whole, said


def test_a_fold_is_open_on_paper_and_a_form_is_not_on_it(live, chromium):
    """What was read is folded on the screen; paper cannot be unfolded. A form is for the screen alone."""
    me = live.world.stx.advocate
    with live.world.acting(me):
        case = open_case(me, person=a_person(me, alias="Kestrel"))
    page = signed_in(live, chromium, me, DESK)
    page.goto(live.url + reverse("view_case", args=[case.number]))
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend",
        '<details class="disclosure"><summary>S</summary><div>FOLDEDWORD</div></details>' +
        '<details class="disclosure"><summary>F</summary><div><form>FORMWORD</form></div></details>')"""
    )
    words = PdfReader(io.BytesIO(page.pdf(format="Letter"))).pages[-1].extract_text()
    assert "FOLDEDWORD" in words and "FORMWORD" not in words
