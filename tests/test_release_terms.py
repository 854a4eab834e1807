"""The terms of a release: in the person's language, nothing chosen for them, each box with its sentence."""

import re
from html import unescape

import pytest

from cases import release_text
from cases.models import Release
from orgs import codes
from referrals.handover import ITEMS, TRANSFER
from tests.makers.case import a_person, open_case


@pytest.fixture
def form(world):
    """A function of what is known of the person: the page of a new release, as text."""

    def page(**known):
        with world.acting(world.stx.advocate) as me:
            case = open_case(me, person=a_person(me, **known))
        return case, unescape(world.client(me).get(f"/cases/{case.number}/releases/").content.decode())

    return page


def chosen(page):
    """The language that stands in the list; "" for none."""
    field = page[page.index('name="language"') :].split("</select>")[0]
    found = re.search(r'<option value="([^"]*)" selected', field)
    return found[1] if found else ""


def hint_of(page, field):
    return " ".join(page[page.index(f'id="id_{field}_helptext"') :].split(">", 1)[1].split("<")[0].split())


@pytest.mark.parametrize(
    ("known", "language", "said"),
    [
        ({"language": "es"}, "es", "Recorded for this person: Spanish."),
        (
            {"language": "ht", "interpreter": True},
            "ht",
            "Recorded for this person: Haitian Creole, with an interpreter.",
        ),
        (
            {"language": "fr"},
            "fr",
            "Recorded for this person: French. The page is not in it yet: an interpreter is needed.",
        ),
        ({}, "", "No language is recorded for this person: ask them."),
    ],
)
def test_the_language_is_the_persons_and_an_interpreter_is_named_where_needed(form, known, language, said):
    """R17: talked through in a language that the person understands; nobody's is guessed."""
    case, page = form(**known)
    assert chosen(page) == language
    assert hint_of(page, "language") == said
    assert ("Who interprets?" in page) is bool(known.get("interpreter"))


def test_a_language_that_nobody_chose_is_asked_for(world, form):
    """R17: an empty one is refused, and what was typed is kept."""
    case, _page = form()
    said = {"to": f"{world.stt.organization.pk}:Shelter desk", "categories": ["SAFETY"], "purpose": "A move",
            "method": "system", "language": "", "ends_on": ""}  # fmt: skip
    answer = world.client(world.stx.advocate).post(f"/cases/{case.number}/releases/", said)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'href="#id_language"' in page and "A move" in page
    with world.acting(world.stx.advocate):
        assert not Release.objects.exists()


def test_nothing_is_chosen_for_the_person(form):
    """R18, R21: no item, no way and no recipient is ticked before the person said so."""
    _case, page = form(language="es")
    assert not re.findall(r"<input[^>]*checked", page)
    to = page[page.index('name="to"') :].split("</select>")[0]
    assert not re.search(r'<option value="[^"]+" selected', to)


def test_each_item_and_each_way_says_what_leaves(form):
    """R17: informed, specific, limited: one plain sentence at least for every box, and none without."""
    _case, page = form()
    for table in ("release_categories", "release_methods"):
        for row in codes.load("cases", table):
            assert str(row.hint).endswith("."), row.code
            assert str(row.hint) in page
    assert "to nobody else" in hint_of(page, "categories")
    assert "Causeway sends it to nobody" in hint_of(page, "purpose")


SAID = {
    "name": "name to use",
    "reach": "safe way to reach",
    "language": "language",
    "age_group": "age group",
    "needs": "needs",
    "safety": "Safety",
    "court": "court",
    "attend": "interviews",
    "services": "services",
    "certification": "certification",
    "documents": "documents",
    "travel": "travel plan",
}


def test_a_transfer_names_all_that_it_covers_and_no_more():
    """R10, R34: every piece that TRANSFER lets go is in its sentence; every other needs its own box."""
    said = str(codes.load("cases", "release_categories").hint(TRANSFER))
    covered, _colon, others = said.partition("Safety")
    others = "Safety" + others
    assert "only where they are ticked too" in others
    for item in ITEMS:
        assert (SAID[item.key] in covered) is (item.category == TRANSFER), item.key
        assert (SAID[item.key] in others) is (item.category != TRANSFER), item.key


def test_the_page_that_is_signed_names_what_a_transfer_covers():
    """R17: in each language, and a page that was signed before keeps the words that it had."""
    said = release_text.words_in("en")["categories"][TRANSFER]
    for piece in ("the name I use", "a safe way to reach me", "my language", "my age group", "what I need"):
        assert piece in said
    for language in release_text.LANGUAGES:
        now, then = (release_text.words_in(language, *form)["categories"] for form in ((), ("2026-12",)))
        assert now[TRANSFER].count(",") >= 3 and then[TRANSFER].count(",") == 1
