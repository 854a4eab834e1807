"""Coming in, walked in a browser: phone and desk, with and without JavaScript, under the real policy."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from orgs.models import Invitation, OutboxMessage
from tests.browser import faults, picture
from tests.makers.factors import code, with_app
from tests.world import PASSPHRASE

pytestmark = pytest.mark.browser
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
NEW = "lantern velvet orchard nine"


class Walker:
    """A browser tab that looks at each page on the way."""

    def __init__(self, chromium, live, size, scripts=True):
        self.url = live.url.replace("127.0.0.1", "localhost")
        self.context = chromium.new_context(viewport=SIZES[size], java_script_enabled=scripts)
        self.page, self.name, self.problems = (
            self.context.new_page(),
            f"{size}{'' if scripts else '-bare'}",
            [],
        )
        self.page.on("console", lambda told: told.type == "error" and self.problems.append(told.text))
        self.scripts = scripts

    def go(self, path):
        self.page.goto(self.url + path)

    def look(self, what):
        self.page.wait_for_load_state()
        picture(self.page, f"{self.name}-{what}")
        if self.scripts:
            assert faults(self.page, [self.page.viewport_size["width"]]) == [], what

    def accept_notice(self):
        self.look("notice")
        self.page.check("[name=accepted]")
        self.press("Go on to sign in")

    def press(self, label):
        """A button that leads to a page; the page is there when this returns."""
        with self.page.expect_navigation():
            self.press_here(label)

    def press_here(self, label):
        """A button that changes this page, or asks the browser first."""
        self.page.get_by_role("button", name=label, exact=True).click()

    def follow(self, label):
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=label).click()

    def say_passphrase(self, email, passphrase=PASSPHRASE):
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", passphrase)
        self.press("Go on")


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()


@pytest.fixture(params=SIZES)
def walker(request, chromium, live):
    yield from walk(chromium, live, request.param)


@pytest.fixture
def bare(chromium, live):
    yield from walk(chromium, live, "phone", scripts=False)


def walk(chromium, live, size, **more):
    walker = Walker(chromium, live, size, **more)
    yield walker
    walker.context.close()
    assert not [told for told in walker.problems if "404" not in told], walker.problems


def invitation(world):
    admin = world.stx.administrator
    with world.acting(admin):
        Invitation.make(
            organization=admin.organization, email="new@stx.test", name="N. New", role="advocate", actor=admin
        )
        return re.search(r"/invitation/.*", OutboxMessage.objects.get(address="new@stx.test").link).group()


def test_from_the_invitation_to_the_app(walker, live):
    """C3, C6, C26: notice, passphrase, authenticator app, rules, recovery codes."""
    page = walker.page
    walker.go(invitation(live.world))
    walker.accept_notice()
    walker.look("invitation")
    page.fill("[name=passphrase]", "too short")
    walker.press("Accept and go on")
    walker.look("invitation-wrong")
    page.fill("[name=passphrase]", NEW)
    page.fill("[name=again]", NEW)
    walker.press("Accept and go on")
    walker.look("enroll")
    walker.follow("Use an app")
    walker.look("app")
    page.locator("summary").click()
    secret = page.locator("details b").inner_text()
    page.fill("[name=code]", "000000")
    walker.press("Turn it on")
    walker.look("app-wrong")
    page.fill("[name=code]", code(secret))
    walker.press("Turn it on")
    walker.look("rules")
    walker.press("Accept and go on")
    walker.look("rules-wrong")
    page.check("[name=accepted]")
    walker.press("Accept and go on")
    expect(page.locator(".codes li")).to_have_count(10)
    walker.look("codes")
    walker.go("/")
    expect(page.get_by_text("Your keys are not here yet")).to_be_visible()
    walker.look("waiting")
    walker.go("/account/")
    walker.look("account")
    walker.go("/account/sessions/")
    walker.look("sessions")
    walker.go("/account/passphrase/")
    walker.look("passphrase")
    walker.go("/account/second-factor/app/remove/")
    walker.look("app-remove")


def test_signing_in_and_failing(walker, live):
    """C5: what a member meets on the way in."""
    secret = with_app(live.world, live.world.stx.advocate)
    walker.go("/account/")
    walker.accept_notice()
    walker.look("sign-in")
    walker.say_passphrase("advocate@stx.test", "this is not it at all")
    walker.look("sign-in-wrong")
    walker.say_passphrase("advocate@stx.test")
    walker.look("second-factor")
    walker.page.fill("[name=code]", "000000")
    walker.press("Sign in")
    walker.look("second-factor-wrong")
    walker.page.fill("[name=code]", code(secret))
    walker.press("Sign in")
    walker.page.wait_for_url("**/account/")


def test_a_security_key_from_setting_up_to_signing_in(walker, live):
    """C3: the browser's own dialogs, with a key made of software."""
    page = walker.page
    devtools = walker.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}}
    )
    walker.go("/sign-in/")
    walker.accept_notice()
    walker.say_passphrase("advocate@stx.test")
    walker.follow("Use a security key")
    walker.look("key-add")
    page.fill("[name=name]", "Key ring")
    walker.press_here("Add the key")
    page.wait_for_selector(".codes")
    walker.go("/account/")
    expect(page.get_by_text("Key ring")).to_be_visible()
    walker.look("account-key")
    walker.follow("Rename…")
    walker.look("key-rename")
    walker.press("Save")
    walker.follow("Take away…")
    walker.look("key-remove")
    walker.press("Take it away")
    expect(page.get_by_text("This is your only second factor")).to_be_visible()
    walker.press("Sign out")
    walker.go("/confirm/key/?next=/account/")
    walker.accept_notice()
    walker.say_passphrase("advocate@stx.test")
    walker.press("Use a security key")
    page.wait_for_url("**/confirm/key/**")
    walker.look("confirm-key")
    walker.press_here("Use your security key")
    page.wait_for_url("**/account/")


def test_locking_and_unlocking(walker, live):
    """C7: what was typed is there again, without a reload."""
    world, page = live.world, walker.page
    sign_in(walker, world)
    walker.go("/account/passphrase/")
    page.fill("[name=oldpassword]", "half a thought")
    walker.press_here("Lock")
    page.wait_for_selector("[name=passphrase]")
    walker.look("lock")
    page.fill("[name=passphrase]", "this is not it at all")
    walker.press_here("Unlock")
    page.wait_for_selector(".summary")
    walker.look("lock-wrong")
    page.fill("[name=passphrase]", PASSPHRASE)
    walker.press_here("Unlock")
    page.wait_for_selector("[name=oldpassword]")
    expect(page.locator("[name=oldpassword]")).to_have_value("half a thought")


def test_the_same_without_javascript(bare, live):
    """C3, C7: the app is set up, the screen locks and unlocks, and a form sent too late is given back."""
    world, page = live.world, bare.page
    bare.go("/sign-in/")
    bare.accept_notice()
    bare.say_passphrase("advocate@stx.test")
    bare.look("enroll")
    bare.follow("Use a security key")
    expect(page.get_by_text("A security key needs JavaScript")).to_be_visible()
    bare.go("/account/second-factor/app/")
    page.locator("summary").click()
    page.fill("[name=code]", code(page.locator("details b").inner_text()))
    bare.press("Turn it on")
    bare.look("codes")
    bare.go("/account/passphrase/")
    other = bare.context.new_page()
    other.goto(bare.url + "/account/")
    other.get_by_role("button", name="Lock", exact=True).click()
    expect(other.get_by_role("heading", name="Locked")).to_be_visible()
    page.fill("[name=oldpassword]", PASSPHRASE)
    page.fill("[name=password1]", NEW)
    page.fill("[name=password2]", NEW)
    bare.press("Change it")
    bare.look("lock-not-kept")
    expect(page.get_by_text("type it again")).to_be_visible()  # no passphrase is kept
    page.fill("[name=passphrase]", PASSPHRASE)
    bare.press("Unlock")
    bare.go("/account/passphrase/")
    page.fill("[name=oldpassword]", PASSPHRASE)
    page.fill("[name=password1]", NEW)
    page.fill("[name=password2]", NEW)
    bare.press("Change it")
    expect(page.get_by_text("Your passphrase is changed")).to_be_visible()
    bare.look("account")
    with world.acting(world.stx.advocate):
        assert type(world.stx.advocate).objects.get(email="advocate@stx.test").check_password(NEW)


def sign_in(walker, world):
    secret = with_app(world, world.stx.advocate)
    walker.go("/account/")
    walker.accept_notice()
    walker.say_passphrase("advocate@stx.test")
    walker.page.fill("[name=code]", code(secret))
    walker.press("Sign in")
