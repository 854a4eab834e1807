"""`make journey`: from an officer's phone to a case on the other island and beyond, by hand of a browser.

Against a demo that is started for it, with worker, beat and short clocks. Each step says what it promises and
fails with the page's own words; pictures of every step go to `journey/`, which git ignores.
"""

import difflib
import re
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

from tests.browser import executable
from tests.walking import ROOT, RUNG, Demo, Person, day, soon, wait_for

PICTURES = ROOT / "journey"
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SENTENCE = "You have one item to look at in Causeway."


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
        assert " ".join(lines[:-1]) == SENTENCE, lines
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
        return self.draft("Meet at the seaplane (invented)")

    def draft(self, safety):
        """Draft a handoff to the other island from the case, and send it to review; whose page it is."""
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
            safety=safety,
        )
        return self.to_review(me)

    def to_review(self, me):
        """Send the draft whose page is open to review, where saving it did not; whose page it is."""
        self.handoff = re.search(r"/handoffs/[^/]+/", me.page.url)[0]
        me.go(self.handoff)
        if me.has("submit"):
            me.press("submit")
        return me

    def offer(self):
        """Let the supervisor approve what is in review; whose page it is."""
        me = self.supervisor
        me.go(self.handoff)
        me.press("offer")
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
        self.to_review(me)
        return self.offer()

    def the_other_island_acknowledges(self):
        """The desk on St. Thomas acknowledges it, and its file opens there."""
        me = self.who("frc", "intake")
        me.go("/handoffs/")
        me.go(self.handoff)
        me.press("acknowledge")
        me.go(f"{self.handoff}snapshot/")
        me.sees("A bed from Friday")
        me.go(self.handoff)
        return me

    def the_sender_takes_it_back(self):
        """The sender takes it back after it was read there: the file no longer opens, the case is theirs."""
        me, there = self.advocate, self.who("frc", "intake")
        me.go(self.handoff)
        me.press("recall")
        me.answer(reason="plans_changed")
        me.sees("Plans or dates have changed", "Women’s Coalition of St. Croix")
        assert there.is_kept_out(f"{self.handoff}snapshot/"), there.words()
        there.go(self.handoff)
        assert not there.has("accept") and not there.has("decline"), there.words()
        return there

    def another_is_offered(self):
        """Under the same release the advocate drafts another, and the supervisor approves it."""
        self.draft("Meet at the ferry (invented)")
        return self.offer()

    def the_other_island_declines(self):
        """Their supervisor declines it with a reason of the list; that alone comes back to the sender."""
        self.the_other_island_acknowledges()
        there, me = self.who("frc", "supervisor"), self.advocate
        there.go(self.handoff)
        there.press("decline")
        there.answer(reason="no_bed")
        me.go("/today/")
        me.go(self.handoff)
        me.sees("No bed or place now", "The case is yours as before.", "Women’s Coalition of St. Croix")
        assert there.is_kept_out(f"{self.handoff}snapshot/"), there.words()
        return me

    def it_is_drafted_again_from_the_one_declined(self):
        """One press makes a draft of what was declined, with every word of it; it is offered again."""
        me, declined = self.advocate, self.handoff
        me.press("redraft")
        assert me.page.locator("[name=safety]").input_value() == "Meet at the ferry (invented)"
        me.answer(safety="Meet at the ferry at noon (invented)")
        self.to_review(me)
        assert self.handoff != declined
        self.offer()
        self.the_other_island_acknowledges()
        return self.who("frc", "intake")

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

    def the_other_island_completes(self):
        """The advocate there says that it is completed; both sides read it, and nothing of it waits."""
        me = self.who("frc", "advocate")
        me.press("complete")
        me.sees("Completed")
        self.advocate.go(self.handoff)
        self.advocate.sees("Completed")
        assert not self.advocate.has("confirm") and not self.advocate.has("recall")
        return me

    # Several people at once

    def a_notice_about_several_people(self):
        """An officer says in four pages that several people come, without a name, and gets a reference."""
        me = self.officer
        me.go("/referrals/")
        me.push("Several people at once")
        me.answer(basis="mandated_report")
        me.answer(priority="crisis", often="V15")
        me.answer(island_now="STX", island_needed="STX", group_size="6", group_minors="2", language="es")
        assert not me.page.locator("main [name=name], main [name=alias], main [name=phone]").count()
        me.answer(note="At the pier at four; ask for the sergeant. (invented)")
        me.sees("about 6 people, 2 of them under 18")
        me.press("send")
        self.notice = f"/referrals/{re.search(r'VI-[A-Z0-9]{4}-[A-Z0-9]{2}', me.words())[0]}/"
        return me

    def the_desk_acknowledges_the_notice(self):
        """One acknowledgement is for the whole notice; it makes no intake, for it names nobody."""
        me = self.desk
        me.go("/inbox/")
        me.sees("Group notice")
        me.go(self.notice)
        assert not me.has("call-in")
        me.press("acknowledge")
        me.sees("A notice about several people", "about 6 people, 2 of them under 18")
        assert not me.page.locator('main a[href^="/intakes/I-"]').count()
        self.officer.go(self.notice)
        self.officer.sees("Read by the desk")
        self.notice_when_read = self.officer.source(self.notice)
        return me

    def advocates_are_called_in(self):
        """The desk calls down a list with telephones, and writes down who answered and who is on the way."""
        me = self.desk
        me.press("call-in")
        me.sees("0 are on the way", "Alicia Demo", "Bea Demo", "Cleo Demo", "340 555 0100")
        me.answer(member=self.id_of(me, "Bea Demo", "member"), answer="no_answer")
        me.answer(member=self.id_of(me, "Alicia Demo", "member"), answer="on_the_way")
        me.answer(member=self.id_of(me, "Bea Demo", "member"), answer="answered")
        me.sees("1 is on the way", "No answer", "Answered, and can come if needed", "called by Rosa Demo")
        return me

    def the_officer_learns_of_no_call(self):
        """The officer's page of the notice is the same bytes as before the first call."""
        return self.same_bytes(self.notice, self.notice_when_read)

    def a_person_is_added_to_the_notice(self):
        """A packet with a name is added to it, with the answers of the notice already in it."""
        me = self.officer
        me.push("Add a person")
        me.answer(basis="opt_in")
        assert me.page.locator("[name=priority]:checked").input_value() == "crisis"
        me.answer(priority="crisis")
        assert me.page.locator("[name=island_now]").input_value() == "STX"
        me.answer(language="es")
        me.answer(reach_way="in_person", never="Never at the station (invented)")
        me.answer(alias="Heron", age_group="adult")
        me.sees("Heron")
        me.press("send")
        self.added = f"/referrals/{re.search(r'VI-[A-Z0-9]{4}-[A-Z0-9]{2}', me.words())[0]}/"
        me.go(self.notice)
        me.sees("People added to this notice", "Heron")
        return me

    def the_added_packet_is_acknowledged_for_itself(self):
        """The word that the notice was read is none for the packet: it has a clock and a press of its own."""
        me = self.desk
        me.go("/inbox/")
        me.sees("Heron")
        self.officer.go(self.added)
        self.officer.sees_not("Read by the desk")
        me.go(self.added)
        me.sees("First acknowledge it")
        me.press("acknowledge")
        self.second_intake = re.search(r"/intakes/I-[0-9]+/", me.page.url)[0]
        self.officer.go(self.added)
        self.officer.sees("Read by the desk")
        self.added_when_read = self.officer.source(self.added)
        return me

    def the_advocate_takes_it_on(self):
        """The desk asks the advocate who came, and she takes it on beside her case."""
        desk, me = self.desk, self.advocate
        desk.go(self.second_intake)
        desk.press("triage")
        desk.answer(found="no")
        desk.go(f"{self.second_intake}assign/")
        desk.answer(to=self.id_of(desk, "Alicia Demo"))
        me.go("/today/")
        me.press("accept", of=self.hers[1])
        return me

    # A clock that nobody hears

    def a_promise_is_forgotten(self):
        """A promise says beforehand who will hear of it, rung by rung, when nobody keeps it."""
        me = self.advocate
        me.go(f"{self.case}followups/")
        self.mails_before = len(self.demo.mails())
        me.answer(what="Ask whether she landed (invented)", due_at=soon())
        me.go(f"{self.case}clocks/")
        me.sees("Then Alicia Demo", "Then Sonia Demo", "Then Ada Demo, Agnes Demo")
        return me

    def rung_of_the_owner(self):
        """When it is due its owner hears first, by the one sentence."""
        return self.climbs_to(self.advocate, "Told Alicia Demo")

    def rungs_of_the_supervisors(self):
        """Nobody acts: the supervisors hear twice, after the owner and before anybody above them."""
        return self.climbs_to(self.supervisor, "Told Sonia Demo", times=2)

    def rung_of_the_administrators(self):
        """Still nobody acts: the administrators hear, with the supervisors, then daily until one does."""
        return self.climbs_to(self.who("wcsc", "admin"), "Told Ada Demo, Agnes Demo")

    def climbs_to(self, person, told, times=1):
        """Wait for the rungs on which `person` hears; all mails so far came in the order of the ladder."""
        me = self.supervisor

        def has_rung():
            me.go(f"{self.case}clocks/")
            return me.words().count(told) == times and "has not left yet" not in me.words()

        wait_for(has_rung, 120, told)
        mails = self.demo.mails()[self.mails_before :]
        assert all(SENTENCE in m.get_content() and m["Subject"] == "Causeway" for m in mails)
        heard = [mail["To"].partition("@")[0] for mail in mails]
        firsts = list(dict.fromkeys(who.rstrip("2") for who in heard))
        assert firsts == ["advocate", "supervisor", "admin"][: len(firsts)], heard
        assert heard.count("advocate") == 1 and heard.count("admin") < 2 and heard.count("admin2") < 2, heard
        most = 3 if "admin" in firsts else 2  # with the administrators they hear once more
        assert person.address.partition("@")[0] in heard and heard.count("supervisor") <= most, heard
        return me

    # Somebody leaves

    def a_last_day_is_set(self):
        """The administrator sets the advocate's last day; no account is closed while it holds work."""
        me = self.who("wcsc", "admin")
        me.go("/organization/members/")
        me.press("last-day", of="Alicia Demo")
        me.answer(day=day(8))
        me.sees("Noted. The account closes by itself when that day is over.")
        me.press("deactivate", of="Alicia Demo")
        me.follow(me.page.locator("main").get_by_role("button", name="Close the account"), status=409)
        me.sees("Nothing was changed", "A supervisor can move a whole caseload at once.")
        return me

    def what_would_move(self):
        """The supervisor sees who leaves and what would go to whom; nothing has moved by looking."""
        me = self.supervisor
        me.go("/board/leavers/")
        me.sees("Alicia Demo")
        me.follow(me.page.locator("main").get_by_role("link", name="Move their work…"))
        assert me.page.locator("[name=leaver]").input_value() == self.id_of(me, "Alicia Demo", "leaver")
        me.answer(to=self.id_of(me, "Bea Demo"), reason="leaving")
        me.sees("What would move from Alicia Demo", "Nothing has moved yet.", *self.hers)
        self.advocate.go("/caseload/")
        self.advocate.sees(self.hers[0])
        return me

    @property
    def hers(self):
        """The numbers of what the leaver has in hand: a case and an intake."""
        return [address.strip("/").rpartition("/")[2] for address in (self.case, self.second_intake)]

    def the_caseload_is_moved(self):
        """One press moves all of it and says what went to whom; the promise that was missed goes along."""
        me, bea = self.supervisor, self.who("wcsc", "advocate2")
        me.push("Move it all")
        me.sees("The caseload of Alicia Demo has moved", "to Bea Demo", *self.hers)
        bea.go("/today/")
        bea.sees("Ask whether she landed", "were given to you together", *self.hers)
        bea.push("I have all of them")
        bea.sees("You have all")
        bea.go(self.case)
        bea.press("complete")
        bea.answer(outcome="done")
        bea.go(f"{self.case}clocks/")
        bea.sees_not("Told Ada Demo")
        assert self.advocate.is_kept_out(self.case)
        return me

    def the_account_is_closed(self):
        """With nothing in her hands the account closes, and her next page is the way in."""
        me = self.who("wcsc", "admin")
        me.go("/organization/members/")
        me.press("deactivate", of="Alicia Demo")
        me.push("Close the account")
        me.sees("Closed. Every session of theirs has ended.")
        self.advocate.page.goto(f"{self.demo.url}/today/")
        assert "/today/" not in self.advocate.page.url.partition("?")[0], self.advocate.page.url
        self.supervisor.go("/board/leavers/")
        self.supervisor.sees_not("Alicia Demo")
        return me

    def the_officer_is_told_nothing(self):
        """The officer's page is the same bytes as after the acknowledgement."""
        self.same_bytes(self.added, self.added_when_read)
        return self.same_bytes(f"/referrals/{self.reference}/", self.seen_after_reading)

    def same_bytes(self, path, before):
        """The officer's page at `path` is what it was; whose page it is."""
        now = self.officer.source(path)
        changed = list(difflib.unified_diff(before.splitlines(), now.splitlines(), n=0))
        assert now == before, "\n".join(changed)
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
    Journey.the_sender_takes_it_back,
    Journey.another_is_offered,
    Journey.the_other_island_declines,
    Journey.it_is_drafted_again_from_the_one_declined,
    Journey.the_other_island_accepts,
    Journey.both_confirm,
    Journey.the_other_island_completes,
    Journey.a_notice_about_several_people,
    Journey.the_desk_acknowledges_the_notice,
    Journey.advocates_are_called_in,
    Journey.the_officer_learns_of_no_call,
    Journey.a_person_is_added_to_the_notice,
    Journey.the_added_packet_is_acknowledged_for_itself,
    Journey.the_advocate_takes_it_on,
    Journey.a_promise_is_forgotten,
    Journey.rung_of_the_owner,
    Journey.rungs_of_the_supervisors,
    Journey.rung_of_the_administrators,
    Journey.a_last_day_is_set,
    Journey.what_would_move,
    Journey.the_caseload_is_moved,
    Journey.the_account_is_closed,
    Journey.the_officer_is_told_nothing,
]


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
