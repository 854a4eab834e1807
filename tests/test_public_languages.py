"""The public door in three languages: all of each page, with what was typed, and the figures unchanged."""

import gzip
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orgs import languages, outbox
from orgs.calendar import ISLANDS
from orgs.models import Mailbox, OutboxMessage
from referrals.models import Inquiry
from referrals.models import inquiry as inquiries
from tests import pseudo
from tests.browser import faults, faults_of, picture, signed_in
from tests.makers.case import draft_release, open_case

NOBODY = "1234567890123452"
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ISLANDS)
SAID = {
    "to": ["stx", "stt"], "basis": "self", "priority": "crisis", "message": "7 7 7", "needs": ["talk"],
    "way": "call", "phone": "340 555 0142", "times": ["morning"], "ask_for": "3", "never": "4",
    "called": "Zaza", "age_group": "minor", "island": "STX", "language": "en", "interpreter": "on",
}  # fmt: skip
NUMBER = re.compile(r'href="(tel:[^"]*)"|(\(?\d{3}\)? \d{3}.\d{4})')
# What reads alike in each language: names, numbers, what was typed.
ALIKE = {
    "English", "Español", "Kreyòl ayisyen", "Website", "Women’s Coalition of St. Croix", "St. Croix",
    "Family Resource Center", "Help on St. Croix", "Help on St. Thomas", "Causeway", "St. Thomas", "St. John",
    "Water Island", "No", "Zaza",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def visitor(world):
    world.hold(TUESDAY)
    return Client()


def url(name, language):
    return reverse(name, kwargs={"language": language})


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def walk(world, visitor, language, monkeypatch):
    """Every page that somebody without an account can meet: {name: HTML}."""
    cache.clear()
    pages = {}

    def see(name, answer, status=200):
        assert answer.status_code == status, (name, answer.status_code)
        pages[name] = answer.content.decode()
        return pages[name]

    def post(name, **said):
        return visitor.post(url(name, language), said)

    see("front", visitor.get(url("public", language)))
    page = see("write", visitor.get(url("public_write", language)))
    said = {**SAID, "ticket": hidden(page, "ticket"), "website": ""}
    see("write wrong", post("public_write", way="call", message="123-45-6789", phone="1" * 50))
    see("write long", post("public_write", to=["x"], message="1" * 501, phone="12", basis="x", way="x"))
    see("write empty", post("public_write"))
    see("check", post("public_write", **said))
    see("too quick", post("public_send", **said))
    world.forward(seconds=10)
    with monkeypatch.context() as few:
        few.setattr(inquiries, "MOST_AN_HOUR", 0)
        see("too many", post("public_send", **said), 503)
    page = see("sent", post("public_send", **said))
    number = re.sub(r"\D", "", re.search(r"<output>(.*?)</output>", page)[1])
    see("sent again", post("public_send", again=hidden(page, "again")))
    see("return", visitor.get(url("public_return", language)))
    for name, digits in (("none", NOBODY), ("slip", "1234567890123453"), ("short", "12"), ("", "")):
        see(f"return {name}", post("public_return", number=digits))
    page = see("letters", post("public_return", number=number))
    again = {"number": number, "to": "stx", "ticket": hidden(page, "ticket")}
    see("said", post("public_say", **again, **{"stx-text": "1 2"}))
    see("said nothing", post("public_say", **again, **{"stx-text": ""}))
    with world.acting(world.stx.intake_worker) as desk:
        letter = Inquiry.objects.latest("arrived_at")
        letter.acknowledge(actor=desk)
        letter.answer("5 5", actor=desk)
        see("read", post("public_return", number=number))
    see("end", post("public_end", number=number, to="stx"))
    see("ended", post("public_end", number=number, to="stx", sure="1"))
    see("ended again", post("public_end", ended="1", number=number))
    cache.clear()
    for _press in range(12):
        busy = post("public_return", number=NOBODY)
    see("busy", busy, 429)
    return pages


def besides(language):
    """The pages besides: what went wrong, and what stands before signing in. {name: HTML}"""
    wish = {"accept-language": f"{language}-XX,{language};q=0.9"}
    client, strict = Client(headers=wish), Client(headers=wish, enforce_csrf_checks=True)
    door = reverse("notice")
    answers = {
        "404": client.get("/nothing/is/here/"),
        "404 below": Client().get(f"/p/{language}/nothing/"),
        "403": strict.post(door),
        "405": Client().post(url("public", language)),
        "notice": client.get(door),
        "not agreed": client.post(door, {}),
        "stop": client.get(reverse("stop_mail", args=["x"])),
        "stopped": client.post(reverse("stop_mail", args=["x"])),
    }
    client.post(door, {"accepted": "on"})
    sign_in = reverse("account_login")
    answers["sign-in"] = client.get(sign_in)
    answers["no account"] = client.post(sign_in, {"login": "a@b.test", "password": "no such passphrase"})
    answers["nothing typed"] = client.post(sign_in, {})
    with translation.override(language):
        pages = {str(code): render_to_string(f"{code}.html", {"reference": "A1"}) for code in (400, 429, 500)}
        pages["doubt"] = render_to_string("key_doubted.html", {"organization": "Zaza"})
    for name, answer in answers.items():
        assert answer["Content-Language"] == language, name
        pages[name] = answer.content.decode()
    return pages


def parts(html):
    """What of a page has a word in it."""
    said = {part for one in pseudo.said(html) for part in re.split("[;,] ", one)}
    return {one for one in said if re.search(r"[^\W\d_]{2}", one)}


def alike(ours, english):
    """Every piece of text that two languages have in common and that is no name."""
    return {(name, one) for name in ours for one in parts(ours[name]) & parts(english[name]) - ALIKE}


@pytest.mark.parametrize("language", ["es", "ht"])
def test_every_public_page_is_whole_in_each_language(world, visitor, monkeypatch, language):
    """No sentence of one language stands on a page of another; numbers to call are the same in each."""
    english = walk(world, visitor, "en", monkeypatch)
    ours = walk(world, visitor, language, monkeypatch)
    assert alike(ours, english) == set()
    for name, html in ours.items():
        assert f'<html lang="{language}">' in html and "911" in html, name
        calls = [NUMBER.findall(page) for page in (html, english[name])]
        assert calls[0] == calls[1], name
        for code, label in languages.NAMES.items():
            assert re.search(rf'lang="{code}"[^>]*>{label}<', html), (name, code)


@pytest.mark.parametrize("language", ["es", "ht"])
def test_what_goes_wrong_and_what_stands_before_signing_in_is_said_too(world, language):
    """R6, C22: by what the browser asks for; a page that is not there looks alike to all who ask so."""
    assert alike(besides(language), besides("en")) == set()


def test_members_read_one_language_whatever_their_browser_asks_for(world):
    """R3: half a page in each of two languages helps nobody; no browser changes what an officer sees."""
    client = world.client(world.officer)
    for path in (reverse("my_referrals"), "/nothing/is/here/", reverse("account")):
        plain, spanish = (client.get(path, headers={"accept-language": wish}) for wish in ("en", "es"))
        assert spanish["Content-Language"] == "en" and "Accept-Language" not in spanish["Vary"]
        assert parts(plain.content.decode()) == parts(spanish.content.decode()) or "reference" in str(spanish)


def test_the_first_page_asks_the_browser_and_keeps_nothing_of_its_answer(visitor, world):
    """R40: no cookie, and the address of a language goes before what a browser wishes."""
    for wish, language in (("es-DO", "es"), ("ht", "ht"), ("de", "en")):
        answer = visitor.get(reverse("public_door"), headers={"accept-language": wish})
        assert answer["Content-Language"] == language and not answer.cookies
        assert "Accept-Language" in answer["Vary"] and f'<html lang="{language}">' in answer.content.decode()
        named = visitor.get(url("public", "ht"), headers={"accept-language": wish})
        assert named["Content-Language"] == "ht" and "Accept-Language" not in named.get("Vary", "")


def fields(html):
    """What the form of a page holds: {name: [value]}, hidden and seen."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") in ("radio", "checkbox") and "checked" not in tag:
            continue
        found.setdefault(said["name"], []).append(said.get("value", "on"))
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\s*([^<]*)</textarea>', html):
        found[name] = [text]
    for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', html, re.S):
        found[name] = re.findall(r'value="([^"]*)" selected', options)
    return found


def test_another_language_takes_along_what_was_typed_and_says_nothing_of_what_is_missing(visitor, world):
    """R36: the same page, the same ticket, every answer; and no list of what is wrong: nothing was sent."""
    ticket = hidden(visitor.get(url("public_write", "en")).content.decode(), "ticket")
    typed = {"to": ["stx"], "message": "7 7 7", "needs": ["talk"], "language": "en", "ticket": ticket,
             "called": "Zaza", "from": "en", "phone": "12"}  # fmt: skip
    page = visitor.post(url("public_write", "ht"), typed).content.decode()
    kept = fields(page)
    assert kept["ticket"] == [ticket] and kept["message"] == ["7 7 7"] and kept["called"] == ["Zaza"]
    assert kept["to"] == ["stx"] and kept["needs"] == ["talk"] and kept["phone"] == ["12"]
    assert kept["language"] == ["ht"]  # had not been chosen, and follows
    assert 'class="summary"' not in page and 'class="error"' not in page
    chosen = visitor.post(url("public_write", "ht"), {**typed, "language": "fr"}).content.decode()
    assert fields(chosen)["language"] == ["fr"]
    whole = visitor.post(url("public_write", "ht"), {**SAID, "ticket": ticket, "from": "en"}).content.decode()
    assert "<textarea" in whole  # still the page of questions, though nothing is missing
    looked = fields(visitor.post(url("public_write", "en"), {**SAID, "ticket": ticket}).content.decode())
    there = visitor.post(url("public_write", "es"), {**looked, "from": "en"}).content.decode()
    assert fields(there) == looked and "<textarea" not in there


def test_what_was_typed_to_one_letter_stays_when_another_is_sent_or_read(visitor, world):
    """R36: two letters stand on one page; no language and no sent message loses the words to the other."""
    world.forward(seconds=5)
    page = visitor.get(url("public_write", "en")).content.decode()
    said = {**SAID, "ticket": hidden(page, "ticket"), "website": ""}
    world.forward(seconds=10)
    page = visitor.post(url("public_send", "en"), said).content.decode()
    number = re.sub(r"\D", "", re.search(r"<output>(.*?)</output>", page)[1])
    page = visitor.post(url("public_return", "en"), {"number": number}).content.decode()
    typed = {"number": number, "looked": "1", "stx-text": "1 1", "stt-text": "2 2"}
    there = visitor.post(url("public_return", "es"), {**typed, "from": "en"}).content.decode()
    assert fields(there)["stx-text"] == ["1 1"] and fields(there)["stt-text"] == ["2 2"]
    sent = {**typed, "to": "stx", "ticket": hidden(page, "ticket")}
    there = visitor.post(url("public_say", "es"), sent).content.decode()
    assert fields(there)["stx-text"] == [""] and fields(there)["stt-text"] == ["2 2"]
    half = visitor.post(url("public_return", "ht"), {"number": "12 3", "from": "en"}).content.decode()
    assert fields(half)["number"] == ["12 3"] and 'class="error"' not in half


def test_the_digits_are_shown_again_in_another_language_and_no_longer_than_before(visitor, world):
    """R40: by what the page of the digits itself holds, for ten minutes; nothing that is forged shows any."""
    page = visitor.get(url("public_write", "en")).content.decode()
    said = {**SAID, "ticket": hidden(page, "ticket"), "website": ""}
    world.forward(seconds=10)
    output = re.compile(r"<output>.*?</output>")
    page = visitor.post(url("public_send", "en"), said).content.decode()
    asked, shown = {"again": hidden(page, "again")}, output.search(page)[0]
    again = visitor.post(url("public_send", "es"), asked).content.decode()
    assert output.search(again)[0] == shown and "Help on St. Thomas" in again
    world.forward(minutes=11)
    late = visitor.post(url("public_send", "ht"), {"again": hidden(again, "again")}).content.decode()
    assert "Help on St. Thomas" in late and not output.search(late)
    for forged in ("x", said["ticket"]):
        assert visitor.post(url("public_send", "es"), {"again": forged}).status_code == 302


@pytest.mark.parametrize("language", languages.NAMES)
def test_the_first_page_weighs_little_in_each_language(visitor, world, language):
    """At most 30 KB with all that it loads, compressed."""
    page = visitor.get(url("public", language)).content
    look = [Path(find(f"causeway/causeway.{kind}")).read_bytes() for kind in ("css", "js")]
    weight = sum(len(gzip.compress(one)) for one in (page, *look))
    print(language, weight)
    assert weight < 30_000


# Mail


def test_a_member_chooses_the_language_of_their_mail_and_it_says_no_more(world):
    """R38: one constant text a language; what a colleague gets stays as it was."""
    me, other = world.stx.advocate, world.stx.colleague
    client = world.client(me)
    assert client.post(reverse("mailbox"), {"how": "at_once", "language": "ht"}).status_code == 302
    assert 'value="ht"' in client.get(reverse("mailbox")).content.decode()
    assert client.post(reverse("mailbox"), {"how": "at_once", "language": "xx"}).status_code == 200
    texts = {}
    with world.acting(world.stx.administrator):
        for member in (me, other):
            for kind in ("reminder", "test"):
                row = OutboxMessage(organization=me.organization, recipient=member, kind=kind)
                mail = outbox.compose(row)
                texts.setdefault(member, set()).add((mail.subject, mail.body.split("\n")[0]))
    assert texts[me] == {("Causeway", "Ou gen yon bagay pou gade nan Causeway.")}
    assert texts[other] == {("Causeway", "You have one item to look at in Causeway.")}
    with world.acting(me):
        assert Mailbox.of(me).language == "ht"


# Whoever signs


def test_who_signs_reads_their_own_part_of_the_page_in_their_language(world):
    """R17: what they draw in, tick and press, and what is wrong with it, beside the advocate's English."""
    with world.acting(world.stx.advocate) as me:
        release = draft_release(open_case(me), world.stt.organization, me, language="es")
        release.discuss(actor=me)
    client, path = world.client(world.stx.advocate), reverse("sign_release", args=[release.pk])
    page = client.get(path).content.decode()
    theirs = "".join(
        re.findall(
            r'<(?:div|fieldset) lang="es" class="field.*?(?=<(?:div|fieldset) class="field)', page, re.S
        )
    )
    for words in ("Firma", "Borrar el recuadro", "El nombre escrito es mi firma", "Recuadro para firmar"):
        assert words in theirs, words
    assert "Who signs?" in page and "You offered a copy" in page and "Or the name" not in page
    said = {"signer_type": "ADULT", "signer_name": "Bluebird", "signature_method": "IN_PERSON_DEVICE",
            "copy_offered": "given", "typed": "Somebody Else"}  # fmt: skip
    wrong = client.post(path, said).content.decode()
    assert "Este no es el nombre de quien firma" in wrong and "marca esto, o dibuja su firma" in wrong
    assert "There is a problem" in wrong  # for the advocate


@pytest.mark.browser
def test_axe_finds_nothing_on_a_page_that_speaks_to_two(live, chromium):
    """The page of signing in two languages, with what is wrong on it; and where mail is chosen."""
    world, me = live.world, live.world.stx.advocate
    with world.acting(me), transaction.atomic():
        release = draft_release(open_case(me), world.stt.organization, me, language="ht")
        release.discuss(actor=me)
    pages = [(me, reverse("sign_release", args=[release.pk]), "sign-ht"), (me, reverse("mailbox"), "mailbox")]
    found = faults_of(live, chromium, pages)
    page = signed_in(live, chromium, me)
    page.goto(reverse("sign_release", args=[release.pk]))
    page.fill("[name=signer_name]", "Bluebird")
    page.check("[name=signature_method][value=IN_PERSON_DEVICE]")
    page.fill("[name=typed]", "Somebody Else")
    page.click("main form.form button.button:not(.quiet)")
    page.wait_for_selector(".summary")
    picture(page, "sign-ht-wrong")
    assert found + faults(page) == []
