"""Every paper: who may have it, what it holds and what it never does, and that a name does it no harm."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from cases import summary_text
from cases.models import Wall
from orgs import clock
from orgs.models import AuditLine, DutyChange, DutyShift
from orgs.words import phone
from referrals import sheets
from referrals.projection import numbers_of
from tests.makers import handoff as handoffs
from tests.makers.campaign import a_campaign
from tests.makers.case import a_followup, a_person, active_release, open_case
from tests.makers.duty import a_court_date, a_goal, a_report
from tests.makers.referral import draft, sent

HARD = [
    "#panic() *bold* $x^2$ _x_ `raw` <label> @ref [content]",
    '"); #panic((" \\") \\u{41} /* x */ // y',
    "Élodie Ñúñez-Pérez, Fòs Lakay, Òganizasyon",
    "Kestrel 😀",
    "Maria " * 11 + "de los Ángeles",
    "x" * 80,
]
NAMES_HELP = re.compile(
    r"traffick|victim|abuse|assault|violence|shelter|police|trata|v[ií]ctima|abuso|vyolans|viktim|trafik",
    re.I,
)


def read(answer_or_bytes):
    """The words of a PDF, on one line; and its reader."""
    content = getattr(answer_or_bytes, "content", answer_or_bytes)
    reader = PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def squeezed(text):
    return re.sub(r"\s|-", "", text)


# Every paper that leaves by an address: how it is asked for.


def _case(world):
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(me, person=a_person(me, alias="Kestrel"))
        release = active_release(case, world.stt.organization, me)
    return case, release


def the_release(world):
    return world.stx.advocate, reverse("print_release", args=[_case(world)[1].pk])


def the_ledger(world):
    return world.stx.advocate, reverse("print_disclosures", args=[_case(world)[0].number]) + "?in=es"


def the_summary(world):
    address = reverse("print_summary_case", args=[_case(world)[0].number])
    return world.stx.advocate, f"{address}?whom=person&parts=court&parts=services&language=ht"


def the_receipt_of_a_case(world):
    return world.stx.supervisor, reverse("print_receipt_case", args=[_case(world)[0].number])


def the_snapshot(world):
    handoff = handoffs.acknowledged(world)
    return world.stt.supervisor, reverse("print_snapshot_handoff", args=[handoff.reference])


def the_card(world):
    return world.officer, reverse("print_card_referral", args=[sent(world).reference]) + "?language=ht"


def the_rota(world):
    return world.stx.intake_worker, reverse("print_duty_desk")


def the_poster(world):
    with world.acting(world.stx.administrator) as administrator:
        poster = a_campaign(administrator, language="es")
    return world.stx.administrator, reverse("print_campaign", args=[poster.pk]) + "?paper=a4&strips=on"


PAPERS = {
    the_release: ("en", True),
    the_ledger: ("es", True),
    the_summary: ("ht", True),
    the_receipt_of_a_case: ("en", True),
    the_snapshot: ("en", True),
    the_card: ("ht", True),
    the_rota: ("en", True),
    the_poster: ("es", False),  # hangs on a wall: neither who printed it nor when
}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.__name__)
def test_every_paper_can_be_read_aloud_says_who_printed_it_and_has_a_name_that_says_nothing(world, paper):
    """C20, R38, C11: tagged, titled, in its language; no-store; fonts are ours; a line in the audit."""
    (language, signed), (member, address) = PAPERS[paper], paper(world)
    with world.acting(member):
        before = set(AuditLine.objects.values_list("pk", flat=True))
    answer = world.client(member).get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="document.pdf"'
    words, reader = read(answer)
    assert reader.root_object["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in reader.root_object
    assert reader.root_object["/Lang"][:2] == language
    assert reader.metadata.title and reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.author is None and not reader.metadata.get("/CreationDate")
    assert "pdfuaid" in reader.root_object["/Metadata"].get_data().decode()
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1].split("-")[0]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts <= {"LibertinusSerif"}
    here = clock.today()
    assert (member.name in words and str(here.year) in words) is signed
    with world.acting(member):
        lines = AuditLine.objects.exclude(pk__in=before).filter(actor_id=member.pk)
        assert [verb for verb in lines.values_list("verb", flat=True) if verb.startswith("print")]


# The summary of a case


def summary(client, case, whom="person", parts=(), language="en"):
    said = {"whom": whom, "parts": list(parts), "language": language}
    return client.get(reverse("print_summary_case", args=[case.number]), said)


@pytest.fixture
def full(world):
    """A case with something of everything that a case can have."""
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(
            me, person=a_person(me, alias="Kestrel", name="Ana Testperson", phone="340 555 0142")
        )
        case.add_note("NOTEWORD of the advocate.", actor=me)
        a_followup(case, me, what="PLANNEDWORD about the bed")
        a_goal(case, me, "set")
        a_court_date(case, me, "set")
        active_release(case, world.stt.organization, me)
        a_report(case, me, "oral_made")
        Wall.build(case.person, world.stx.second_supervisor, actor=me, reason="other")
    return case


EVERYTHING = summary_text.FOR_PERSON


def test_a_summary_holds_what_was_chosen_and_nothing_else(world, full):
    """R34, R42, R29: no note, no wall, no report on any summary, whatever is chosen."""
    client, them = world.client(world.stx.advocate), world.stt.organization
    all_of_it, _reader = read(summary(client, full, parts=EVERYTHING))
    for said in ("Kestrel", full.number, "PLANNEDWORD", "340 555 0142", them.name, "34 U.S.C. 12291"):
        assert said in all_of_it, said
    assert "This paper is about me" in all_of_it
    little, _reader = read(summary(client, full, parts=["court"]))
    for said in ("PLANNEDWORD", "0142", them.name):
        assert said not in little, said
    for paper in (all_of_it, little):
        for never in (
            "NOTEWORD", "Report", "report", "Second Supervisor", "Restricted", "wall", "Ana Testperson",
        ):  # fmt: skip
            assert never not in paper, never


def test_a_paper_for_a_court_holds_nothing_that_only_the_person_reads(world, full):
    """R28, R37: not how they are reached, what they want, what is planned, and who else is told."""
    client = world.client(world.stx.advocate)
    paper, _reader = read(summary(client, full, "court", summary_text.FOR_COURT))
    assert "given to nobody" in paper and "Services given" in paper
    for said in ("PLANNEDWORD", "0142", world.stt.organization.name):
        assert said not in paper, said
    for part in set(EVERYTHING) - set(summary_text.FOR_COURT):
        answer = summary(client, full, "court", ["court", part])
        assert answer["Content-Type"].startswith("text/html") and "Not on a paper" in answer.content.decode()
        with world.acting(world.stx.advocate), pytest.raises(ValueError, match="not on a paper"):
            summary_text.compose(full, "court", [part], "en")


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_a_summary_is_in_the_language_of_its_reader(world, full, language):
    words = summary_text.words_in(language)
    paper, _reader = read(
        summary(world.client(world.stx.advocate), full, parts=EVERYTHING, language=language)
    )
    for said in ("title", "for_person", "court", "services", "goals", "plan", "never", "until"):
        assert words[said] in paper, said
    assert {tuple(summary_text.release_text.table("summary")[one]) for one in ("en", "es", "ht")} == {
        tuple(summary_text.release_text.table("summary")["en"])
    }


def test_a_summary_is_an_export_with_a_second_factor_and_a_line_of_what_it_held(world, full):
    """C8, C11: asked again after ten minutes; the line has the parts as codes."""
    me = world.stx.advocate
    client = world.client(me)
    summary(client, full, parts=["court", "plan"])
    with world.acting(me):
        line = AuditLine.objects.get(verb="print_summary", subject_id=full.pk)
        assert line.details["parts"] == ["court", "plan"] and line.details["whom"] == "person"
    session = client.session
    session["second_factor_at"] -= 11 * 60
    session.save()
    again = summary(client, full, parts=["court"])
    assert again.status_code == 302 and "/confirm/" in again.url and "parts%3Dcourt" in again.url


def test_whoever_is_walled_or_has_no_part_in_the_case_gets_no_summary(world, full):
    """R42, R6, C10: not the walled supervisor, a colleague, an administrator, another house, a referrer."""
    for member in (
        world.stx.second_supervisor, world.stx.colleague, world.stx.administrator, world.stt.supervisor,
        world.officer,
    ):  # fmt: skip
        client = world.client(member)
        assert summary(client, full, parts=["court"]).status_code == 404
        assert client.get(reverse("summarize_case", args=[full.number])).status_code == 404
    for member in (world.stx.advocate, world.stx.supervisor):
        page = world.client(member).get(reverse("summarize_case", args=[full.number])).content.decode()
        assert 'value="plan"' in page and not re.search(r'value="plan"[^>]* checked', page)


@pytest.mark.parametrize("name", HARD, ids=range(len(HARD)))
def test_no_name_harms_a_paper(world, name):
    """R17: a name is shown to the letter, on the summary, on the rota and on a card; never run."""
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(me, person=a_person(me, alias=name))
        a_followup(case, me, what=name)
        person = case.person.called
    on_paper, _reader = read(summary(world.client(me), case, parts=["planned"]))
    shown = squeezed(name.replace("😀", "[grinning face]"))
    assert squeezed(on_paper).count(shown) >= 1
    assert squeezed(person.replace("😀", "[grinning face]")) in squeezed(on_paper)
    with world.acting(world.stx.administrator):
        desk = world.stx.intake_worker
        type(desk).objects.filter(pk=desk.pk).update(name=name)
    rota, _reader = read(world.client(world.stx.supervisor).get(reverse("print_duty_desk")))
    assert shown in squeezed(rota)


# The card for a person at a scene


def card(world, packet, member=None, **said):
    return world.client(member or world.officer).get(
        reverse("print_card_referral", args=[packet.reference]), said
    )


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_the_plain_card_names_nothing_and_nobody(world, language):
    """R38, R1: numbers and the reference; no word of a crime, of help, of who asked or who answers."""
    packet = sent(world, alias="Kestrel", phone="340 555 0142", note="Only after five.")
    paper, _reader = read(card(world, packet, language=language))
    top = paper.split(sheets.table("card")[language]["plain"]["fold"])[0]  # the card itself
    for said in ("911", "340 555 0110", packet.reference):
        assert said in top, said
    for never in ("Kestrel", "0142", "after five", world.stx.organization.name, world.officer.name, "U.S.C."):
        assert never not in top, never
    assert not NAMES_HELP.search(top) and world.officer.name in paper
    assert "Kestrel" not in paper and "0142" not in paper


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_the_other_card_says_what_will_and_will_not_be_told(world, language):
    """R21: who answers, that nothing is told without a signature, that they can say no."""
    packet = sent(world)
    paper, _reader = read(card(world, packet, language=language, named="on"))
    form = sheets.table("card")[language]["named"]
    for said in (form["title"], *form["told"], world.stx.organization.name, packet.reference):
        assert said in paper, said
    assert not NAMES_HELP.search(paper.split(form["fold"])[0])


def test_a_card_is_for_the_officer_of_a_packet_that_was_sent(world):
    """R1, R6: the desk has none, another agency finds nothing, a draft has no number to give."""
    packet, unsent = sent(world), draft(world)
    assert card(world, packet, world.stx.intake_worker).status_code == 403
    for member in (world.prosecution.system_advocate, world.stt.supervisor):
        assert card(world, packet, member).status_code == 404
    assert card(world, unsent).status_code == 302
    receipt = world.client(world.officer).get(reverse("receipt_referral", args=[packet.reference]))
    assert reverse("print_card_referral", args=[packet.reference]) in receipt.content.decode()


def test_a_card_of_what_nobody_has_gives_the_numbers_of_the_island(world):
    """Nothing is dropped: whoever could not be reached by Causeway is given whom to call."""
    packet = sent(world)
    with world.acting(world.stx.intake_worker) as desk:
        packet.fail(actor=desk)
    paper, _reader = read(card(world, packet))
    help_ = [row for row in numbers_of("STX") if row.extra["kind"] == "help"]
    assert help_ and all(phone(row.extra["number"]) in paper for row in help_)
    assert "340 555 0110" not in paper


# The rota


def test_the_rota_shows_two_weeks_its_gaps_and_names_of_staff_alone(world):
    """R42: who is on and when nobody is, what is not as every week; no person, case or count of work."""
    stx, me = world.stx, world.stx.advocate
    today = clock.today()
    with world.acting(me):
        case = open_case(me, person=a_person(me, alias="Kestrel"))
        a_followup(case, me)
    with world.acting(stx.administrator) as administrator:
        DutyShift.objects.filter(organization=stx.organization, weekday=today.weekday()).delete()
        DutyChange.objects.create(
            organization=stx.organization,
            day=today + timedelta(days=1),
            starts="08:00",
            ends="12:00",
            user=stx.supervisor,
            instead_of=stx.intake_worker,
            made_at=clock.now(),
            made_by=administrator,
        )
    for member in (stx.supervisor, stx.intake_worker, stx.administrator):
        rota, reader = read(world.client(member).get(reverse("print_duty_desk")))
        assert stx.intake_worker.name in rota and rota.count("all day") == 2
        assert f"{stx.supervisor.name} instead of {stx.intake_worker.name}" in rota
        assert "For 48 hours nobody is on" in rota and "St. Thomas time" in rota
        assert f"{today.day} " in rota and "for the office alone" in rota
        assert "Kestrel" not in rota and case.number not in rota and len(reader.pages) <= 2
    for member in (stx.advocate, world.officer, world.vipd.administrator):
        assert world.client(member).get(reverse("print_duty_desk")).status_code == 404


# The poster


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_a_poster_is_safe_on_a_wall(world, language, paper):
    """R40: it names no crime and no help; a strip that is torn off has a number and an address alone."""
    with world.acting(world.stx.administrator) as administrator:
        said = {"language": language, "name": "NAMEWORD", "place": "PLACEWORD", "door": "write"}
        poster = a_campaign(administrator, **said)
    client = world.client(world.stx.administrator)
    address = reverse("print_campaign", args=[poster.pk])
    words, reader = read(client.get(address, {"paper": paper, "strips": "on"}))
    without, _reader = read(client.get(address, {"paper": paper}))
    said = sheets.table("poster")[language]
    assert len(reader.pages) == 1
    assert round(float(reader.pages[0].mediabox.height)) == {"letter": 792, "a4": 842}[paper]
    for needed in (said["title"], *said["lines"], said["danger"], "340 555 0110", poster.code):
        assert needed in words, needed
    assert not NAMES_HELP.search(words) and "NAMEWORD" not in words and "PLACEWORD" not in words
    assert words.count(poster.code) == 1 + sheets.STRIPS and without.count(poster.code) == 1
    assert "340 772 9111" in words  # of this island, where 911 from a mobile phone is answered elsewhere


def test_every_sheet_has_the_same_sentences_in_every_language():
    for name in ("poster", "card"):
        table = sheets.table(name)
        assert table["source"]
        for language in ("es", "ht"):
            assert table[language].keys() == table["en"].keys()
    for form in ("plain", "named"):
        for language in ("es", "ht"):
            card_of = sheets.table("card")
            assert card_of[language][form].keys() == card_of["en"][form].keys()
            assert len(card_of[language][form]["told"]) == len(card_of["en"][form]["told"])
