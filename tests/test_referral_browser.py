"""The officer's journey in a real browser: a phone and a desk, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.browser import WIDTHS, faults, fits, picture, signed_in
from tests.makers.referral import acknowledged, draft, sent

pytestmark = pytest.mark.browser
MOST_PRESSES = 14  # beside typing


class Hand:
    """Counts the presses of an officer, and looks at every page that they come to."""

    def __init__(self, page, name):
        self.page, self.name, self.presses, self.seen = page, name, 0, 0
        self.look()

    def look(self):
        self.seen += 1
        assert fits(self.page)
        picture(self.page, f"{self.name}-{self.seen:02}")

    def press(self, text):
        self.presses += 1
        self.page.locator("label.choice", has_text=text).first.click()

    def go(self, text):
        self.presses += 1
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=text, exact=True).click()
        self.look()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_officer_refers_someone_with_few_presses(live, chromium, width, scripts):
    """R14, R36: six steps, at most fourteen presses beside typing, with JavaScript and without."""
    page = signed_in(live, chromium, live.world.officer, width, scripts)
    page.goto("/referrals/")
    hand = Hand(page, f"walk-{width}-{'js' if scripts else 'plain'}")
    hand.go("Refer someone")
    hand.press("I asked the person, and they agreed")
    hand.go("Save and continue")
    hand.press("High risk")
    hand.press("Human Trafficking: Sex")
    hand.go("Save and continue")
    hand.press("Someone to talk with")
    hand.go("Save and continue")
    hand.press("Phone call")
    page.get_by_label("Phone number").fill("340 555 0142")
    hand.press("Morning")
    hand.go("Save and continue")
    page.get_by_label("Or what they want to be called").fill("Bluebird")
    hand.press("Adult, 18 or older")
    hand.go("Save and continue")
    assert "Bluebird" in page.content() and "Help on St. Croix" in page.content()
    hand.go("Send the referral")
    assert "It is at the desk of Help on St. Croix" in page.inner_text("h1")
    assert hand.presses <= MOST_PRESSES


def test_axe_finds_nothing_for_referrers(live, chromium):
    """Every page of an officer, with errors shown, on a phone and a desk."""
    world = live.world
    page = signed_in(live, chromium, world.officer)
    page.goto("/referrals/")
    assert faults(page) == []
    unfinished, lying = draft(world), sent(world)
    asked, _ = acknowledged(world)
    notice = sent(world, group=True)
    with world.acting(world.stx.intake_worker):
        asked.ask("language", "Which one of the two?", actor=world.stx.intake_worker)
    addresses = [
        "/referrals/",
        *(f"/referrals/{unfinished.reference}/step/{number}/" for number in range(1, 7)),
        *(f"/referrals/{lying.reference}/{name}" for name in ("", "receipt/", "print/", "write/", "recall/")),
        *(f"/referrals/{asked.reference}/{name}" for name in ("", "answer/", "recall/", "mark-error/")),
        f"/referrals/{unfinished.reference}/discard/",
        f"/referrals/{notice.reference}/",
        "/referrals/?q=VI-7K3Q-92",
        "/referrals/signs/",
        "/referrals/practice/",
    ]
    for number, address in enumerate(addresses):
        page.goto(address)
        picture(page, f"page-{number:02}")
        assert faults(page) == [], address
    for answer in practised(page, Hand(page, "practice-read")):
        assert faults(page) == [], answer


def practised(page, hand):
    """Practice on the page that is open: yields with too little on it, and again with enough."""
    page.goto("/referrals/practice/")
    hand.go("Send for practice")
    yield "refused"
    for text in ("I asked the person, and they agreed", "High risk", "Human Trafficking: Sex", "Phone call",
                 "Adult, 18 or older"):  # fmt: skip
        hand.press(text)
    page.get_by_label("Phone number").fill("340 555 0142")
    for label in ("Where is the person now?", "Where should the help be?"):
        page.get_by_label(label).select_option("STX")
    hand.go("Send for practice")
    yield "answered"


def test_a_trainee_practices_without_javascript(live, chromium):
    """First too little, then enough: what is wrong, and what a desk would ask, on a phone and a desk."""
    page = signed_in(live, chromium, live.world.officer, scripts=False)
    answers = practised(page, hand := Hand(page, "practice"))
    next(answers)
    expect(page.locator(".summary")).to_contain_text("PRACTICE")
    next(answers)
    assert page.inner_text("h1") == "PRACTICE: nothing was sent" and page.title().startswith("PRACTICE")
    assert page.get_by_label("Phone number").input_value() == "340 555 0142"
    page.get_by_role("link", name="When it is safe").click()
    page.set_viewport_size({"width": 1280, "height": 844})
    hand.look()


@pytest.mark.parametrize("width", WIDTHS)
def test_errors_are_said_and_what_was_typed_stays(live, chromium, width):
    """R15: a note that tells too much is refused with the reason, and is still there to change."""
    unfinished = draft(live.world)
    page = signed_in(live, chromium, live.world.officer, width)
    for number, fill in (
        (2, {}),
        (4, {"Phone number": "340 555"}),
        (5, {"Anything an advocate": "SSN 123-45-6789"}),
    ):
        page.goto(f"/referrals/{unfinished.reference}/step/{number}/")
        ticked = page.locator("input[type=checkbox]:checked")
        while ticked.count():
            ticked.first.uncheck(force=True)
        for label, value in fill.items():
            page.get_by_label(label).fill(value)
        hand = Hand(page, f"error-{width}-{number}")
        hand.go("Save and continue")
        expect(page.locator(".summary")).to_be_visible()
        for label, value in fill.items():
            assert page.get_by_label(label).input_value() == value
        assert faults(page, [width]) == []
        target = page.locator(".summary a").first.get_attribute("href")
        assert page.locator(target).count() == 1
