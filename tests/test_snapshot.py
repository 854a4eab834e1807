"""A snapshot: whose copy it is stands on every page of it, and it shuts in the instant of the withdrawal."""

import io
import threading

import pytest
from pypdf import PdfReader

from cases.models import Release
from orgs import audit
from orgs.models import AuditLine
from orgs.record import IllegalMove
from referrals.models import Handoff
from referrals.views import snapshot
from tests.makers import handoff as make
from tests.test_cases_concurrency import in_another_connection


def url(handoff, verb):
    return f"/handoffs/{handoff.reference}/{verb}/"


def test_every_page_on_paper_says_whose_copy_it_is_and_when(world):
    """R27, C20: recipient and time on the page and across it, with the law; a line in the reader's audit."""
    handoff = make.acknowledged(world)
    reader = world.stt.supervisor
    answer = world.client(reader).get(url(handoff, "snapshot/print"))
    assert answer["Cache-Control"] == "no-store" and "document.pdf" in answer["Content-Disposition"]
    document = PdfReader(io.BytesIO(answer.content))
    for page in document.pages:
        said = " ".join(page.extract_text().split())
        assert said.count(f"Copy for {reader.organization.name}") >= 1 and reader.name in said
        assert "34 U.S.C. 12291" in said
    assert "Bluebird" in " ".join(page.extract_text() for page in document.pages)
    with world.acting(reader):
        assert AuditLine.objects.filter(subject_id=handoff.pk, verb="print_snapshot").count() == 1


@pytest.mark.parametrize("how", ["expired", "revoked"])
@pytest.mark.parametrize("verb", ["snapshot", "snapshot/print"])
def test_screen_and_paper_stop_with_the_release(world, how, verb):
    """R27: on the next request after the end, by the database's clock."""
    handoff = make.acknowledged(world, days=3)
    client = world.client(world.stt.supervisor)
    assert client.get(url(handoff, verb)).status_code == 200
    if how == "expired":
        world.forward(days=3)
    else:
        with world.acting(world.stx.colleague) as anyone:
            handoff.own_file().release.revoke(actor=anyone)
    late = client.get(url(handoff, verb))
    assert late.status_code == 409 and b"Bluebird" not in late.content


def test_nothing_can_be_written_through_a_snapshot(world):
    """R27: it takes no POST, and its page has no form but those of every page."""
    handoff = make.acknowledged(world)
    client = world.client(world.stt.supervisor)
    for verb in ("snapshot", "snapshot/print"):
        assert client.post(url(handoff, verb), {"name": "x"}).status_code == 405
    page = client.get(url(handoff, "snapshot")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main and "<input" not in main


def test_whoever_opens_it_while_it_is_taken_back_opens_nothing(committed, rf):
    """R20, R27: the one who opens waits for the withdrawal under way, and then it is shut."""
    handoff = make.acknowledged(committed)
    me, reader = committed.stx.advocate, committed.stt.supervisor
    begun = threading.Event()
    waiting = audit.crossing

    def crossing():
        begun.set()
        waiting()

    def late():
        request = rf.get("/")
        request.user = reader
        return snapshot.opened(request, handoff.reference, "open_snapshot")

    with committed.acting(me):
        release = Release.objects.get(handoff_files__handoff=handoff)
        release.revoke(actor=me)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(snapshot.audit, "crossing", crossing)
            thread, came = in_another_connection(committed, reader, late)
            assert begun.wait(10)
            thread.join(0.5)
            assert thread.is_alive() and not came
    thread.join(10)
    assert isinstance(came[0], IllegalMove)
    with committed.acting(reader):
        assert Handoff.objects.get().release_has_ended


@pytest.fixture(autouse=True)
def _own_members(request):
    """Members are found here, before a thread asks for them."""
    if "committed" in request.fixturenames:
        world = request.getfixturevalue("committed")
        for member in (world.stx.advocate, world.stt.supervisor, world.stt.intake_worker):
            assert member.organization.name
