"""`make weigh`: what the officer's six steps and the public page cost on a slow line, beside their limits.

On a demo of its own, in a real browser of 390 px with an empty cache, at 400 kbit/s and 400 ms. Counted are
the bytes as they come over the line, with their headers; the presses beside typing are counted by
`tests/test_referral_browser.py`. Prints a line for each page and ends with 1 where one is above its limit.
"""

import sys
import time

from playwright.sync_api import sync_playwright

from tests.browser import PHONE, executable
from tests.walking import Demo, Person

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FIRST, STEP, WHOLE, PUBLIC = 30_000, 15_000, 60_000, 30_000  # bytes
FIRST_SECONDS, STEP_SECONDS = 3.0, 1.5
STYLES = SCRIPTS = 25_000  # bytes of all that one page loads of a kind, compressed
ANSWERS = (
    {"basis": "opt_in"},
    {"priority": "standard", "often": "V10"},
    {"island_now": "STX", "island_needed": "STX", "language": "es", "needs": "talk"},
    {"reach_way": "call", "phone": "340 555 0142", "times": "morning", "never": "Never leave a message"},
    {"alias": "Bluebird", "age_group": "adult"},
)


class Scale:
    """Bytes of a page that came over the line, by kind, since it was last set to nothing."""

    def __init__(self, page):
        self.kinds, self.of = {}, {}
        self.line = page.context.new_cdp_session(page)
        self.line.on("Network.responseReceived", self._began)
        self.line.on("Network.loadingFinished", self._came)
        self.line.send("Network.enable")
        self.line.send("Network.emulateNetworkConditions", SLOW)

    def _began(self, event):
        self.of[event["requestId"]] = event["type"]

    def _came(self, event):
        kind = self.of.get(event["requestId"], "other")
        self.kinds[kind] = self.kinds.get(kind, 0) + event["encodedDataLength"]

    def empty(self):
        """The bytes since the last time, and nothing from here on; the kinds are in `last`."""
        self.last, self.kinds = self.kinds, {}
        return round(sum(self.last.values()))


class Weighing:
    """What was weighed, and what is too much."""

    def __init__(self):
        self.wrong = []

    def say(self, what, weight, limit, seconds=None, most=None):
        took = "" if seconds is None else f"{seconds:6.2f} s (at most {most})"
        print(f"  {what:34} {weight / 1000:6.1f} kB (at most {limit // 1000}) {took}", flush=True)
        if weight > limit:
            self.wrong.append(f"{what}: {weight} bytes")
        if most and seconds > most:
            self.wrong.append(f"{what}: {seconds:.2f} s")

    def kinds(self, what, scale):
        for kind, limit in (("Stylesheet", STYLES), ("Script", SCRIPTS)):
            self.say(f"{what}, {kind.lower()}s", round(scale.last.get(kind, 0)), limit)


def officer(weighing, browser, demo):
    """The six steps, from a first visit with nothing in the cache to the receipt."""
    size = {"width": PHONE, "height": 844}
    page = Person(browser, demo, "officer@vipd.demo.invalid", size)
    scale = Scale(page.page)
    scale.line.send("Network.clearBrowserCache")
    began = time.perf_counter()
    page.go("/")
    whole = scale.empty()
    weighing.say("officer's first page", whole, FIRST, time.perf_counter() - began, FIRST_SECONDS)
    weighing.kinds("officer's first page", scale)
    steps = [lambda: page.press("begin")]
    steps += [lambda answers=answers: page.answer(**answers) for answers in ANSWERS]
    steps += [lambda: page.press("send")]
    for number, step in enumerate(steps):
        began = time.perf_counter()
        step()
        page.page.wait_for_load_state()
        seconds, weight = time.perf_counter() - began, scale.empty()
        whole += weight
        weighing.say(f"officer's step {number}", weight, STEP, seconds, STEP_SECONDS)
    weighing.say("officer's whole journey", whole, WHOLE)


def public(weighing, browser, demo):
    """The first page of the public door in each language, with nothing in the cache."""
    for language in ("en", "es", "ht"):
        page = browser.new_context(viewport={"width": PHONE, "height": 844}).new_page()
        scale = Scale(page)
        began = time.perf_counter()
        assert page.goto(f"{demo.url}/p/{language}/").status == 200
        seconds = time.perf_counter() - began
        weighing.say(f"public page, {language}", scale.empty(), PUBLIC, seconds, FIRST_SECONDS)
        weighing.kinds(f"public page, {language}", scale)
        page.context.close()


def main():
    """Weigh, print, and return whether something is above its limit."""
    weighing = Weighing()
    with Demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu"], headless=True
        )
        officer(weighing, browser, demo)
        public(weighing, browser, demo)
        browser.close()
    for fault in weighing.wrong:
        print(f"above its limit: {fault}")
    print("weigh: everything within its limits" if not weighing.wrong else "weigh: too much")
    return bool(weighing.wrong)


if __name__ == "__main__":
    sys.exit(main())
