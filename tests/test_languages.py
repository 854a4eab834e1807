"""The catalogues hold every word that must be there, as it must be, and what is made of them is never old."""

import re
import shutil
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.core.checks import run_checks
from django.utils import translation

from config.tongues import catalogues, checks
from config.tongues.scopes import needed
from config.tongues.sources import Text, everything, of_python, of_template
from orgs import words
from orgs.languages import NAMES, preferred

LANGUAGES = catalogues.LANGUAGES
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
TAGS = re.compile(r"<[^>]*>")
QUOTED = re.compile(r"“([^”]*)”")


@pytest.fixture(scope="module")
def texts():
    return everything()


@pytest.fixture
def copy(tmp_path):
    """The catalogues in a folder of the test's own."""
    for language in LANGUAGES:
        path = catalogues.source(language, tmp_path)
        path.parent.mkdir(parents=True)
        shutil.copy(catalogues.source(language), path)
    return tmp_path


def rows(language):
    """Each row of a catalogue, as (`Text`, the texts in English, what stands for them)."""
    for one in catalogues.read(catalogues.source(language)):
        if one.id:
            plain = (one.id,) if isinstance(one.id, str) else tuple(one.id)
            said = (one.string,) if isinstance(one.string, str) else tuple(one.string)
            yield Text(plain[0], plain[1] if len(plain) > 1 else "", one.context or ""), plain, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_text_that_must_be_there_and_no_other(language, texts):
    """`make messages` takes what is new, and takes out what nobody says any more."""
    wanted, there = set(needed(language, texts)), {text for text, *_rest in rows(language)}
    assert there - wanted == set(), "no longer said: make messages"
    assert wanted - there == set(), "not in the catalogue: make messages"
    source = catalogues.source(language).read_text(encoding="utf-8")
    assert "fuzzy" not in source and "#~" not in source
    assert [text for text, _plain, said in rows(language) if not all(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_for_a_text_has_its_places_tags_figures_and_manner(language):
    """A name that is left out, or a figure that changed, could send somebody to the wrong number."""
    wrong = []
    for text, plain, said in rows(language):
        for english, ours in zip(plain, said, strict=True):
            for what in (PLACES, TAGS, re.compile(r"\d+")):
                if Counter(what.findall(english)) != Counter(what.findall(ours)):
                    wrong.append((text.text, what.pattern))
            if english.rstrip()[-1:] == "?" and "?" not in ours:
                wrong.append((text.text, "?"))
            if ours != ours.strip() or "!" in ours or "  " in ours:
                wrong.append((text.text, "space or cry"))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_a_sentence_names_is_named_as_it_reads(language):
    """“Send”, “Leave now” and “More” in a sentence are what stands on the page."""
    shown = {text.text: said[0] for text, _plain, said in rows(language)}
    for english in [one for text in shown for one in QUOTED.findall(text) if one != "saved"]:
        ours = [text for text in shown if f"“{english}”" in text]
        button = next(text for text in sorted(shown) if text == english or text.startswith(f"{english},"))
        word = shown[button].split(",")[0]
        assert ours and all(f"“{word}”" in shown[text] for text in ours), (english, word)


def test_one_form_of_address_is_kept():
    """Spanish says “usted”, and never “tú”; Creole says “ou”, written in full, as its spelling wants."""
    for text, _plain, said in rows("es"):
        informal = re.search(r"\b(?:t[uú]|tus|te|ti|contigo|puedes|tienes|quieres|eres)\b", " ".join(said))
        assert not informal, (text.text, said)
    for text, _plain, said in rows("ht"):
        assert not re.search(r"\b(?:vous|votre|est|avec|pour|dans)\b", " ".join(said)), (text.text, said)


def test_the_catalogues_are_written_in_one_way(copy, texts):
    """The same sources give the same file, to the byte, so that a change shows what changed."""
    for language in LANGUAGES:
        before = catalogues.source(language).read_bytes()
        assert catalogues.update(language, needed(language, texts), copy) == ([], [])
        assert catalogues.source(language, copy).read_bytes() == before


def test_what_is_new_waits_and_what_is_gone_goes(copy):
    fresh, gone = catalogues.update("es", {Text("Yes"): ["a.py"], Text("Never said yet."): ["b.html"]}, copy)
    assert fresh == ["Never said yet."] and "No" in gone and "Yes" not in gone
    kept = {one.id: one.string for one in catalogues.read(catalogues.source("es", copy)) if one.id}
    assert kept == {"Yes": "Sí", "Never said yet.": ""}
    assert "DRAFT" in catalogues.source("es", copy).read_text(encoding="utf-8")


def test_words_that_are_missing_broken_or_old_are_noticed(copy):
    """A page for somebody in danger is never silently in English."""
    assert catalogues.not_made() == []
    assert catalogues.not_made(copy) == list(LANGUAGES)
    assert catalogues.compile_all(copy) == list(LANGUAGES) and catalogues.not_made(copy) == []
    assert catalogues.compile_all(copy) == []
    with catalogues.source("ht", copy).open("a", encoding="utf-8") as text:
        text.write("\n# A word was changed.\n")
    assert catalogues.not_made(copy) == ["ht"]
    catalogues.made("es", copy).write_bytes(b"broken")
    assert catalogues.not_made(copy) == list(LANGUAGES)


def test_a_deployment_without_words_is_refused(monkeypatch):
    assert not [one for one in run_checks(include_deployment_checks=True, tags=["translation"]) if one.id]
    monkeypatch.setattr(checks.catalogues, "not_made", lambda: ["ht"])
    found = run_checks(include_deployment_checks=True, tags=["translation"])
    assert [one.id for one in found] == ["causeway.E003"] and "ht" in found[0].msg


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.utils.translation import gettext as _\n_('One ' 'text')", [Text("One text")]),
        ("from django.utils.translation import gettext_lazy as later\nlater('A')", [Text("A")]),
        ("from django.utils.translation import ngettext\nngettext('%(n)d a', '%(n)d b', 2)",
         [Text("%(n)d a", "%(n)d b")]),
        ("from django.utils.translation import pgettext\npgettext('verb', 'Open')",
         [Text("Open", "", "verb")]),
        ("def _(text): ...\n_('Not ours')", []),
    ],
)  # fmt: skip
def test_python_is_read_by_what_it_imports(source, found):
    assert list(of_python(source)) == found


def test_templates_are_read_as_django_reads_them():
    source = (
        '{% load causeway %}{% translate "A" as x %}{% panel title=x %}{% translate "100 %" %}{% endpanel %}'
        "{% blocktranslate count n=2 %}{{ n }} one{% plural %}{{ n }} many{% endblocktranslate %}"
        '{{ x|default:_("Else") }}{% if x %}{% translate "In a branch" %}{% endif %}'
    )
    found = {Text("A"), Text("100 %%"), Text("%(n)s one", "%(n)s many"), Text("Else"), Text("In a branch")}
    assert set(of_template(source)) == found


# Time in words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Monday 23 November 2026, 10:42", "1 day late", "in 3 days", "20 Nov", "today 09:12"]),
        ("es", ["lunes 23 de noviembre de 2026, 10:42", "1 día de atraso", "en 3 días",
                "20 nov", "hoy 09:12"]),
        ("ht", ["lendi 23 novanm 2026, 10:42", "1 jou an reta", "nan 3 jou", "20 nov", "jodi a 09:12"]),
    ],
)  # fmt: skip
def test_days_and_lengths_of_time_are_said_in_the_language(language, said):
    now = datetime(2026, 11, 23, 14, 42, tzinfo=UTC)
    with translation.override(language):
        found = [
            words.exactly(now),
            words.in_words(date(2026, 11, 22), now, "due"),
            words.in_words(date(2026, 11, 26), now, "due"),
            words.in_words(date(2026, 11, 3), now).replace("3 ", "20 ", 1),
            words.in_words(datetime(2026, 11, 23, 13, 12, tzinfo=UTC), now),
        ]
    assert [one.lower() for one in found] == [one.lower() for one in said]


def test_every_month_and_day_has_its_name_in_creole():
    """Django does not know the language, so its words are ours."""
    with translation.override("ht"):
        long = {words.exactly(date(2026, month, 1 + month % 7)) for month in range(1, 13)}
        near = {
            words.in_words(date(2026, month, 9), datetime(2025, 1, 1, tzinfo=UTC)) for month in range(1, 13)
        }
    english = re.compile(
        r"day\b|January|February|March|April|June|July|August|September|October|Nov\w*er|Dec\w*er"
    )
    assert not [one for one in long | near if english.search(one)]


# Which language


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "en"),
        ("es-PR,es;q=0.9,en;q=0.8", "es"),
        ("fr-HT,ht;q=0.9,fr;q=0.8", "ht"),
        ("de,fr;q=0.5", "en"),
        ("en;q=0.4, es-DO", "es"),
        ("*" * 900, "en"),
    ],
)
def test_a_browser_is_asked_for_the_first_language_that_we_speak(rf, wish, language):
    assert preferred(rf.get("/p/", headers={"accept-language": wish})) == language
    assert set(NAMES) == {"en", *LANGUAGES}
