"""Notes and services: the organization's own, added to and never overwritten; and the time line of a case."""

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from cases.models import Note
from cases.timeline import PAGE, timeline
from tests.asking import QUERIES, page_asked
from tests.makers.case import a_followup, active_release, open_case


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


def test_a_note_is_added_to_and_not_changed(world, me):
    """R34: the database takes notes and refuses to change or delete one; a correction stands below it."""
    case = open_case(me)
    note = case.add_note("Room 2.", actor=me)
    case.add_note("It was room 3.", actor=me, corrects=note)
    note.text = "Room 4."
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        note.save()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Note.objects.filter(pk=note.pk)._raw_delete("default")
    [entry] = [moment for moment in timeline(case)[0] if moment.text == "Room 2."]
    assert [text for _at, _who, text in entry.notes] == ["It was room 3."]


def test_an_addendum_to_an_addendum_belongs_to_the_note(me):
    case = open_case(me)
    note = case.add_note("One", actor=me)
    second = case.add_note("Two", actor=me, corrects=note)
    assert case.add_note("Three", actor=me, corrects=second).corrects == note


def test_a_closed_case_takes_an_addendum_and_no_note(world, me):
    case = open_case(me)
    note = case.add_note("One", actor=me)
    case.request_closure("goals_met", actor=me)
    case.close(actor=world.stx.supervisor)
    client = world.client(me)
    assert client.post(reverse("write_note", args=[case.number]), {"text": "New"}).status_code == 409
    assert (
        client.post(reverse("correct_note", args=[case.number, note.pk]), {"text": "More"}).status_code == 302
    )


def test_a_note_of_another_case_is_not_found(world, me):
    """R6: an address made of two records that do not belong together leads nowhere."""
    case, other = open_case(me), open_case(me)
    note = other.add_note("One", actor=me)
    assert world.client(me).get(reverse("correct_note", args=[case.number, note.pk])).status_code == 404


def test_notes_are_no_part_of_what_is_told(world, me):
    """R34: nothing of a note can be read at the release, in the ledger or under any of its categories."""
    case = open_case(me)
    case.log_contact(actor=me, way="call", outcome="reached", text="Only for us.")
    release = active_release(case, world.stt.organization, me)
    release.disclose(actor=me, categories=["SAFETY"], what="She is safe", method="system")
    client = world.client(me)
    for url in (release.get_absolute_url(), reverse("disclosures", args=[case.number])):
        page = client.get(url).content.decode()
        assert "She is safe" in page and "Only for us." not in page
    assert "note" not in {field.name for field in type(release)._meta.get_fields()}


def test_nobody_elsewhere_has_the_rows(world, me):
    case = open_case(me)
    case.add_note("One", actor=me)
    assert Note.objects.count() == 1
    with world.acting(world.stt.supervisor):
        assert not Note.objects.exists()


@pytest.mark.parametrize("text", ["", "x" * 8001, "Social 123-45-6789"])
def test_a_wrong_note_is_kept_on_the_page(world, me, text):
    """C1: a number that may not be here is refused, and what was typed is not lost."""
    case = open_case(me)
    answer = world.client(me).post(reverse("write_note", args=[case.number]), {"text": text})
    assert "text" in answer.context["form"].errors and text in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    "said", [{"code": "Z9"}, {"on": "2099-01-01"}, {"on": "monday"}, {"minutes": "1441"}], ids=str
)
def test_a_wrong_service_is_not_kept(world, me, said):
    case = open_case(me)
    answer = world.client(me).post(
        reverse("give_service", args=[case.number]), {"code": "C1", "on": "2020-01-01", **said}
    )
    assert set(said) == set(answer.context["form"].errors) and not case.services.exists()


def test_pages_of_the_time_line_lose_nothing(world, me):
    """Moments of one transaction stay together and every moment is on one page and only one."""
    case = open_case(me)
    for number in range(PAGE + 9):
        world.forward(minutes=1)
        case.log_contact(
            actor=me, way="call", outcome="no_answer", text=f"Try {number}", services=["C1", "C2", "C3", "C4"]
        )
    seen, before = [], None
    while True:
        moments, before = timeline(case, before)
        seen += [moment.text for moment in moments if moment.text.startswith("Try")]
        assert all(len(moment.tags) == 4 for moment in moments if moment.text.startswith("Try"))
        if before is None:
            break
    assert seen == [f"Try {number}" for number in reversed(range(PAGE + 9))]


def test_the_case_page_asks_twelve_times_whatever_is_in_it(world, me):
    case = open_case(me)
    client = world.client(me)

    def queries():
        return len(page_asked(client, case.get_absolute_url())[1])

    few = queries()
    for number in range(30):
        world.forward(minutes=1)
        case.log_contact(actor=me, way="call", outcome="reached", text=f"Try {number}", services=["C1"])
        a_followup(case, me)
    active_release(case, world.stt.organization, me).disclose(
        actor=me, categories=["SAFETY"], what="x", method="system"
    )
    queries()  # the clock went on, and with it the session
    assert few == queries() <= QUERIES
