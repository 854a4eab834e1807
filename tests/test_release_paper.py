"""The release on paper: the text of the screen, in three languages, and nothing in it is a command."""

import io
import subprocess
from html import unescape

import pytest
from pypdf import PdfReader

from cases import ledger_text, release_text
from cases.models.release import CATEGORIES
from cases.release_paper import document_of, release_pdf
from orgs import clock, paper
from orgs.models import AuditLine
from tests.makers.case import SIGNATURE, a_person, active_release, draft_release, open_case

DRAWN = [[10, 10, 60, 90, 120, 20, 180, 120, 240, 30, 300, 80]]


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def them(world):
    return world.stt.organization


def words_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_paper_and_screen_say_the_same(world, me, them, language):
    """R17: every line of what was signed is on the paper, in the person's language, with its mark."""
    release = draft_release(open_case(me), them, me, language=language, interpreter="Mirlande (invented)")
    release.discuss(actor=me)
    release.sign(actor=me, **{**SIGNATURE, "signature": {"first": {"drawn": DRAWN}}})
    pdf = release_pdf(release, me, clock.now())
    said, words = words_of(pdf), release_text.table()[language]
    for section in release.text["sections"]:
        lines = section.get("lines") or [one for _label, values in section["facts"] for one in values]
        for line in (section["title"], *lines):
            assert " ".join(line.split()) in said, line
    assert release.signature["mark"] in said.replace(" ", "")
    assert words["law"] in said and me.name in said and "Bluebird" in said
    page = world.client(me).get(f"/releases/{release.pk}/").content.decode()
    assert '<svg class="drawn"' in page and "M10 10L60 90" in page


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_the_paper_can_be_read_by_a_screen_reader(me, them, language):
    """R17: tagged, titled, with its language: PDF/UA."""
    release = draft_release(open_case(me), them, me, language=language, interpreter="Mirlande (invented)")
    reader = PdfReader(io.BytesIO(release_pdf(release, me, clock.now())))
    assert reader.root_object["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in reader.root_object
    assert reader.root_object["/Lang"][:2] == language
    assert reader.metadata.title == release_text.table()[language]["title"]
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in reader.root_object["/Metadata"].get_data().decode()


ENDS = {
    "draft": lambda release, me: None,
    "discussed": lambda release, me: release.discuss(actor=me),
    "refused": lambda release, me: release.refuse(actor=me),
    "discarded": lambda release, me: release.discard(actor=me),
    "revoked": lambda release, me: release.revoke(actor=me),
    "ended": lambda release, me: release.revoke(actor=me, reason="DIED"),
    "superseded": lambda release, me: release.supersede(actor=me),
    "expired": lambda release, me: None,
}
SIGNED = ("revoked", "ended", "superseded", "expired")


def in_state(me, them, state, language):
    """A release of a person with much to say, so that its paper has more than one page."""
    terms = {"language": language, "interpreter": "Mirlande (invented)", "purpose": "Word after word. " * 17}
    terms["categories"] = [code for code in CATEGORIES if code != "TRANSFER"]
    release = draft_release(open_case(me), them, me, **terms)
    if state in SIGNED:
        release.discuss(actor=me)
        release.sign(actor=me, **SIGNATURE)
    ENDS[state](release, me)
    return release


@pytest.mark.parametrize("language", ["en", "es", "ht"])
@pytest.mark.parametrize("state", ENDS)
def test_a_paper_that_opens_nothing_says_so_first_and_on_every_page(world, me, them, state, language):
    """R19, R20: in the language of the release, with the day; and the page says it before all else."""
    release, words = in_state(me, them, state, language), release_text.words_in(language)
    moment = release.ended_at or clock.now()
    if state == "expired":
        moment = release.last_day
        world.hold(release.expires_at)
    kind = "unsigned" if state in ("draft", "discussed") else state
    sentence = release_text.table("standing")[language][kind]
    void = sentence.format(day=release_text.day(moment, words))
    pages = PdfReader(io.BytesIO(release_pdf(release, me, clock.now()))).pages
    assert len(pages) > 1
    for page in pages:
        assert " ".join(page.extract_text().split()).startswith(void)
    assert " ".join(pages[0].extract_text().split()).count(void) == 2, (
        "at the top of the page, and first of all"
    )
    page = unescape(world.client(me).get(f"/releases/{release.pk}/").content.decode())
    assert f'<p lang="{language}">{void}</p>' in page
    assert page.index(void) < page.index("What was agreed")


def test_a_paper_of_an_open_release_says_nothing_of_an_end(world, me, them):
    release = active_release(open_case(me), them, me)
    assert "void" not in document_of(release, me, clock.now())
    assert "Nothing may be told" not in world.client(me).get(f"/releases/{release.pk}/").content.decode()


def test_why_it_was_taken_back_is_on_its_page(world, me, them):
    """R20: who works the case reads every reason; everybody else on staff no more than they could write."""
    for reason, said, for_all in (
        ("WITHDRAWN", "Withdrawn by survivor", True),
        ("ERROR", "Entered in error", True),
        ("DIED", "The person died", False),
    ):
        release = active_release(open_case(me), them, me)
        release.revoke(actor=me, reason=reason)
        assert f"Why: {said}" in world.client(me).get(f"/releases/{release.pk}/").content.decode()
        page = world.client(world.stx.colleague).get(f"/releases/{release.pk}/").content.decode()
        assert "Nothing more may be told under it." in page and (said in page) is for_all


def test_every_way_to_open_nothing_is_said_in_every_language():
    table = release_text.table("standing")
    assert {tuple(table[language]) for language in release_text.LANGUAGES} == {tuple(table["en"])}
    assert set(ENDS) - {"draft", "discussed"} | {"unsigned"} == set(table["en"])


ATTACKS = [
    "#panic()",
    '#read("/etc/passwd")',
    "#sys.inputs.document",
    "#let x = while true {}",
    '#image("/etc/passwd")',
    "= Heading *bold* _x_ `raw` $x^2$ <label> @ref [content] // comment /* x */",
    '"); #panic(("',
    '\\") #panic() \\u{41}',
    "#{while true {}}",
    "-- \\ ~ --- ... 'quotes' \"double\" \\#",
]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_name_is_never_a_command_of_the_press(me, them, name):
    """R17: code of the typesetter in any field is printed letter by letter."""
    case = open_case(me, person=a_person(me, alias=name))
    release = draft_release(case, them, me, purpose=name, interpreter=name)
    said = words_of(release_pdf(release, me, clock.now())).replace(" ", "")
    assert said.count(name.replace(" ", "")) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A bed 😀 tonight", "A bed [grinning face] tonight"),
        ("Ask for 李 or 김", "Ask for [cjk unified ideograph-674e] or [hangul syllable gim]"),
        ("He follows her car 🚗🙂", "[automobile][slightly smiling face]"),
        ("Renée, Zoë, Ана, ملك", "Renée, Zoë, Ана,"),
    ],
)
def test_what_no_font_shows_stands_on_the_paper_by_its_name(text, said):
    """R17: whatever was typed, there is a paper, and nothing is left out of it."""
    plain = {"language": "en", "title": "A paper", "foot": ["Foot"], "page": "Page"}
    words = words_of(paper.pdf({**plain, "sections": [{"title": "For", "lines": [text, "The end."]}]}))
    assert said in words and "The end." in words


def test_a_press_that_takes_too_long_is_stopped(monkeypatch):
    """C22: after its seconds nothing comes, and the error quotes nothing of the document."""
    with pytest.raises(paper.NotPrinted) as refused:
        paper.pdf({"title": "Ana"}, seconds=0.001)
    assert "Ana" not in str(refused.value)


def test_what_the_press_cannot_set_is_an_error_without_the_text():
    """C25: a document that it cannot set comes back as an error that says nothing of it."""
    with pytest.raises(paper.NotPrinted) as refused:
        paper.pdf({"title": "Ana Testperson"})
    assert "Ana" not in str(refused.value) and refused.value.__cause__ is None


def test_the_press_can_write_nothing_and_has_little_memory():
    """R11: it runs apart from the application: no environment, no secrets, no file."""
    seen = {}

    def run(command, **how):
        seen.update(how, command=command)
        return subprocess.CompletedProcess(command, 0, b"%PDF-", b"")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper.subprocess, "run", run)
        paper.pdf({"title": "x"})
    assert seen["env"] == {} and seen["timeout"] == paper.SECONDS and "-I" in seen["command"]


def test_a_paper_is_handed_over_once_and_written_down(world, me, them):
    """C11, C20: no-store, a name that says nothing, and a line in the audit."""
    release = draft_release(open_case(me), them, me)
    answer = world.client(me).get(f"/releases/{release.pk}/print/")
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert AuditLine.objects.filter(verb="print", subject_id=release.pk).count() == 1
    said = words_of(answer.content)
    assert release_text.table()["en"]["not_signed"] in said


def test_who_may_only_take_it_back_gets_no_paper(world, me, them):
    """R20, C10: staff who can revoke do not print who it is about."""
    release = active_release(open_case(me), them, me)
    for member in (world.stx.intake_worker, world.stx.colleague):
        assert world.client(member).get(f"/releases/{release.pk}/print/").status_code == 403


def test_a_document_is_plain_data(me, them):
    release = draft_release(open_case(me), them, me)
    document = document_of(release, me, clock.now())
    assert set(document) == {"language", "title", "void", "page", "foot", "sections"}


@pytest.mark.parametrize(("language", "ways"), [("en", "By voice"), ("es", "De palabra"), ("ht", "Ak bouch")])
def test_the_ledger_is_hers_in_her_language_on_screen_and_paper(world, me, them, language, ways):
    """R26: what was told about me, to whom, when, under what: the same on both, in the person's language."""
    case = open_case(me, person=a_person(me, language=language))
    release = draft_release(case, them, me, method="verbal")
    release.discuss(actor=me)
    release.sign(actor=me, **SIGNATURE)
    told = "Meet at the ferry #panic() at noon"
    release.disclose(actor=me, categories=["SAFETY"], what=told, method="verbal")
    client, words = world.client(me), ledger_text.words_in(language)
    screen = client.get(f"/cases/{case.number}/disclosures/").content.decode()
    answer = client.get(f"/cases/{case.number}/disclosures/print/")
    on_paper = words_of(answer.content)
    signed = release_text.day(release.signed_at, words)
    for said in (
        words["title"],
        told,
        them.name,
        ways,
        words["categories"]["SAFETY"],
        words["under"],
        signed,
    ):
        assert said in screen and said in on_paper, said
    assert release_text.words_in(language)["law"] in on_paper
    assert f'<h1 lang="{language}">' in screen and answer["Cache-Control"] == "no-store"
    verbs = AuditLine.objects.filter(subject_id=case.pk, verb__in=("view_ledger", "print_ledger"))
    assert sorted(verbs.values_list("verb", flat=True)) == ["print_ledger", "view_ledger"]


def test_the_ledger_comes_in_any_of_three_languages_and_no_other(world, me):
    case = open_case(me, person=a_person(me, language="fr"))
    client = world.client(me)
    for asked, got in (("", "en"), ("?in=ht", "ht"), ("?in=../../etc", "en")):
        page = client.get(f"/cases/{case.number}/disclosures/{asked}").content.decode()
        assert ledger_text.words_in(got)["nothing"] in page
