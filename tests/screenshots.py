"""`make screenshots`: every main page of every role, at 390 and 1280 px, to be looked at one by one.

A demo is started for it, with invented people and a clock that stands still, and ended afterwards. The
pictures and one sheet with them all go to `screenshots/`, which git ignores; with GUIDES=1 those that the
guides and the README show are written to where they are kept, as small as they can be.
"""

import os
import shutil
import sys
from contextlib import nullcontext
from html import escape
from io import BytesIO
from types import SimpleNamespace

from PIL import Image
from playwright.sync_api import Error, sync_playwright

from tests.browser import WIDTHS, executable
from tests.pictures import places, walks
from tests.walking import ROOT, Demo, Person

FOLDER = ROOT / "screenshots"
NOW = "2026-11-24T14:42:00Z"  # a Tuesday, 10:42 on the islands: desks are staffed, nothing is on holiday
HEIGHT = 844
# What sticks to the top is drawn where it begins; no page for real people has the line of the demo.
TIDY = "scrollTo(0, 0); document.querySelector('.demo-view')?.remove()"
SHEET = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Causeway, page by page</title><style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; background: #ddd }}
section {{ display: flex; gap: 1.5rem; flex-wrap: wrap; align-items: start; margin-bottom: 2.5rem }}
figure {{ margin: 0 }} img {{ border: 1px solid #888; background: #fff; max-width: 100% }}
h2 {{ flex: 1 0 100%; margin: 0 }} nav {{ columns: 16rem }}</style>
<h1>{count} pages, at {widths} pixels</h1><nav>{index}</nav>
{pages}"""


class Camera:
    """Takes the pictures, and remembers them for the sheet."""

    def __init__(self, browser, demo):
        self.browser, self.demo = browser, demo
        self.taken = []  # names, in order
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()

    def who(self, code, key):
        """An invented member in a browser of their own."""
        size = {"width": WIDTHS[0], "height": HEIGHT}
        return Person(self.browser, self.demo, f"{key}@{code}.demo.invalid", size)

    def stranger(self):
        """A page of somebody who is not signed in."""
        return self.browser.new_context(
            base_url=self.demo.url, viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="en-US"
        ).new_page()

    def take(self, page, name):
        """Take the page that is open at each width, as `<name>-<width>.png`."""
        page.wait_for_load_state()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.evaluate(TIDY)
            page.screenshot(
                path=FOLDER / f"{name}-{width}.png", full_page=True, animations="disabled", caret="hide"
            )
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        self.taken.append(name)

    def sheet(self):
        """Write the page that shows them all; returns its path."""
        index = "".join(f'<div><a href="#{escape(name)}">{escape(name)}</a></div>' for name in self.taken)
        pages = "\n".join(
            f'<section id="{escape(name)}"><h2>{escape(name)}</h2>'
            + "".join(
                f'<figure><img loading="lazy" width="{width}" src="{name}-{width}.png" alt=""></figure>'
                for width in WIDTHS
            )
            + "</section>"
            for name in self.taken
        )
        widths = " and ".join(str(width) for width in WIDTHS)
        path = FOLDER / "index.html"
        path.write_text(SHEET.format(count=len(self.taken), widths=widths, index=index, pages=pages))
        return path


def keep(kept):
    """Write one picture of those that are committed: cut, in at most 48 colours, below its weight.

    Raises `SystemExit` when it is heavier than a guide may carry.
    """
    with Image.open(FOLDER / f"{kept.source}-{kept.width}.png") as whole:
        picture = whole.convert("RGB").crop(
            (0, kept.top, whole.width, min(whole.height, kept.top + kept.height))
        )
    told = BytesIO()
    picture.quantize(colors=48, dither=Image.Dither.NONE).save(told, "PNG", optimize=True)
    if len(told.getvalue()) > places.HEAVIEST:
        raise SystemExit(f"{kept.path.name} weighs {len(told.getvalue())} bytes: cut it shorter.")
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    kept.path.write_bytes(told.getvalue())


def somewhere():
    """A demo of its own; or, to look again quickly, the one that runs where DEMO says."""
    running = os.environ.get("DEMO")
    return nullcontext(SimpleNamespace(url=running)) if running else Demo(at=NOW)


def main():
    """Take every walk; returns the exit code. ONLY=officer,public takes some of them."""
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    broken = []
    with sync_playwright() as playwright, somewhere() as demo:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu"]
        )
        camera = Camera(browser, demo)
        for name, walk in walks.WALKS.items():
            if not only or name in only:
                before = len(camera.taken)
                try:
                    walk(camera)
                except (AssertionError, Error) as reason:  # the others are taken all the same
                    broken.append(f"{name}, after {camera.taken[-1:]}: {reason}")
                print(f"  {name}: {len(camera.taken) - before} pages", flush=True)
        browser.close()
    print(f"{len(camera.taken)} pages at {len(WIDTHS)} widths: {camera.sheet()}")
    if broken:
        print("\n".join(["", "Not walked to the end:", *broken]), file=sys.stderr)
        return 1
    if os.environ.get("GUIDES"):
        for kept in places.KEPT:
            keep(kept)
        print(f"{len(places.KEPT)} pictures of the guides written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
