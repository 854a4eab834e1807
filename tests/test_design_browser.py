"""The components in a real browser: on a phone and a desk, for a screen reader, under the real policy."""

import threading
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from playwright.sync_api import expect

from config.views import styleguide
from tests.browser import faults, fits

pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]
STATIC = Path(styleguide.__file__).parents[1] / "static"
POLICY = (
    "; ".join(f"{what}-src 'self'" for what in ("script", "style", "img", "connect"))
    + "; default-src 'none'; form-action 'self'"
)
NOWHERE = HttpResponse
urlpatterns = [
    *styleguide.urlpatterns,
    path("lock/", NOWHERE, name="lock"),
    path("stay/", NOWHERE, name="stay"),
    path("out/", NOWHERE, name="account_logout"),
]
TOO_SMALL = """[...document.querySelectorAll("a[href], button, summary, select, textarea, .choice, input")]
  .filter((e) => e.type !== "hidden" && !(e.closest(".choice") && e.tagName === "INPUT"))
  .filter((e) => !e.matches(".skip") && getComputedStyle(e).display !== "inline")
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.9 || box.width < 43.9)).map(([html]) => html)"""


UNLOCK = (
    '<form method="post" action="/unlock/"><input name="passphrase"><button>Unlock</button></form></main>'
)


class Member:
    """A signed-in reader of the samples; nobody of this name exists."""

    is_authenticated = True
    pk = 1
    organization = SimpleNamespace(name="Women’s Coalition of St. Croix")

    def get_role_display(self):
        return "advocate"

    def __str__(self):
        return "A. Demo"


def render(page):
    request = RequestFactory().get("/")
    request.user, request.session, request.reference = Member(), {}, "7F3KA092QD"
    request._messages = FallbackStorage(request)
    return styleguide.styleguide(request, page).content


class Server(SimpleHTTPRequestHandler):
    pages = {}
    sent = []

    def do_GET(self):
        page = self.pages.get(self.path.split("?")[0].strip("/"))
        if page is None:
            self.path = self.path.removeprefix("/static")
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.sent.append(self.path)
        if self.path in ("/lock/", "/unlock/"):
            self.path = "/today/" if b"right words" in body else "/locked/"
            self.path = "/someone-else/" if b"other words" in body else self.path
            return self.do_GET()
        threading.Event().wait(0.5)
        self.send_response(204)
        self.end_headers()

    def __init__(self, *args):
        super().__init__(*args, directory=str(STATIC))

    def log_message(self, *args):
        pass


@pytest.fixture
def site(settings, monkeypatch):
    """Every sample page, rendered once, on a server of its own with the policy of the real one."""
    (engine,) = settings.TEMPLATES
    names = [
        "django.template.context_processors.request",
        "django.contrib.messages.context_processors.messages",
    ]
    settings.TEMPLATES = [engine | {"OPTIONS": engine["OPTIONS"] | {"context_processors": names}}]
    monkeypatch.setattr("orgs.clock.now", lambda: datetime(2026, 11, 23, 14, 42, tzinfo=UTC))
    Server.pages = {page: render(page) for page in styleguide.PAGES}
    Server.pages["locked"] = render_to_string("plain_base.html").replace("</main>", UNLOCK).encode()
    Server.pages["someone-else"] = Server.pages["today"].replace(b'data-member="1"', b'data-member="2"')
    Server.pages[""] = b"<title>First page</title>"
    Server.sent.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(chromium):
    page = chromium.new_page()
    page.complaints = []
    page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_sample_fits_its_screen_and_every_target_a_thumb(site, tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    for name in styleguide.PAGES:
        tab.goto(f"{site}/{name}/")
        assert fits(tab), name
        assert tab.evaluate(TOO_SMALL) == [], name
    assert tab.complaints == []


def test_axe_finds_nothing_in_any_sample_aaa_contrast_included(site, tab):
    for name in styleguide.PAGES:
        tab.goto(f"{site}/{name}/")
        assert faults(tab) == [], name


def test_text_thirty_percent_longer_still_fits(site, tab):
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.goto(f"{site}/components/")
    tab.evaluate("""document.querySelectorAll("button, a, label, h1, h2, p, dt, dd, legend").forEach((e) => {
      const text = [...e.childNodes].find((n) => n.nodeType === 3 && n.data.trim());
      if (text) text.data += text.data.slice(0, Math.ceil(text.data.length * 0.3));
    })""")
    assert fits(tab)


def test_a_second_press_sends_nothing(site, tab):
    tab.goto(f"{site}/today/")
    press = "document.querySelector('.move button').click()"
    tab.evaluate(f"{press}; {press}")
    tab.wait_for_timeout(900)
    assert len(Server.sent) == 1


@pytest.mark.parametrize("way", ["click", "keys"])
def test_leaving_takes_the_page_out_of_the_history(site, tab, way):
    """R40: the exit, pressed or by Shift three times, leaves no entry that leads back."""
    tab.route("https://forecast.weather.gov/", lambda route: route.fulfill(body="Weather"))
    tab.goto("about:blank")
    tab.goto(f"{site}/public/")
    if way == "click":
        tab.get_by_text("Leave now").first.click()
    else:
        for _ in range(3):
            tab.keyboard.press("Shift")
    tab.wait_for_url("https://forecast.weather.gov/")
    tab.go_back()
    expect(tab).to_have_url("about:blank")


def test_a_failed_form_starts_at_what_is_wrong_and_leads_to_it(site, tab):
    tab.goto(f"{site}/form/")
    assert tab.evaluate("document.activeElement.className") == "summary"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "id_how_0"


def test_the_idle_lock_empties_the_screen_and_gives_back_what_was_typed(site, tab):
    """C7: after a warning the page is gone from the document; unlocking brings it back as it was."""
    tab.clock.install()
    tab.goto(f"{site}/form/")
    tab.clock.fast_forward((settings.IDLE_MINUTES - 1) * 60_000 + 5_000)
    expect(tab.locator(".idle")).to_be_visible()
    tab.get_by_label("Phone number").fill("340 555 0199")
    tab.clock.fast_forward(settings.IDLE_MINUTES * 60_000 + 5_000)
    tab.get_by_role("button", name="Unlock").wait_for()
    assert "Phone" not in tab.content()
    assert "/lock/" in Server.sent
    tab.locator("[name=passphrase]").fill("wrong")
    tab.get_by_role("button", name="Unlock").click()
    expect(tab.locator("[name=passphrase]")).to_have_value("")
    tab.locator("[name=passphrase]").fill("right words")
    tab.get_by_role("button", name="Unlock").click()
    tab.get_by_label("Phone number").wait_for()
    expect(tab.get_by_label("Phone number")).to_have_value("340 555 0199")
    expect(tab.locator(".idle")).not_to_be_visible()
    assert tab.complaints == []


def test_a_clock_that_is_set_back_gives_nobody_more_time(site, tab):
    """C7: the device's clock is not the measure of who is still here."""
    tab.clock.install()
    tab.goto(f"{site}/form/")
    tab.evaluate("() => { const told = Date.now; Date.now = () => told() - 3600_000; }")
    tab.clock.run_for(5_000)
    tab.get_by_role("button", name="Unlock").wait_for()
    assert "Phone" not in tab.content()


def test_the_next_person_at_this_screen_is_not_given_the_last_ones_page(site, tab):
    """C7: only the member who was locked gets back what was on the screen."""
    tab.goto(f"{site}/form/")
    tab.get_by_role("button", name="Lock").click()
    tab.locator("[name=passphrase]").fill("other words")
    tab.get_by_role("button", name="Unlock").click()
    tab.wait_for_url(f"{site}/")
    assert "Phone" not in tab.content()


def test_without_a_connection_nothing_is_sent_and_nothing_typed_is_lost(site, tab):
    """An officer with one bar of signal: the page says so beside the button, and the next press sends it."""
    tab.goto(f"{site}/form/")
    tab.get_by_label("Phone number").fill("340 555 0142")
    tab.locator("[name=email]").fill("somebody@helper.test")
    button = tab.locator("main form[method=post] button").first
    tab.context.set_offline(True)
    button.click()
    expect(tab.get_by_text("Not sent yet: there is no connection")).to_be_visible()
    assert tab.get_by_label("Phone number").input_value() == "340 555 0142" and not Server.sent
    tab.context.set_offline(False)
    with tab.expect_request(lambda request: request.method == "POST"):
        button.click()


def test_lock_empties_every_tab_of_this_screen(site, tab):
    """C7: whoever presses it turns away from all of them; what was typed comes back where it was."""
    screen = tab.context.browser.new_context()
    first, other = screen.new_page(), screen.new_page()
    for page in (first, other):
        page.goto(f"{site}/form/")
        page.get_by_label("Phone number").fill("340 555 0142")
    other.get_by_role("button", name="Lock").click()
    for page in (other, first):
        page.get_by_role("button", name="Unlock").wait_for()
        assert "Phone" not in page.content() and "0142" not in page.content()
    screen.close()


def test_someone_who_types_is_not_locked_out(site, tab):
    """C7: typing counts as being here, and the server hears of it."""
    tab.clock.install()
    tab.goto(f"{site}/form/")
    for _ in range(6):
        tab.clock.fast_forward(4 * 60_000)
        with tab.expect_request("**/stay/"):
            tab.get_by_label("Phone number").press("1")
    expect(tab.get_by_label("Phone number")).to_be_visible()


def test_keys_move_through_a_list_and_are_listed(site, tab):
    tab.goto(f"{site}/today/")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    assert "Bluebird" in tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("?")
    expect(tab.locator("dialog.keys")).to_be_visible()


def test_paper_says_who_printed_it_and_the_exact_time(site, tab):
    """C20: what the screen says in words, paper says exactly, under the name of who printed it."""
    tab.goto(f"{site}/case/")
    tab.emulate_media(media="print")
    expect(tab.locator(".on-paper")).to_be_visible()
    expect(tab.locator(".nav")).not_to_be_visible()
    shown = tab.evaluate("getComputedStyle(document.querySelector('.timeline time'), '::after').content")
    assert "2026, 09:22" in shown


def test_everything_is_there_without_javascript(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/form/")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{site}/public/")
    assert page.get_by_text("Leave now").first.get_attribute("href").startswith("https://")
    context.close()
