"""Every page in a made-up language: no text is left out of gettext, and longer words break no layout."""

import ast
import json
import logging
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.db import transaction
from django.template import Engine
from django.template.base import TextNode
from django.templatetags.i18n import BlockTranslateNode
from django.test.utils import override_settings

from config.permission_table import FORM, MEMBERS, PAGE, PLACES, RECORDS, SEES, expected
from config.tongues.sources import ROOMS, ROOT
from tests import pseudo
from tests.browser import PHONE, fits
from tests.makers.every import build
from tests.test_permissions import City, address, place_address
from tests.world import World

# What stays as it is in every language: our name, what each language calls itself, a field that machines
# alone see, the codes in which the audit is written, and what only shows how something looks.
AS_IT_IS = {"Causeway", "English", "Español", "Kreyòl ayisyen", "Website", "narrow"}
SHAPES = re.compile(
    r"https?://\S+|[A-Z]{1,2}-[0-9A-Z-]+|[A-Z2-7]{32}|[0-9a-f]{16}|[0-9a-f-]{36}|\d[\d –:(-]* UTC\)?"
    r"|[\w.]+@[\w.]+"
)
INVENTED = re.compile(r"[A-Z][\w ]* \(invented\)")
IN_CODES = {
    "help_words",  # the words of docs/glossary.md, which are in English
    "evidence_breach",
    "receipt_case",
    "receipt_intake",
    "receipt_person",
    "receipt_referral",
    "audit",
}
OWN_TEXTS = ("release-2027-02", "ledger", "standing")
OWN_PAGES = ("discuss_release", "sign_release", "view_release", "disclosures")


def strings():
    """Every piece of text that the tests put into records: [str]."""
    for path in (ROOT / "tests/world.py", *sorted((ROOT / "tests/makers").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.strip(" .,:")
    for row in json.loads((ROOT / "orgs/codes/numbers.json").read_text(encoding="utf-8"))["codes"]:
        yield row["label"]


def own_texts():
    """The texts of releases, which are in three languages elsewhere, as one pattern."""
    for name in OWN_TEXTS:
        texts = json.loads((ROOT / f"cases/texts/{name}.json").read_text(encoding="utf-8"))
        for text in _strings(texts["en"]):
            yield re.sub(r"\\\{\w+\\\}", r"(?:[A-Z][a-z]+ \\d+, \\d+|[A-Z][a-z]+|\\d+)", re.escape(text))


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


@pytest.fixture
def made_up(tmp_path):
    """The made-up language in the place of English."""
    pseudo.write(tmp_path)
    with override_settings(LOCALE_PATHS=[str(tmp_path)]):
        yield


@pytest.fixture
def pages(django_db_setup, django_db_blocker, made_up):
    """{(name of the address, role): HTML}: each page that opens for somebody, once for each role.

    Each form of a record is there once.
    """
    logging.disable(logging.WARNING)
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            found = every_page(City(World()))
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)
    return found


def every_page(city):
    found = {}

    def look(name, who, url, once=False):
        key = (name, "" if once or not who else who.split(".")[1])
        if key in found:
            return
        answer = city.ask(who, "get", url)
        if answer.status == 200 and "text/html" in answer.response.headers["Content-Type"]:
            found[key] = answer.response.content.decode()

    for place in PLACES:
        if place.name.startswith("public"):
            continue  # walked in three languages elsewhere
        for who in place.who.split():
            look(place.name, who, place_address(place))
        if place.name in ("notice", "account_login", "stop_mail"):
            look(place.name, None, place_address(place))
    for noun, states in SEES.items():
        for state in states:
            _each_record(city, noun, state, look)
    return found


def _each_record(city, noun, state, look):
    with transaction.atomic():
        subject = build(city.world, noun, state)
        for row in RECORDS[noun]:
            for who in MEMBERS if row.how in (PAGE, FORM) else ():
                if expected(noun, state, row, who) == "through":
                    look(row.name, who, address(row.name, subject.keys), once=row.how == FORM)
        transaction.set_rollback(True)


class Known:
    """What may stand outside of the brackets: data, shapes of numbers and names, and texts of releases."""

    def __init__(self):
        self.data = sorted((one for one in set(strings()) if len(one) > 2), key=len, reverse=True)
        own = sorted(own_texts(), key=len, reverse=True)
        self.own = re.compile("|".join(f"(?:{one})" for one in own))

    def unsaid(self, html, own=False):
        """What of a page was not given to gettext: [str]. `own`: it shows the texts of a release."""
        for left in pseudo.outside(html):
            if (own and self.own.fullmatch(left)) or left in self.data:
                continue
            rest = INVENTED.sub("", SHAPES.sub("", left))
            for one in (*AS_IT_IS, *self.data):
                if " " in one or one[0].isupper():
                    rest = rest.replace(one, "")
            if re.search(r"[A-Za-z]{2}", rest):
                yield left


@pytest.mark.browser
def test_every_text_of_every_page_is_given_to_gettext_and_longer_words_fit_a_phone(pages, chromium):
    known = Known()
    for left in ("Save this", "Name", "Bluebird · not said", "Oops"):  # or it would find nothing
        assert list(known.unsaid(f"<p>{left}</p><b>⟦šàîđ⟧</b>")) == [left]
    looked = {key: html for key, html in pages.items() if key[0] not in IN_CODES}
    found = {
        (part, name)
        for (name, _role), html in looked.items()
        for part in known.unsaid(html, name in OWN_PAGES)
    }
    assert len(pages) > 250 and not found, sorted(found)
    look = Path(find("causeway/causeway.css")).read_text(encoding="utf-8")
    page = chromium.new_page(viewport={"width": PHONE, "height": 844})
    wide = []
    for key, html in sorted(pages.items(), key=str):
        html = re.sub(r"<link rel=\"stylesheet\"[^>]*>", f"<style>{look}</style>", html)
        page.set_content(re.sub(r"<(?:link|script)[^>]*>", "", html))
        if not fits(page):
            wide.append(key)
    page.close()
    assert not wide


def texts_outside(template):
    """What of a template people would read, and that is not asked of gettext."""
    out = []

    def walk(nodes):
        for node in nodes:
            if isinstance(node, TextNode):
                out.append(node.s)
                continue
            out.append("¤")
            if not isinstance(node, BlockTranslateNode):
                for name in sorted({*node.child_nodelists, "nodelist"}):
                    walk(getattr(node, name, ()))

    walk(template.nodelist)
    for said in pseudo.said("".join(out)):
        words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r'[<>]|class="[^"]*"|href="[^"]*"', " ", said)))
        yield from words - AS_IT_IS - {"span", "class", "href", "where"}


def test_no_template_has_words_outside_of_gettext():
    """Also in a branch that no test walks."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("templates/**/*.html")):
            left = set(texts_outside(Engine.get_default().from_string(path.read_text(encoding="utf-8"))))
            if left and "styleguide" not in path.parts:
                found[str(path.relative_to(ROOT))] = left
    assert found == {}
