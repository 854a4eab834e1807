"""`make journey`: one referral from an officer's phone to a case on the other island, by hand of a browser.

Against a demo that is started for it, with worker, beat and short clocks. Each step says what it promises and
fails with the page's own words; pictures of every step go to `journey/`, which git ignores.
"""

import difflib
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

from playwright.sync_api import sync_playwright

from config import devdb
from config.devcache import free_port
from config.mailsink import MailSink
from config.processes import spawn, stop
from orgs.calendar import ISLANDS
from tests.browser import executable

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "journey"
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
RUNG = 6  # seconds between the rungs of a follow-up
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|(?<=>)[^<]*(?=</time>)')  # and "2 min ago"


class Demo:
    """A demo of its own: its data, its port, its processes."""

    def __init__(self):
        home = Path(tempfile.mkdtemp(prefix="causeway-journey-"))
        home.chmod(0o711)  # the account that PostgreSQL runs as passes through it
        self.data = home / "data"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = []

    def __enter__(self):
        given = {
            "CAUSEWAY_DATA": str(self.data),
            "PORT": str(self.port),
            "CAUSEWAY_TICK_SECONDS": "0.5",
            "CAUSEWAY_DEMO_WITHOUT_STORIES": "1",
        }
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

    def mails(self, address):
        """The mails that went to one member, the oldest first."""
        return [mail for mail in MailSink.messages(self) if mail["To"] == address]

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

    def press(self, verb):
        """Press the button, or follow the link, that does `verb`: the last part of its address."""
        thing = self.page.locator(f'main form[action$="/{verb}/"] button, main a[href*="/{verb}/"]')
        self.follow(thing)

    def follow(self, thing):
        """Press something that leads to another page; an error page fails."""
        with self.page.expect_navigation() as there:
            thing.first.click()
        assert there.value.status < 400, f"{self.page.url}: {there.value.status}\n{self.words()}"

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


class Journey:
    """The steps, in order; each method is one, and its docstring is what it promises."""

    def __init__(self, browser, demo):
        self.demo, self.done, self.browser = demo, 0, browser
        self.people = {}
        shutil.rmtree(PICTURES, ignore_errors=True)
        PICTURES.mkdir()

    def who(self, code, key, size=LAPTOP):
        address = f"{key}@{code}.demo.invalid"
        if address not in self.people:
            self.people[address] = Person(self.browser, self.demo, address, size)
        return self.people[address]

    def run(self):
        """Take every step; returns how many there are."""
        for step in STEPS:
            who = step(self)
            self.done += 1
            (who or self.officer).page.screenshot(
                path=PICTURES / f"{self.done:02}-{step.__name__}.png", full_page=True
            )
            print(f"{self.done:2} {step.__doc__}", flush=True)
        return len(STEPS)

    @property
    def officer(self):
        return self.who("vipd", "officer", PHONE)

    @property
    def desk(self):
        return self.who("wcsc", "intake")

    @property
    def advocate(self):
        return self.who("wcsc", "advocate")

    @property
    def supervisor(self):
        return self.who("wcsc", "supervisor")

    # On St. Croix

    def an_officer_files_on_a_phone(self):
        """An officer answers six short pages on a phone and gets a reference and a number to call."""
        me = self.officer
        me.press("begin")
        me.answer(basis="opt_in")
        me.answer(priority="standard", often="V10")
        me.answer(island_now="STX", island_needed="STX", language="es", needs="talk")
        me.answer(reach_way="call", phone="340 555 0142", times="morning", never="Never leave a message")
        me.answer(alias="Bluebird", age_group="adult")
        me.sees("Bluebird")
        me.press("send")
        self.reference = re.search(r"VI-\w{4}-\w{2}", me.words())[0]
        me.sees("340 773 9272")
        return me

    def the_desk_acknowledges(self):
        """The desk sees it with its clock; one press says that somebody read it, which the officer sees."""
        me = self.desk
        me.go("/inbox/")
        me.sees(self.reference)
        me.press("acknowledge")
        self.seen_after_reading = self.officer.source(f"/referrals/{self.reference}/")
        me.go("/intakes/")
        self.intake = f"/intakes/{re.search(r'I-[0-9]{4}', me.words())[0]}/"
        return me

    def the_desk_checks_for_conflicts_and_triages(self):
        """Whether anyone here is tied to the person is asked before anybody works with them."""
        me = self.desk
        me.go(self.intake)
        me.press("triage")
        me.answer(found="no")
        return me

    def the_desk_asks_an_advocate(self):
        """The desk asks an advocate; nobody is responsible by being asked."""
        me = self.desk
        me.go(f"{self.intake}assign/")
        me.answer(to=self.id_of(me, "Alicia Demo"))
        return me

    def the_advocate_accepts(self):
        """The advocate finds the question on Today and takes it on."""
        me = self.advocate
        me.go("/today/")
        me.press("accept")
        return me

    def no_contact_without_a_plan(self):
        """Without a plan for safe contact there is a gate where the form would be."""
        me = self.advocate
        me.go(f"{self.intake}reach-out/")
        assert not me.page.locator("main [name=outcome]").count()
        me.go(f"{self.intake}plan/")
        me.answer(ways="call", reach_at="340 555 0142", never="Never leave a message", verified="person")
        return me

    def contact_with_a_plan(self):
        """With one, its warning stands above the button, and the person is reached."""
        me = self.advocate
        me.go(f"{self.intake}reach-out/")
        me.sees("Never leave a message")
        me.answer(outcome="reached", way="call", minutes="20", text="Wants a bed on St. Thomas. (invented)")
        return me

    def a_case_is_opened(self):
        """A case is opened for the person."""
        me = self.advocate
        me.go(self.intake)
        me.press("open-case")
        self.case = re.search(r"/cases/C-[0-9]+/", me.page.url)[0]
        return me

    def a_follow_up_is_promised(self):
        """A follow-up is promised for the next minute."""
        me = self.advocate
        me.go(f"{self.case}followups/")
        self.mails_before = len(self.demo.mails(me.address)), len(self.demo.mails(self.supervisor.address))
        me.answer(what="Call about the bed (invented)", due_at=soon())
        return me

    def a_reminder_arrives_once(self):
        """It comes due, and one mail with nothing in it reaches the advocate."""
        mine, _ = self.mails_before
        wait_for(lambda: len(self.demo.mails(self.advocate.address)) > mine, 90, "the reminder")
        mail = self.demo.mails(self.advocate.address)[-1]
        lines = mail.get_content().split()
        assert mail["Subject"] == "Causeway" and "bed" not in mail.as_string(), mail.as_string()
        assert " ".join(lines[:-1]) == "You have one item to look at in Causeway.", lines
        self.advocate.go("/today/")
        self.advocate.sees("Call about the bed")
        return self.advocate

    def unanswered_it_reaches_the_supervisor(self):
        """Nobody answers it: the next rung goes to the supervisor, and none is told twice."""
        mine, theirs = self.mails_before
        wait_for(lambda: len(self.demo.mails(self.supervisor.address)) > theirs, 60, "the supervisor's rung")
        assert len(self.demo.mails(self.advocate.address)) == mine + 1
        self.supervisor.go("/board/")
        return self.supervisor

    def the_follow_up_is_done(self):
        """The advocate does it, and its clock stops."""
        me = self.advocate
        me.go(self.case)
        me.press("complete")
        me.answer(outcome="done")
        count = len(self.demo.mails(self.supervisor.address))
        time.sleep(3 * RUNG)
        assert len(self.demo.mails(self.supervisor.address)) == count
        return me

    # To the other island

    def the_person_signs_a_release(self):
        """The person signs a release: one recipient, named categories, an end."""
        me = self.advocate
        me.go(f"{self.case}releases/")
        to = me.page.locator("main [name=to] option", has_text="Advocacy").first.get_attribute("value")
        me.answer(
            to=to,
            categories=["TRANSFER", "SAFETY"],
            purpose="So they know me when I land (invented)",
            method="system",
            language="es",
        )
        release = re.search(r"/releases/[^/]+/", me.page.url)[0]
        me.go(f"{release}discuss/")
        for box in me.page.locator("main input[type=checkbox]").all():
            box.check()
        me.follow(me.page.locator("main form", has=me.page.locator("input[type=checkbox]")).locator("button"))
        me.go(f"{release}sign/")
        me.answer(
            "Signed before me",
            signer_type="ADULT",
            signer_name="Bluebird",
            signature_method="IN_PERSON_DEVICE",
            typed="Bluebird",
            adopted=True,
            copy_offered="unsafe",
        )
        return me

    def a_handoff_is_drafted(self):
        """The advocate drafts a handoff of what was released, and sends it to review."""
        me = self.advocate
        me.go(self.case)
        me.press("hand-off")
        if me.page.locator("main [name=to]").count():
            me.answer(to="frc")
        me.answer(
            adults="1",
            children="2",
            needs_codes="safe_place",
            island="STT",
            priority="high_risk",
            needs="A bed from Friday (invented)",
            safety="Meet at the seaplane (invented)",
        )
        self.handoff = re.search(r"/handoffs/[^/]+/", me.page.url)[0]
        me.go(self.handoff)
        if me.page.locator('main form[action$="/submit/"]').count():
            me.press("submit")
        return me

    def the_supervisor_returns_it(self):
        """The supervisor sees it beside the release and returns it with a word."""
        me = self.supervisor
        me.go("/review/")
        me.go(self.handoff)
        me.sees("Meet at the seaplane")
        me.press("return")
        me.answer(reason="too_much", because="Say less about the seaplane. (invented)")
        return me

    def it_comes_again_and_is_offered(self):
        """The advocate mends it, the supervisor approves, and it is offered to the other island."""
        me = self.advocate
        me.go(f"{self.handoff}edit/")
        me.answer(safety="Meet at the dock (invented)")
        me.go(self.handoff)
        if me.page.locator('main form[action$="/submit/"]').count():
            me.press("submit")
        self.supervisor.go(self.handoff)
        self.supervisor.press("offer")
        return self.supervisor

    def the_other_island_acknowledges(self):
        """The desk on St. Thomas acknowledges it."""
        me = self.who("frc", "intake")
        me.go("/handoffs/")
        me.go(self.handoff)
        me.press("acknowledge")
        return me

    def the_other_island_accepts(self):
        """Their supervisor names an advocate and accepts; a case of their own is made."""
        me = self.who("frc", "supervisor")
        me.go(f"{self.handoff}accept/")
        me.answer(advocate=self.id_of(me, "Fay Demo", "advocate"))
        return me

    def both_confirm(self):
        """Both advocates, two different people, confirm; from then on the other island is responsible."""
        self.advocate.go(self.handoff)
        self.advocate.press("confirm")
        me = self.who("frc", "advocate")
        me.go(self.handoff)
        me.press("confirm")
        me.sees("Family Resource Center")
        return me

    def the_officer_is_told_nothing(self):
        """The officer's page is the same bytes as after the acknowledgement."""
        now = self.officer.source(f"/referrals/{self.reference}/")
        changed = list(difflib.unified_diff(self.seen_after_reading.splitlines(), now.splitlines(), n=0))
        assert now == self.seen_after_reading, "\n".join(changed)
        return self.officer

    @staticmethod
    def id_of(person, name, field="to"):
        """The value of the choice that has this name in its words, in a list or among round buttons."""
        option = person.page.locator(f'main [name="{field}"] option', has_text=name)
        if option.count():
            return option.first.get_attribute("value")
        label = person.page.locator("main label", has_text=name).first
        return label.locator("input").first.get_attribute("value")


STEPS = [
    Journey.an_officer_files_on_a_phone,
    Journey.the_desk_acknowledges,
    Journey.the_desk_checks_for_conflicts_and_triages,
    Journey.the_desk_asks_an_advocate,
    Journey.the_advocate_accepts,
    Journey.no_contact_without_a_plan,
    Journey.contact_with_a_plan,
    Journey.a_case_is_opened,
    Journey.a_follow_up_is_promised,
    Journey.a_reminder_arrives_once,
    Journey.unanswered_it_reaches_the_supervisor,
    Journey.the_follow_up_is_done,
    Journey.the_person_signs_a_release,
    Journey.a_handoff_is_drafted,
    Journey.the_supervisor_returns_it,
    Journey.it_comes_again_and_is_offered,
    Journey.the_other_island_acknowledges,
    Journey.the_other_island_accepts,
    Journey.both_confirm,
    Journey.the_officer_is_told_nothing,
]


def soon(minutes=1):
    """A local date and time for a native field, so many whole minutes from now."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    return moment.astimezone(ISLANDS).strftime("%Y-%m-%dT%H:%M")


def wait_for(condition, seconds, what):
    """Wait for something that happens elsewhere. Raises `AssertionError` when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def main():
    """Start, walk, report; 1 when a step failed."""
    with Demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu"]
        )
        journey = Journey(browser, demo)
        try:
            journey.run()
        except Exception as failure:  # noqa: BLE001 - said in the words of the page, with a picture
            print(f"   failed at step {journey.done + 1}: {failure}")
            for address, person in journey.people.items():
                person.page.screenshot(path=PICTURES / f"failed-{address.split('.')[0]}.png", full_page=True)
        print(f"journey: {journey.done} of {len(STEPS)} steps")
        browser.close()
    return journey.done < len(STEPS)


if __name__ == "__main__":
    sys.exit(main())
