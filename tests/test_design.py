"""The look keeps its word: readable, light, nothing inline, nothing from elsewhere, the same for everyone."""

import gzip
import itertools
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template import Origin, RequestContext, Template, engines
from django.template.loader import get_template
from django.test import RequestFactory

from config.views.styleguide import SampleForm
from orgs import notices

ROOT = Path(__file__).resolve().parents[1]
CSS = (ROOT / "config/static/causeway/causeway.css").read_text()
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
ROOMS = ("config", "referrals", "cases", "orgs")
TEMPLATES = sorted(
    itertools.chain.from_iterable((ROOT / room).rglob("templates/**/*.html") for room in ROOMS)
)

TEXT = [
    *itertools.product(["ink", "ink-soft", "sea", "late"], ["ground", "paper"]),
    *itertools.product(["ink", "sea"], ["sea-wash", "soon-wash", "late-wash", "done-wash"]),
    *((name, f"{name}-wash") for name in ("late", "soon", "done")),
    *itertools.product(["on-sea"], ["sea", "sea-deep", "late", "ink"]),
    ("ink-soft", "sea-wash"),
    ("on-sea-soft", "sea-deep"),
    ("ink", "line"),
]
EDGES = [
    *itertools.product(["edge", "sea", "late"], ["paper", "ground"]),
    ("ink", "focus"),
    ("focus", "sea-deep"),
    ("sea", "line"),
    ("late", "line"),
]


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_by_tired_eyes(text, ground):
    assert contrast(text, ground) >= 7


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_what_can_be_touched_can_be_seen(edge, ground):
    assert contrast(edge, ground) >= 3


def test_colours_are_written_among_the_tokens_only():
    components = CSS[CSS.index("@layer base {") :]
    assert not re.findall(r":[^;{}]*#[0-9a-f]{3,8}\b", components)


def test_the_look_weighs_little_on_a_slow_connection():
    scripts = [path.stat().st_size for path in (ROOT / "config/static/causeway").glob("*.js")]
    scripts.append((ROOT / "config/templates/account/push.js").stat().st_size)
    assert len(CSS) < 25_000
    assert len(gzip.compress(CSS.encode())) < 6_000
    assert max(scripts) < 4_096
    assert sum(scripts) < 13_000  # with the pad for signatures, what a device is told by, and lost signal


INLINE = {
    "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script in the page": r"<script\b(?![^>]*\bsrc=)",
    "a javascript: link": r"javascript:",
    "something from elsewhere": r"<(?!a\b)[a-z][^>]*\s(?:src|href|action|srcset)\s*=\s*[\"']?(?:https?:)?//",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_has_anything_inline_or_from_elsewhere(template):
    text = template.read_text()
    assert [what for what, pattern in INLINE.items() if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_compiles(template):
    get_template(str(template.relative_to(ROOT)).split("/templates/", 1)[1])


@pytest.fixture
def light(settings):
    """Templates that need no database: what the context processors would ask it for is not asked."""
    (engine,) = settings.TEMPLATES
    processors = ["django.template.context_processors.request"]
    settings.TEMPLATES = [engine | {"OPTIONS": engine["OPTIONS"] | {"context_processors": processors}}]


def test_the_page_for_a_crash_needs_nothing(light):
    """C22: a crash shows what to do, and nothing of what happened inside."""
    page = get_template("500.html").render()
    assert "Something broke" in page
    assert "Traceback" not in page


def test_an_error_shows_its_reference(light):
    """C22: the reference on the page is the one in the log."""
    request = RequestFactory().get("/")
    request.reference = "7F3KA092QD"
    assert "7F3KA092QD" in get_template("403.html").render({}, request)


def test_what_does_not_exist_looks_the_same_to_everyone(light):
    """R6: the page for 404 holds nothing of the reader, the address or the request."""
    pages = set()
    for path, reference in (("/a/", "AAAA"), ("/b/?q=1", "BBBB")):
        request = RequestFactory().get(path)
        request.reference, request.user = reference, type("U", (), {"is_authenticated": True})()
        pages.add(get_template("404.html").render({"request_path": path, "exception": path}, request))
    assert len(pages) == 1


def test_leave_now_comes_first_on_every_public_page(light):
    """R40: the exit is a plain link, first in the order of the keyboard, and tells the next site nothing."""
    page = get_template("public_base.html").render({}, RequestFactory().get("/"))
    first = re.search(r"<(?:a|button|input)\b[^>]*>", page)
    assert "data-leave" in first.group()
    assert 'rel="noreferrer"' in first.group()
    assert "<title>Virgin Islands information</title>" in page


def test_a_print_out_carries_who_and_when(light):
    """C20: paper says who printed it, when, and that the law protects it."""
    request = RequestFactory().get("/")
    organization = type("O", (), {"name": "An Organization"})()
    request.user = type(
        "U", (), {"is_authenticated": True, "organization": organization, "__str__": lambda self: "A. Demo"}
    )()
    page = get_template("base.html").render({}, request)
    assert re.search(
        r'printed"><span>Printed by A\. Demo, An Organization, <time>\w+ \d+ \w+ \d{4}, \d\d:\d\d',
        page,
    )


def test_the_design_needs_no_exception_from_the_content_security_policy():
    directives = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["style-src"] == directives["script-src"] == ["'self'"]


ENTRANCE = """{% extends "allauth/layouts/entrance.html" %}{% load allauth %}{% block content %}
{% element h1 %}Sign in{% endelement %}
{% element form form=form method="post" action="/here/" %}
{% slot body %}{% element fields form=form %}{% endelement %}{% endslot %}
{% slot actions %}{% element button type="submit" tags="secondary" %}Go{% endelement %}{% endslot %}
{% endelement %}{% endblock %}"""


def test_the_pages_of_the_way_in_stand_in_our_frame(light):
    """allauth's own templates come out in our frame, with our fields and buttons."""
    origin = Origin("entrance", template_name="entrance")
    template = Template(ENTRANCE, origin=origin, engine=engines["django"].engine)
    page = template.render(RequestContext(RequestFactory().get("/"), {"form": SampleForm()}))
    assert "causeway/causeway.css" in page
    assert '<form class="form" method="post" action="/here/">' in page
    assert '<div class="field">' in page
    assert '<button class="button quiet" type="submit">Go</button>' in page


def test_a_code_to_scan_is_drawn_in_the_page_with_words_for_it(light):
    svg = '<?xml version="1.0"?><svg viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    drawn = (
        engines["django"].from_string("{% load causeway %}{% drawing svg 'A code' %}").render({"svg": svg})
    )
    assert drawn.startswith('<div class="drawing" role="img" aria-label="A code"><svg')


def test_who_comes_too_late_reads_how_it_stands_and_where_to_look(light):
    record = type("R", (), {"state": "information_requested", "get_absolute_url": lambda self: "/r/1/"})()
    page = get_template("409.html").render({"record": record}, RequestFactory().get("/"))
    assert "<b>information requested</b>" in page
    assert 'href="/r/1/"' in page


def test_who_comes_too_late_reads_the_words_of_the_records_own_page(light):
    """Whatever has words of its own for where it stands is named by them there, too."""
    for model, state in (("CourtDate", "called_off"), ("FollowUp", "cancelled"), ("Case", "on_hold"),
                         ("Demand", "complied"), ("Goal", "partly"), ("Absence", "refused"),
                         ("Purge", "listed"), ("Deadline", "met")):  # fmt: skip
        record = apps.get_model("cases", model)(state=state)
        said = str(record.STATES[state])
        page = get_template("409.html").render({"record": record, "url": "/r/1/"}, RequestFactory().get("/"))
        assert f"It stands at <b>{said}</b>" in page and said != state


def test_a_move_that_can_be_taken_back_says_so(light, rf):
    """A message may carry a button that takes the move back; a plain one carries none."""
    request = rf.get("/")
    request.session, request.user = {}, type("U", (), {"is_authenticated": False})()
    request._messages = FallbackStorage(request)
    notices.say(request, "Acknowledged.", undo="/undo/1/")
    notices.say(request, "Saved.")
    page = get_template("components/messages.html").render({"messages": get_messages(request)}, request)
    assert page.count("data-undo") == 1
    assert 'action="/undo/1/"' in page
