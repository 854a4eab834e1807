"""A real browser: where it is, a page for a member, and what every page is looked at for."""

import os
import shutil
from pathlib import Path

PHONE, DESK = 390, 1280
WIDTHS = (PHONE, DESK)
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is asked for: axe then describes no node that is as it should be.
RUN_AXE = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(results =>
  results.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 160)).join(" | ")))"""
PICTURES = os.environ.get("CAUSEWAY_SCREENSHOTS")


def executable():
    """The path of a Chromium. Raises `RuntimeError` that says what to install."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = name and shutil.which(name)
        if found:
            return found
    raise RuntimeError(
        "No Chromium here. On Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path."
    )


def signed_in(live, chromium, member, width=PHONE, scripts=True):
    """A page of a browser in which `member` is signed in, on a screen of this width."""
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=scripts, base_url=live.url
    )
    with live.world.acting(member):
        cookies = live.world.client(member).cookies
    context.add_cookies([{"name": k, "value": m.value, "url": live.url} for k, m in cookies.items()])
    return context.new_page()


def fits(page):
    """Whether the page, once it has loaded, is no wider than its screen."""
    page.wait_for_load_state()  # between two pages there is no document to measure
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def faults(page, widths=WIDTHS, rules=RULES):
    """What is wrong with the page that is open: what axe finds, and where it is wider than its screen.

    The page is loaded once and looked at on each width, as a phone is turned; [sentence].
    """
    from axe_playwright_python.base import AXE_SCRIPT

    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        if not fits(page):
            found.append(f"wider than {width}")
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE_SCRIPT)
        found += [f"at {width}: {fault}" for fault in page.evaluate(RUN_AXE, rules)]
    return found


def picture(page, name):
    """A screenshot of the whole page, where `CAUSEWAY_SCREENSHOTS` names a folder."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def faults_of(live, chromium, pages):
    """Open each address as its reader: what is wrong with them all, as [sentence with the address].

    Args:
        pages: [(member, address)] or [(member, address, name)]; the name is for a screenshot.
    """
    found = []
    for member in dict.fromkeys(member for member, *_ in pages):
        page = signed_in(live, chromium, member)
        for address, *name in (rest for reader, *rest in pages if reader == member):
            assert page.goto(address).status == 200, address
            picture(page, f"{member.role}-{(name or [address.strip('/').replace('/', '-')])[0]}")
            found += [f"{address} {fault}" for fault in faults(page)]
        page.context.close()
    return found
