"""`make crawl`: as everybody of the demo, follow every link, and look at each page that it leads to.

On a demo of its own with its stories, in a real browser. Looked for: an answer other than 200, a page wider
than its screen (320, 390 and 1280 px), what axe finds, a request to another host, a style or script in the
page, something that the browser's console complains of. What one role is shown in many records of a kind is
looked at in the first few. Prints a line for each role and one for each fault, with the heaviest pages, and
ends with 1 where something was found. `ROLE=advocate` (a part of an address) walks as those alone.
"""

import os
import re
import sys
from collections import Counter, deque
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Error, sync_playwright

from tests.browser import PHONE, RULES, executable, faults, fits
from tests.screenshots import NOW
from tests.walking import Demo, Person

OF_A_KIND = 2  # so many pages of one address pattern for each role
NARROWEST, WIDEST = 320, 1280
ONLY = os.environ.get("ROLE", "")
# What ends the walk or leaves Causeway: signing out, locking, looking as somebody else, the demo's own pages.
LEFT_ALONE = re.compile(
    r"^/(demo|mail|styleguide|lock|account/sign-out|account/lock|p/leave|p/\w\w/leave)(/|$)"
)
# Parts of an address that name one record: numbers of cases and intakes, references, ids, days.
NAMES = re.compile(r"^(?:[A-Z]{1,2}-\d+|VI-\w{4}-\w{2}|[0-9a-f-]{32,36}|\d+|\d{4}-\d\d-\d\d|[A-Z]{3})$")
INLINE = re.compile(
    r"<style[\s>]|<script(?![^>]*\ssrc=)[^>]*>|<[a-z][^>]*\s(?:style|on[a-z]+)=\"", re.IGNORECASE
)


def pattern(path, query):
    """The kind of page at an address: its parts without those that name one record, and what is asked."""
    parts = ["*" if NAMES.match(part) else part for part in path.strip("/").split("/")]
    asked = sorted({pair.split("=")[0] for pair in query.split("&") if pair})
    return "/" + "/".join(parts) + ("?" + "&".join(asked) if asked else "")


class Crawl:
    """The walk of one person, from the page that they meet first."""

    def __init__(self, page, url, who):
        self.page, self.url, self.who = page, url, who
        self.pages, self.weights, self.faults = 0, Counter(), []
        self.kinds, self.met = Counter(), set()
        self.elsewhere = []
        page.on("request", self._asked)
        page.on("console", self._said)

    def _asked(self, request):
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.elsewhere.append(f"asks {request.url}")

    def _said(self, message):
        if message.type == "error":
            self.elsewhere.append(f"the console says: {message.text[:160]}")

    def walk(self, *begin):
        """Follow every link from these addresses on; returns itself."""
        ahead = deque((address, "the beginning") for address in begin)
        self.met.update(begin)
        while ahead:
            address, came_from = ahead.popleft()
            kind = pattern(*address.partition("?")[::2])
            if self.kinds[kind] >= OF_A_KIND:
                continue
            self.kinds[kind] += 1
            for link in self.look(address, came_from):
                if link not in self.met:
                    self.met.add(link)
                    ahead.append((link, address))
        return self

    def look(self, address, came_from):
        """Open a page, keep what is wrong with it, return where it leads as [address within Causeway]."""
        self.elsewhere.clear()
        try:
            answer = self.page.goto(self.url + address)
        except Error:  # a file, which the browser would put away
            return self._file(address, came_from)
        self.pages += 1
        if answer.status != 200:
            self._fault(address, f"answers {answer.status} (from {came_from})")
            return []
        body = answer.text()
        self.weights[pattern(*address.partition("?")[::2])] = len(body.encode())
        if inline := INLINE.search(body):
            self._fault(address, f"has a style or script in the page: {inline[0][:80]}")
        for width in (NARROWEST, PHONE, WIDEST):
            self.page.set_viewport_size({"width": width, "height": 844})
            if not fits(self.page):
                self._fault(address, f"is wider than {width} px")
        for fault in faults(self.page, (PHONE,), RULES):
            self._fault(address, fault)
        for said in dict.fromkeys(self.elsewhere):
            self._fault(address, said)
        return self._links()

    def _file(self, address, came_from):
        answer = self.page.context.request.get(self.url + address)
        self.pages += 1
        if answer.status != 200:
            self._fault(address, f"answers {answer.status} (from {came_from})")
        return []

    def _links(self):
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
        inside = [urlsplit(urldefrag(link).url) for link in found if link.startswith(self.url + "/")]
        addresses = [link.path + (f"?{link.query}" if link.query else "") for link in inside]
        return [one for one in dict.fromkeys(addresses) if not LEFT_ALONE.match(one)]

    def _fault(self, address, what):
        self.faults.append(f"{self.who}: {address} {what}")


def everybody(browser, demo):
    """The addresses of all that the demo lets one look as."""
    page = browser.new_page()
    page.goto(f"{demo.url}/demo/")
    found = page.eval_on_selector_all('input[name="address"]', "all => all.map(i => i.value)")
    page.context.close()
    return [one for one in dict.fromkeys(found) if ONLY in one]


def main():
    """Walk as everybody, print what was found, and end with 1 where something is wrong."""
    walks = []
    with Demo(at=NOW) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu"], headless=True
        )
        if not ONLY:
            context = browser.new_context(locale="en-US")
            walks.append(Crawl(context.new_page(), demo.url, "nobody").walk("/", "/p/"))
        for address in everybody(browser, demo):
            person = Person(browser, demo, address, {"width": PHONE, "height": 844})
            begin = urlsplit(person.page.url).path
            walks.append(Crawl(person.page, demo.url, address).walk(begin))
            person.page.context.close()
            print(f"{address:40} {walks[-1].pages:4} pages, {len(walks[-1].faults)} faults", flush=True)
        browser.close()
    return told(walks)


def told(walks):
    """Print the heaviest pages and every fault; returns whether there was one."""
    weights = Counter()
    for walk in walks:
        for kind, weight in walk.weights.items():
            weights[kind] = max(weights[kind], weight)
    for kind, weight in weights.most_common(5):
        print(f"  {weight / 1000:6.1f} kB  {kind}")
    found = [fault for walk in walks for fault in walk.faults]
    print("\n".join(found))
    print(f"crawl: {sum(walk.pages for walk in walks)} pages as {len(walks)} people, {len(found)} faults")
    return bool(found) or not walks


if __name__ == "__main__":
    sys.exit(main())
