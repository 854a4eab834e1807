"""The public door in a real browser: on a phone and a desk, without JavaScript, for a screen reader."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from orgs.languages import NAMES
from orgs.tenancy import acting_for
from referrals.models import Inquiry
from tests.browser import DESK, PHONE, faults, faults_of, picture
from tests.makers.letter import a_letter

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()  # of how often somebody looked from here


def visit(live, chromium, **options):
    """A page of somebody whose browser knows nothing of us."""
    return chromium.new_context(base_url=live.url, **options).new_page()


def looked_at(page, name, found):
    """Remember what is wrong with the page that is open, and take its picture on both widths."""
    found += [f"{name} {fault}" for fault in faults(page)]
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 844})
        picture(page, f"public-{name}-{width}")


@pytest.mark.parametrize("language", NAMES)
def test_a_visit_from_the_first_page_to_the_end_with_axe(live, chromium, language):
    """R36, R40: every page of the way; nothing is stored in the browser, and the exit leaves no entry."""
    page, found = visit(live, chromium), []

    def look(name):
        assert page.get_attribute("html", "lang") == language
        looked_at(page, f"{language}-{name}", found)

    page.goto(reverse("public", kwargs={"language": language}))
    look("front")
    page.click("main a.button:not(.quiet)")
    look("write")
    page.click("main form button.button")
    look("write-wrong")
    page.check("text=Help on St. Croix")
    for name, value in (("basis", "self"), ("priority", "crisis"), ("way", "comes_back")):
        page.check(f"[name={name}][value={value}]")
    page.fill("textarea[name=message]", "Can somebody talk with me?")
    page.wait_for_timeout(3200)
    page.click("main form button.button")
    look("check")
    page.click("main form button.button:not(.quiet)")
    page.wait_for_selector("output")
    look("sent")
    number = page.text_content("output")
    page.goto(reverse("public_return", kwargs={"language": language}))
    look("return")
    page.fill("[name=number]", number)
    page.press("[name=number]", "Enter")  # opens: it presses none of the languages
    page.wait_for_selector(".timeline")
    look("letters")
    page.click("button[formaction$='/return/end/']")
    page.wait_for_selector("button.stop")
    look("end")
    page.click("button.stop")
    page.wait_for_selector("main a.button.quiet")
    look("ended")
    assert found == []
    assert page.context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.route("https://forecast.weather.gov/**", lambda route: route.fulfill(body="Fair"))
    before = page.evaluate("history.length")
    page.click("[data-leave]")
    page.wait_for_url("https://forecast.weather.gov/")
    assert page.evaluate("history.length") == before


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
def test_each_language_is_one_press_away_and_takes_along_what_was_typed(live, chromium, scripts):
    """R36: on every page of the way, also where scripts are off."""
    page = visit(live, chromium, java_script_enabled=scripts, viewport={"width": PHONE, "height": 844})

    def speak(language):
        page.click(f".nav [lang={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        return page

    page.goto(reverse("public_door"))
    speak("es").click("main a.button:not(.quiet)")
    page.check("text=Help on St. Croix")
    page.fill("textarea[name=message]", "7 7 7")
    speak("ht")
    assert page.input_value("textarea[name=message]") == "7 7 7" and not page.locator(".summary").count()
    picture(page, f"public-moved-{scripts}")
    for name, value in (("basis", "self"), ("way", "comes_back")):
        page.check(f"[name={name}][value={value}]")
    page.wait_for_timeout(3200)
    page.click("main form button.button")
    page.wait_for_selector(".facts")
    speak("es").click("main form button.button:not(.quiet)")
    page.wait_for_selector("output")
    number = page.text_content("output")
    assert speak("ht").text_content("output") == number
    page.goto(reverse("public_return", kwargs={"language": "ht"}))
    page.fill("[name=number]", number)
    assert speak("es").input_value("[name=number]") == number
    page.click("main form button.button")
    page.fill("main textarea", "1 1")
    assert speak("en").input_value("main textarea") == "1 1"
    page.click("button[formaction$='/return/end/']")
    speak("es").click("button.stop")
    page.wait_for_selector("h1:has-text('Terminó')")
    assert speak("ht").locator("h1").text_content() == "Li fini"


def test_a_letter_is_sent_without_a_script(live, chromium):
    """R40: the same way with JavaScript off, and the first page weighs little."""
    page = visit(live, chromium, java_script_enabled=False, viewport={"width": PHONE, "height": 844})
    weight = []
    page.on("response", lambda got: weight.append((got.url, got.request.sizes()["responseBodySize"])))
    page.goto(reverse("public", kwargs={"language": "en"}))
    page.wait_for_load_state("networkidle")
    assert all(where.startswith(live.url) for where, _size in weight)
    page.goto(reverse("public_write", kwargs={"language": "en"}))
    picture(page, "public-write-no-script")
    page.check("text=Help on St. Croix")
    page.check("text=Someone else, and I stay unknown")
    page.check("text=I come back here")
    page.fill("textarea[name=message]", "My neighbor needs somebody.")
    page.wait_for_timeout(3200)
    page.click("main form button.button")
    page.get_by_role("button", name="Send").click()
    number = page.text_content("output")
    page.goto(reverse("public_return", kwargs={"language": "en"}))
    page.fill("[name=number]", number)
    page.get_by_role("button", name="Open").click()
    assert "My neighbor needs somebody." in page.content()


def test_axe_finds_nothing_on_the_side_of_those_who_read(live, chromium):
    world, desk = live.world, live.world.stx.intake_worker
    letter, _number = a_letter(
        world.stx.organization, priority="crisis", danger="crisis", phone="+13405550142"
    )
    a_letter(world.stx.organization, called="")
    with world.acting(desk):
        Inquiry.objects.get(pk=letter.pk).acknowledge(actor=desk)
    with acting_for(world.stx.organization.pk), transaction.atomic():
        waiting = Inquiry.objects.get(state="waiting")

    def of(verb, one):
        return reverse(f"{verb}_inquiry", args=[one.pk])

    pages = [
        (desk, reverse("inbox"), "inbox-letters"),
        (desk, reverse("letters"), "letters"),
        (desk, of("view", letter), "letter-read"),
        (desk, of("view", waiting), "letter-waiting"),
        (desk, of("answer", letter), "letter-answer"),
        (desk, of("refuse", waiting), "letter-refuse"),
    ]
    assert faults_of(live, chromium, pages) == []
