"""Signal that goes in the middle of the officer's form: the page stays, and nothing lies on the phone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orgs.told_where import ASKS, TO
from referrals.models import Referral
from tests.browser import signed_in
from tests.makers.referral import draft
from tests.servers import ROOT
from tests.signing import signed_in_client


def test_a_page_that_asks_is_told_where_to_go_and_others_are_sent(world):
    """The same save either way; a question in words, as an error is, comes as a page."""
    referral = draft(world)
    client, address = world.client(world.officer), reverse("edit_referral", args=[referral.reference, 1])
    plain = client.post(address, {"basis": "opt_in"})
    asked = client.post(address, {"basis": "opt_in"}, headers={ASKS: "where"})
    assert (plain.status_code, asked.status_code) == (302, 204)
    assert asked.headers[TO] == plain.headers["Location"] and not asked.content
    assert client.post(address, {}, headers={ASKS: "where"}).status_code == 200


def test_who_must_sign_in_first_is_sent_there(world, client):
    """C7, C8: the door is not told in a header; what was typed goes the way of every other form."""
    address = reverse("edit_referral", args=[draft(world).reference, 1])
    answer = client.post(address, {"basis": "opt_in"}, headers={ASKS: "where"})
    assert answer.status_code == 302 and TO not in answer.headers


def test_nothing_is_written_to_the_device():
    """R11: no script of ours knows the browser's stores: a phone that is taken shows nothing."""
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie|showSaveFilePicker")
    scripts = [*(ROOT / "config" / "static").rglob("*.js"), *(ROOT / "config" / "templates").rglob("*.js")]
    assert scripts and [path.name for path in scripts if stores.search(path.read_text())] == []


@pytest.mark.browser
def test_signal_that_goes_while_sending_loses_nothing(live, chromium):
    """C7: the browser believes that it is online and no answer comes: the page says so, a press sends it."""
    world = live.world
    referral = draft(world)
    page = signed_in(live, chromium, world.officer)
    page.goto(reverse("edit_referral", args=[referral.reference, 5]))
    page.get_by_label("Or what they want to be called").fill("Bluebird")
    page.locator("label.choice", has_text="Adult, 18 or older").click()
    button = page.get_by_role("button", name="Save and continue")
    page.route(
        "**/step/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    button.click()
    expect(page.get_by_text("Not sent yet: there is no connection")).to_be_visible()
    assert page.get_by_label("Or what they want to be called").input_value() == "Bluebird"
    stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"
    assert page.evaluate(stored) == 0
    page.unroute("**/step/**")
    button.click()
    page.wait_for_url("**/step/6/")
    with world.acting(world.officer):
        assert Referral.objects.get(pk=referral.pk).words()["alias"] == "Bluebird"


@pytest.mark.browser
def test_a_form_with_a_mistake_and_a_press_of_back_work_as_without_it(live, chromium):
    """The answers of the server are shown as ever: what is wrong, and the page before."""
    referral = draft(live.world)
    page = signed_in(live, chromium, live.world.officer)
    page.goto(reverse("edit_referral", args=[referral.reference, 4]))
    page.get_by_label("Phone number").fill("12")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("There is a problem").wait_for()
    assert page.get_by_label("Phone number").input_value() == "12"
    page.goto(reverse("edit_referral", args=[referral.reference, 4]))
    page.get_by_role("button", name="Back", exact=True).click()
    page.wait_for_url("**/step/3/")


# The end of a session, after twelve hours


def test_a_page_learns_when_everybody_signs_in_again(world):
    """C8: whoever types is told so by the answer that says that they are here."""
    world.hold(world.now)
    client = signed_in_client(world.officer, stays=False)
    before = int(client.post(reverse("stay")).headers["Causeway-Ends"])
    world.forward(minutes=10)
    assert before - int(client.post(reverse("stay")).headers["Causeway-Ends"]) == 600


@pytest.mark.browser
def test_the_end_of_a_session_is_said_ten_minutes_before(live, chromium):
    """WCAG 2.2.1: no time limit without a warning; what was typed is kept for the next sign-in."""
    page = signed_in(live, chromium, live.world.stx.advocate)
    page.clock.install()
    page.goto(reverse("find"))
    said, left = page.get_by_text("Within ten minutes you sign in again"), {"Causeway-Ends": "3000"}
    page.route("**/stay/", lambda route: route.fulfill(status=204, headers=left))
    for seconds, shown in (("3000", False), ("500", True)):
        left["Causeway-Ends"] = seconds
        page.clock.fast_forward(200_000)
        with page.expect_response("**/stay/"):
            page.keyboard.press("a")
        expect(said).to_be_visible(visible=shown)
