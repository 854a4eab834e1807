"""The public door: people with no account ask for help, come back with sixteen digits, and end it."""

import gzip
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Wall
from orgs import clock, reminders, retention
from orgs.calendar import ISLANDS
from orgs.keyring import published
from orgs.models import AuditLine, Organization, OutboxMessage, Reminder
from orgs.tenancy import acting_for
from referrals import letterbox
from referrals.models import Inquiry, InquiryMessage, Intake
from referrals.models import inquiry as inquiries
from referrals.views import inquiry as inquiry_views
from tests.makers.intake import assigned, triaged
from tests.makers.letter import a_letter, acknowledged
from tests.test_retention import carried_out

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ISLANDS)
WORDS = "He takes my phone every evening."
LETTER = {
    "to": ["stx", "stt"],
    "basis": "self",
    "priority": "standard",
    "message": WORDS,
    "needs": ["talk"],
    "way": "call",
    "phone": "340 555 0142",
    "times": ["morning"],
    "ask_for": "the dentist",
    "never": "Never leave a voice message.",
    "called": "Kingfisher",
    "age_group": "adult",
    "island": "STX",
    "language": "es",
    "interpreter": "on",
}


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def visitor(world):
    """Somebody's browser, on a Tuesday morning."""
    world.hold(TUESDAY)
    return Client()


def url(name, language="en"):
    return reverse(name, kwargs={"language": language})


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1]


def looked_over(world, visitor, **said):
    """What the page that shows all once more would post, ten seconds after the questions were shown."""
    ticket = hidden(visitor.get(url("public_write")), "ticket")
    world.forward(seconds=10)
    said = {**LETTER, **said, "ticket": ticket, "website": ""}
    page = visitor.post(url("public_write"), said)
    assert "Is this what you want to send?" in page.content.decode()
    return said


def digits(answer):
    groups = re.search(r"<output>(.*?)</output>", answer.content.decode())[1]
    return re.sub(r"\D", "", groups)


def send(world, visitor, **said):
    """Send a letter; returns its sixteen digits."""
    answer = visitor.post(url("public_send"), looked_over(world, visitor, **said))
    assert answer.status_code == 200 and "<h1>Sent</h1>" in answer.content.decode()
    return digits(answer)


def come_back(visitor, number, name="public_return", **said):
    return visitor.post(url(name), {"number": number, **said})


def letter_of(organization):
    with acting_for(organization.pk):
        return Inquiry.objects.select_related("organization").get()


def test_a_letter_comes_is_read_is_answered_and_is_read_again(world, visitor):
    """R36, R37, R40: from the first page to the answer, with an alias and no account, cookie or script."""
    front = visitor.get(url("public")).content.decode()
    assert "340) 773-9272" in front and front.index("Talk now") < front.index("Or write")
    number = send(world, visitor, to=["stx"])
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    inbox = world.client(desk).get(reverse("inbox")).content.decode()
    assert "Kingfisher" in inbox and "From the public page" in inbox
    letter = letter_of(world.stx.organization)
    said = world.client(desk).get(letter.get_absolute_url()).content.decode()
    for words in (
        WORDS,
        "340 555 0142",
        "Never leave a voice message.",
        "the dentist",
        "Spanish",
        "St. Croix",
    ):
        assert words in said, words
    page = come_back(visitor, number).content.decode()
    assert "Nobody has read it yet" in page and WORDS in page
    for secret in ("0142", "dentist", "voice message", "Kingfisher"):  # whoever finds the digits
        assert secret not in page
    assert world.client(desk).post(reverse("acknowledge_inquiry", args=[letter.pk])).status_code == 302
    with world.acting(desk):
        intake = Intake.objects.get()
        assert intake.person.called == "Kingfisher" and intake.person.phone == "+13405550142"
        plan = intake.person.plan
        assert plan.ways == ["call"] and plan.never == "Never leave a voice message."
        assert plan.ask_for == "the dentist" and not plan.is_verified  # nobody has spoken with them
        assigned(desk, advocate, intake)
    assert "Somebody has read it" in come_back(visitor, number).content.decode()
    write = reverse("answer_inquiry", args=[letter.pk])
    client = world.client(advocate)
    told = {"text": "We are here until six.", "form_id": hidden(client.get(write), "form_id")}
    assert client.post(write, told).url == client.post(write, told).url == letter.get_absolute_url()
    page = come_back(visitor, number).content.decode()
    assert page.count("We are here until six.") == 1 and "They wrote" in page
    assert "Advocate" not in page and intake.number not in page  # not who works on it, and no number of ours
    assert not visitor.cookies


def test_two_letters_of_one_page_know_nothing_of_each_other(world, visitor):
    """R3: no column of one row is found in the other, and neither house learns that the other was asked."""
    number = send(world, visitor)
    rows = [letter_of(house.organization) for house in (world.stx, world.stt)]
    for name in ("pk", "place", "public_key", "locked"):
        one, other = (getattr(row, name) for row in rows)
        assert bytes(one.bytes if name == "pk" else one) != bytes(other.bytes if name == "pk" else other)
    stt = str(Organization.objects.get(code="stt"))
    page = world.client(world.stx.intake_worker).get(rows[0].get_absolute_url()).content.decode()
    assert stt not in page
    page = come_back(visitor, number).content.decode()
    assert "Help on St. Croix" in page and stt in page
    with world.acting(world.stx.intake_worker) as desk:
        rows[0].acknowledge(actor=desk)
    page = come_back(visitor, number).content.decode()
    assert page.count("Somebody has read it") == page.count("Nobody has read it yet") == 1


def test_nobody_else_finds_anything_of_a_letter(world, visitor):
    """R3, R6, R12, R42: a referrer, another service, an administrator; whoever is walled from the person."""
    send(world, visitor, to=["stx"])
    letter = letter_of(world.stx.organization)
    desk = world.client(world.stx.intake_worker)
    assert "Kingfisher" in desk.get(reverse("letters")).content.decode()
    strangers = [world.officer, world.stt.supervisor, world.stx.administrator, world.stx.advocate]
    for member in strangers:
        client = world.client(member)
        assert client.get(letter.get_absolute_url()).status_code == 404
        listed = client.get(reverse("letters"))
        assert listed.status_code == 404 or b"Kingfisher" not in listed.content
    with world.acting(world.officer):
        assert not Inquiry.objects.exists()
    with world.acting(world.stx.intake_worker) as desk:
        intake = letter.acknowledge(actor=desk)
        Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        letter.refresh_from_db()
        letter.asked_at = clock.now()
        letter.save(update_fields=["asked_at"])
        letter.settle()
    for member in strangers:  # nobody has its intake yet
        assert world.client(member).get(letter.get_absolute_url()).status_code == 404
    walled = world.client(world.stx.second_supervisor)
    assert walled.get(letter.get_absolute_url()).status_code == 404
    for name in ("letters", "inbox", "board"):
        page = walled.get(reverse(name)).content.decode()
        assert "Kingfisher" not in page and "public page to answer" not in page
    assert (
        "public page to answer" in world.client(world.stx.supervisor).get(reverse("board")).content.decode()
    )


def test_nothing_tells_who_wrote_from_where(world, visitor):
    """R40, R11: no cookie, no address in any line, no word or digit that is readable in any table."""
    far = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Telltale/1", "HTTP_REFERER": "https://x.test/"}
    visitor = Client(**far)
    number = send(world, visitor, to=["stx"])
    assert WORDS in come_back(visitor, number).content.decode() and not visitor.cookies
    with world.acting(world.stx.administrator):
        lines = AuditLine.objects.filter(subject_type="inquiry")
        assert set(lines.values_list("verb", "address", "request", "actor_name")) == {("arrive", "", "", "")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
    with world.acting(world.stx.intake_worker), connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            held = cursor.fetchone()[0] or ""
            for word in ("203.0.113.77", "Telltale", number, number[:15], "takes my phone", "5550142"):
                assert word not in held and word.encode().hex() not in held, (table, word)


def test_pages_leave_nothing_behind(visitor, world):
    """R40: neutral titles and addresses, nothing kept, no other host; the way out needs no script."""
    number = send(world, visitor, to=["stx"])
    pages = [visitor.get(url(name)) for name in ("public", "public_write", "public_return")]
    pages += [come_back(visitor, number), come_back(visitor, number, "public_end", to="stx")]
    for page in pages:
        text = page.content.decode()
        assert "<title>Virgin Islands information</title>" in text
        assert page["Cache-Control"] == "no-store" and page["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in page and not page.cookies and "csrf" not in text
        first = re.search(r"<(?:a|button|input)\b[^>]*>", text)[0]
        assert f'href="{reverse("leave")}"' in first
        assert not re.search(r'(?:src|action)="(?:https?:)?//', text)
        look = sum(
            len(gzip.compress(Path(find(f"causeway/causeway.{kind}")).read_bytes())) for kind in ("css", "js")
        )
        assert look + len(page.content) < 30_000  # all that one page loads
    gone = visitor.get(reverse("leave"))
    assert gone.status_code == 302 and gone.url.startswith("https://forecast.weather.gov/")
    assert gone["Clear-Site-Data"] == '"cache", "storage"' and gone["Referrer-Policy"] == "no-referrer"
    for name in ("public", "public_write", "public_send", "public_return", "public_say", "public_end"):
        assert not re.search("help|victim|abuse|safe|shelter|letter", url(name) + url(name, "ht"))
    spanish = visitor.get(url("public", "es"), headers={"accept-language": "en"})
    assert spanish["Content-Language"] == "es" and '<html lang="es">' in spanish.content.decode()


def test_a_mistake_loses_nothing_and_a_second_press_sends_once(world, visitor):
    """R36: what was typed comes back with the reason; a button pressed twice sends once."""
    wrong = visitor.post(url("public_write"), {**LETTER, "phone": "", "message": "My SSN is 123-45-6789"})
    said = wrong.content.decode()
    assert "Give the number, or choose to come back" in said and "Social Security" in said
    assert "My SSN is 123-45-6789" in said and "Never leave a voice message." in said
    post = looked_over(world, visitor)
    quick = {**post, "ticket": letterbox.new_ticket(clock.now())}
    for early in (quick, {**post, "website": "spam"}, {**post, "ticket": "forged"}):
        answer = visitor.post(url("public_send"), early).content.decode()
        assert "Nothing was sent yet" in answer and WORDS in answer and 'value="spam"' not in answer
    first, second = (visitor.post(url("public_send"), post) for _ in range(2))
    assert digits(first) == digits(second)
    for house in (world.stx, world.stt):
        letter_of(house.organization)  # one
    world.forward(minutes=11)
    later = visitor.post(url("public_send"), post).content.decode()
    assert digits(first)[:4] not in later and "is kept once" in later  # not shown to whoever presses "back"
    number = digits(first)
    page = come_back(visitor, number)
    again = {"to": "stx", "stx-text": "Are you there?", "ticket": hidden(page, "ticket")}
    for _ in range(2):
        assert come_back(visitor, number, "public_say", **again).status_code == 200
    assert come_back(visitor, number).content.decode().count("Are you there?") == 1
    empty = come_back(visitor, number, "public_say", **again | {"stx-text": ""}).content.decode()
    assert "Fill this in" in empty


def counted(visitor, number):
    """(what comes back for these digits, how many questions to the database it took)."""
    with CaptureQueriesContext(connection) as queries:
        return come_back(visitor, number), len(queries)


def test_digits_that_open_nothing_get_one_page_after_the_same_work(world, visitor):
    """R6: wrong, ended and never given are alike; a slip of one digit is said before anything is asked."""
    number = send(world, visitor, to=["stx"])
    nobody = "1234567890123452"
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "One of the digits is not right" in come_back(visitor, slip).content.decode()
    assert "has 16 digits" in come_back(visitor, number[:15]).content.decode()
    spaced = f"{number[:4]} {number[4:8]}-{number[8:12]} {number[12:]}"
    assert WORDS in come_back(visitor, spaced).content.decode()
    asked = come_back(visitor, number, "public_end", to="stx").content.decode()
    assert "End this with Help on St. Croix?" in asked
    ended = come_back(visitor, number, "public_end", to="stx", sure="1").content.decode()
    assert "It is ended" in ended
    (gone, asked_for_gone), (never, asked_for_never) = (counted(visitor, one) for one in (number, nobody))
    assert asked_for_gone == asked_for_never > 4
    assert gone.status_code == never.status_code == 200 and "No letter opens" in gone.content.decode()
    assert gone.content.replace(number.encode(), b"") == never.content.replace(nobody.encode(), b"")
    for _ in range(12):
        last = come_back(visitor, nobody)
    assert last.status_code == 429 and "Wait a minute" in last.content.decode()


def test_ending_it_deletes_what_could_be_read_and_the_house_keeps_its_own(world, visitor):
    """R16, R35: the key and the copies go at once; what must be done goes on, and nothing is written back."""
    number = send(world, visitor, to=["stx"])
    come_back(visitor, number, "public_end", to="stx", sure="1")
    letter = letter_of(world.stx.organization)
    assert not letter.place and not letter.public_key and not letter.locked and letter.left_at
    with world.acting(world.stx.intake_worker) as desk:
        (message,) = letter.messages.all()
        assert message.copy is None and message.content["text"] == WORDS
        assert Reminder.objects.filter(clock="acknowledge_inquiry", fired_at=None).exists()
        letter.acknowledge(actor=desk)
    client = world.client(world.stx.intake_worker)
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "They have ended it" in page and "Answer…" not in page
    assert client.post(reverse("answer_inquiry", args=[letter.pk]), {"text": "Hello"}).status_code == 409
    with world.acting(world.stx.administrator):
        assert AuditLine.objects.filter(verb="leave", subject_id=letter.pk, address="").exists()


def heard(clock_name):
    reminders.claim()
    mails = OutboxMessage.objects.filter(reminder__clock=clock_name)
    return {mail.recipient.role for mail in mails}


def test_clocks_run_until_it_is_read_and_whenever_they_write_again(world, visitor):
    """R4: by how urgent it is; the desk, the supervisors and on; then whoever has it, until an answer."""
    number = send(world, visitor, to=["stx"], priority="crisis")
    letter = letter_of(world.stx.organization)
    advocate = world.stx.advocate
    with world.acting(world.stx.supervisor) as boss:
        assert OutboxMessage.objects.filter(recipient=world.stx.intake_worker, kind="notice").count() == 1
        world.forward(minutes=31)
        assert heard("acknowledge_inquiry") == {"intake_worker"}
        world.forward(hours=3)
        assert heard("acknowledge_inquiry") >= {"intake_worker", "supervisor", "administrator"}
        intake = letter.acknowledge(actor=boss)
        assert not Reminder.objects.filter(clock="acknowledge_inquiry", fired_at=None).exists()
        assigned(boss, advocate, intake)
    ticket = hidden(come_back(visitor, number), "ticket")
    come_back(visitor, number, "public_say", to="stx", ticket=ticket, **{"stx-text": "Please."})
    with world.acting(advocate):
        running = Reminder.objects.filter(clock="answer_inquiry", fired_at=None)
        assert set(running.values_list("owner_id", flat=True)) == {advocate.pk}
        assert "public page to answer" in world.client(advocate).get(reverse("today")).content.decode()
        world.forward(minutes=31)
        assert heard("answer_inquiry") == {"advocate"}
        intake.refresh_from_db()
        intake.assign(world.stx.colleague, actor=world.stx.supervisor).accept(actor=world.stx.colleague)
        assert set(running.values_list("owner_id", flat=True)) == {world.stx.colleague.pk}
    assert world.client(advocate).get(letter.get_absolute_url()).status_code == 404
    assert world.client(world.stx.colleague).get(letter.get_absolute_url()).status_code == 200
    with world.acting(world.stx.colleague) as colleague:
        Inquiry.objects.get().put_by(actor=colleague)
        assert not running.exists()


def test_nothing_that_asks_for_help_is_dropped_by_a_guard_against_machines(world, visitor, monkeypatch):
    """A bound on letters and messages says to call, and what was written is kept; a refusal can be undone."""
    monkeypatch.setattr(inquiries, "MOST_AN_HOUR", 1)
    number = send(world, visitor, to=["stx"])
    post = looked_over(world, visitor, to=["stx", "stt"])
    answer = visitor.post(url("public_send"), post)
    said = answer.content.decode()
    assert answer.status_code == 503 and "Please call one of the numbers" in said and WORDS in said
    with acting_for(world.stt.organization.pk):
        assert not Inquiry.objects.exists()  # all of those that were chosen, or none
    monkeypatch.setattr(inquiries, "MOST_MESSAGES", 1)
    ticket = hidden(come_back(visitor, number), "ticket")
    many = come_back(visitor, number, "public_say", to="stx", ticket=ticket, **{"stx-text": "One more."})
    assert many.status_code == 503 and "One more." in many.content.decode()
    letter = letter_of(world.stx.organization)
    desk = world.client(world.stx.intake_worker)
    desk.post(reverse("refuse_inquiry", args=[letter.pk]), {"reason": "machine"})
    page = come_back(visitor, number).content.decode()
    assert "It is closed" in page and "machine" not in page
    with world.acting(world.stx.supervisor) as boss:
        world.forward(days=31)
        assert retention.due(boss.organization, retention.KINDS["letter"]) == [(letter.pk, None)]
        letter.refresh_from_db()
        letter.restore(actor=boss)
        assert Reminder.objects.filter(clock="acknowledge_inquiry", fired_at=None).exists()
        assert retention.due(boss.organization, retention.KINDS["letter"]) == []


def test_nothing_is_sealed_to_a_key_that_is_not_known_to_be_theirs(world, visitor, monkeypatch):
    """R11: nothing is sent to any of those that were chosen, what was written is kept, and members hear."""
    post = looked_over(world, visitor)
    stands = published.stands
    monkeypatch.setattr(published, "stands", lambda one: one.code != "stt" and stands(one))
    answer = visitor.post(url("public_send"), post)
    said = answer.content.decode()
    assert answer.status_code == 503 and "cannot take letters at this moment" in said and WORDS in said
    for house in (world.stx, world.stt):
        with acting_for(house.organization.pk):
            assert not Inquiry.objects.exists()
    with world.acting(world.stt.administrator) as administrator:
        assert OutboxMessage.objects.filter(recipient=administrator).exists()


def test_who_is_worried_about_another_gives_no_way_to_the_other(world, visitor):
    """R36, R37: the writer's number is not the person's, and no plan is made of it; no name is needed."""
    send(world, visitor, to=["stx"], basis="third_party_anonymous", called="", other="My neighbor")
    letter = letter_of(world.stx.organization)
    with world.acting(world.stx.intake_worker) as desk:
        intake = letter.acknowledge(actor=desk)
        assert intake.person.called == "My neighbor" and not intake.person.phone
        assert intake.person.plan is None and intake.summary == WORDS
        page = world.client(desk).get(intake.get_absolute_url()).content.decode()
        assert "a letter from the public page" in page and letter.get_absolute_url() in page


def test_every_letter_is_found_again_in_the_list(world, monkeypatch):
    """What asks for something stands first; the rest is there page by page, the refused ones too."""
    monkeypatch.setattr(inquiry_views, "SHOWN", 2)
    world.hold(TUESDAY)
    names = [f"Bird {number}" for number in range(5)]
    with world.acting(world.stx.intake_worker) as desk:
        for name in names:
            letter, _intake = acknowledged(desk, called=name, way="call", phone="+13405550142")
            world.forward(minutes=1)
        letter, _number = a_letter(desk.organization, called="Bird 5")
        letter.refuse("machine", actor=desk)
    client, address, seen = world.client(world.stx.supervisor), reverse("letters"), []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"Bird \d", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older and reverse("letters") + older[1]
    assert seen == ["Bird 5", *reversed(names)]


def test_an_intake_that_is_purged_takes_its_letter_along(world):
    """R35: what they wrote, and what could still be read with their digits, goes with the intake."""
    world.hold(TUESDAY)
    with world.acting(world.stx.intake_worker) as desk:
        letter, intake = acknowledged(desk)
        triaged(desk, intake).find_invalid(actor=desk, reason="prank")
        world.forward(days=4 * 366)
    carried_out(world)
    with world.acting(world.stx.supervisor):
        assert not Inquiry.objects.exists() and not InquiryMessage.objects.exists()
        assert not Intake.objects.exists() and letter.pk


@given(st.integers(0, 10**15 - 1), st.integers(0, 15), st.integers(1, 9))
def test_a_single_wrong_digit_is_always_found(free, at, off):
    digits = f"{free:015}"
    number = digits + letterbox.check_digit(digits)
    assert letterbox.read_number(number) == number
    wrong = number[:at] + str((int(number[at]) + off) % 10) + number[at + 1 :]
    with pytest.raises(letterbox.NotANumber):
        letterbox.read_number(wrong)


def test_what_the_digits_open_hangs_on_a_key_outside_the_database(settings):
    """R11: with a copy of the database and every number there could be, nothing opens without that key."""
    one = letterbox.opener("1234567890123452").place("x")
    settings.CAUSEWAY_RECEIPT_KEY = "another " * 8
    assert letterbox.opener("1234567890123452").place("x") != one
    text, now = letterbox.new_ticket(TUESDAY), TUESDAY
    assert letterbox.read_ticket(text, now).number == letterbox.read_ticket(text, now).number
    assert letterbox.read_ticket(text, now + timedelta(hours=13)) is None
    assert letterbox.read_ticket(text + "x", now) is None


def test_two_numbers_of_two_pages_are_two(world):
    world.hold(TUESDAY)
    (_one, first), (_other, second) = (a_letter(world.stx.organization) for _ in range(2))
    assert first != second
