"""A demo of its own and people in browsers of their own: what `tests.journey` walks with."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import devdb
from config.devcache import free_port
from config.mailsink import MailSink
from config.processes import spawn, stop
from orgs.calendar import ISLANDS

ROOT = Path(__file__).resolve().parents[1]
RUNG = 6  # seconds between the rungs of a follow-up
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|(?<=>)[^<]*(?=</time>)')  # and "2 min ago"


class Demo:
    """A demo of its own: its data, its port, its processes.

    Args:
        at: a moment as ISO 8601 at which its clock stands still, and its stories are told before; without one
            there are no stories, and the clocks are short.
    """

    def __init__(self, at=""):
        home = Path(tempfile.mkdtemp(prefix="causeway-journey-"))
        home.chmod(0o711)  # the account that PostgreSQL runs as passes through it
        self.data = home / "data"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log, self.at = [], at

    def __enter__(self):
        given = {"CAUSEWAY_DATA": str(self.data), "PORT": str(self.port)}
        if self.at:
            given |= {"CAUSEWAY_DEMO_NOW": self.at}
        else:
            given |= {"CAUSEWAY_TICK_SECONDS": "0.5", "CAUSEWAY_DEMO_WITHOUT_STORIES": "1"}
        environment = {
            k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
        }
        self.process = spawn(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=environment | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout:
            self.log.append(line)
            if "Causeway is ready" in line:
                break
        else:
            raise SystemExit("The demo did not start:\n" + "".join(self.log))
        if not self.at:
            self.manage("load_demo", "--short-clocks", str(RUNG))
        return self

    def __exit__(self, *_):
        stop(self.process, how=signal.SIGINT, patience=30)
        devdb.erase(self.data / "postgres")
        shutil.rmtree(self.data.parent, ignore_errors=True)

    def manage(self, *command):
        """Run a command of the demo's, as the application's role."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "CAUSEWAY_SECRET_KEY_FILE": str(self.data / "secrets" / "secret_key"),
            "DATABASE_URL": f"postgresql://causeway_app@/causeway?host={self.data / 'postgres'}",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{command} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def mails(self, address=""):
        """The mails that went to one member, or to anybody, the oldest first."""
        return [mail for mail in MailSink.messages(self) if mail["To"] == address or not address]

    # What `MailSink.messages` asks of its folder, without a second server on it.
    keys, read = MailSink.keys, MailSink.read

    @property
    def folder(self):
        return self.data / "mail"


class Person:
    """One member in a browser of their own."""

    def __init__(self, browser, demo, address, size):
        self.demo, self.address = demo, address
        self.page = browser.new_context(viewport=size, locale="en-US").new_page()
        self.page.set_default_timeout(15_000)
        self.page.goto(f"{demo.url}/demo/")
        row = self.page.locator(f'details:has(input[value="{address}"])')
        row.locator("summary").click()  # the organization's fold
        row.locator(f'form:has(input[value="{address}"]) button').click()
        self.page.wait_for_url(lambda url: "/demo/" not in url)

    def go(self, path):
        """Open a page; anything but 200 fails."""
        answer = self.page.goto(self.demo.url + path)
        assert answer.status == 200, f"{path}: {answer.status}\n{self.words()}"

    def words(self):
        return self.page.locator("main").inner_text()

    def sees(self, *sentences):
        for sentence in sentences:
            assert sentence in self.words(), f"“{sentence}” is not on {self.page.url}:\n{self.words()}"

    def sees_not(self, *sentences):
        for sentence in sentences:
            assert sentence not in self.words(), f"“{sentence}” is on {self.page.url}"

    def press(self, verb, of=""):
        """Press the button, or follow the link, that does `verb`: the last part of its address.

        With `of`, the one in the row that has these words.
        """
        main = self.page.locator("main li", has_text=of).first if of else self.page.locator("main")
        thing = main.locator(f'form[action$="/{verb}/"] button, a[href*="/{verb}/"]').first
        if not thing.is_visible():  # what is done seldom is folded
            for summary in main.locator("details:not([open]) > summary").all():
                summary.click()
        self.follow(thing)

    def push(self, label):
        """Press the button that says this."""
        self.follow(self.page.locator("main").get_by_role("button", name=label, exact=True))

    def follow(self, thing, status=200):
        """Press something that leads to another page; one with another status than this fails."""
        with self.page.expect_navigation() as there:
            thing.first.click()
        assert there.value.status == status, f"{self.page.url}: {there.value.status}\n{self.words()}"

    def has(self, verb):
        """Whether a button or a link of this page does `verb`."""
        return (
            self.page.locator(f'main form[action$="/{verb}/"] button, main a[href*="/{verb}/"]').count() > 0
        )

    def is_kept_out(self, path):
        """Whether what is behind this address does not open."""
        return self.page.goto(self.demo.url + path).status != 200

    def answer(self, button="", **values):
        """Fill a form by the names of its fields and press its first button, or the one named."""
        for name, value in values.items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                self._give(name, one)
        form = self.page.locator("main form", has=self.page.locator(f'[name="{name}"]')).first
        named = form.get_by_role("button", name=button, exact=True) if button else form.locator("button")
        self.follow(named)
        problem = self.page.locator("main [role=alert]")
        assert not problem.count(), f"{self.page.url}: {problem.first.inner_text()}"

    def _give(self, name, value):
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            choice = field.locator(f'xpath=self::*[@value="{value}"]') if value is not True else field
            for summary in self.page.locator("details:not([open]) > summary").all():
                if not choice.first.is_visible():
                    summary.click()
            choice.first.check()
        elif field.first.evaluate("e => e.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def source(self, path):
        """The bytes of a page, without what changes with every request."""
        self.go(path)
        return TOKENS.sub("", self.page.content())


def soon():
    """A local date and time for a native field: the next whole minute that is not only seconds away."""
    moment = datetime.now(UTC) + timedelta(seconds=80)
    return moment.astimezone(ISLANDS).strftime("%Y-%m-%dT%H:%M")


def day(days):
    """A local date for a native field, so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).astimezone(ISLANDS).strftime("%Y-%m-%d")


def wait_for(condition, seconds, what):
    """Wait for something that happens elsewhere. Raises `AssertionError` when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds} seconds")
