"""Notes on coaching: for supervisors, about a colleague's work, beside every case and in none of them."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from cases.models import CoachingNote, LegalHold, Wall
from orgs import retention
from orgs.models import AuditLine
from tests.makers.case import open_case
from tests.test_retention import carried_out, full_case, left_of

SAID = "Calls back the same day; writes too long."


def write(world, who=None, **typed):
    client = world.client(who or world.stx.supervisor)
    form = {"about": str(world.stx.advocate.pk), "number": "", "text": SAID}
    return client.post(reverse("write_coachingnote"), form | typed)


def listed(world, who, query=""):
    return world.client(who).get(reverse("coachingnotes") + query).content.decode()


def test_supervisors_read_a_note_and_the_one_it_is_about_never_does(world):
    """C10, R6: another supervisor reads it; whom it is about finds nothing, a supervisor among them."""
    answer = write(world)
    note = answer.url
    second = world.client(world.stx.second_supervisor)
    assert SAID in second.get(note).content.decode()
    assert second.post(f"{note}add/", {"text": "Shorter since July."}).url == note
    page = world.client(world.stx.supervisor).get(note).content.decode()
    assert SAID in page and "Shorter since July" in page
    for member in (world.stx.advocate, world.stx.colleague, world.stx.intake_worker, world.stx.administrator,
                   world.stt.supervisor):  # fmt: skip
        client = world.client(member)
        for url in (reverse("coachingnotes"), reverse("write_coachingnote"), note, f"{note}add/"):
            if member != world.stt.supervisor or url == note:
                assert client.get(url).status_code == 404, (member.role, url)
    of_second = write(world, about=str(world.stx.second_supervisor.pk), text="Leads the team well.").url
    assert second.get(of_second).status_code == 404
    assert of_second in listed(world, world.stx.supervisor)
    assert of_second not in listed(world, world.stx.second_supervisor)
    with world.acting(world.stx.administrator):
        lines = AuditLine.objects.filter(subject_type="coachingnote")
        assert lines.filter(verb="write_coaching").count() == 3 and lines.filter(verb="view").exists()
        assert SAID not in str([line.details for line in AuditLine.objects.all()])


def test_a_note_that_names_a_case_is_there_for_those_who_may_see_the_case(world):
    """R42: who is walled from its person finds no note, no count of it and no number."""
    boss, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(boss):
        case = open_case(world.stx.advocate)
    note = write(world, number=case.number).url
    assert case.number in listed(world, second) and world.client(second).get(note).status_code == 200
    with world.acting(boss):
        Wall.build(case.person, second, actor=boss, reason="other")
    assert note not in listed(world, second) and "No note yet" in listed(world, second)
    assert world.client(second).get(note).status_code == 404
    mine, nobodys = (
        write(world, second, number=number).content.decode() for number in (case.number, "C-9999")
    )
    assert "There is no case of this number that you may see" in mine and SAID in mine
    said = [re.sub(r"<[^>]+>", "", page[page.index("<main") :]) for page in (mine, nobodys)]
    assert said[0] == said[1]


def test_what_was_noted_is_neither_changed_nor_deleted(world):
    """C14: the application's own role adds a note and reads it; what is wrong is added to."""
    with world.acting(world.stx.supervisor) as boss:
        note = CoachingNote.write(world.stx.advocate, SAID, actor=boss)
        for act in (
            lambda: CoachingNote.objects.update(about=boss),
            lambda: note.save(),
            lambda: note.delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()


@pytest.mark.parametrize("text", ["See C-0412.", "as with i-31", "It was VI-7K3Q-92.", "SSN 123-45-6789"])
def test_a_text_names_no_record_and_no_number(world, text):
    """R42, C1: a number in the text would pass every wall; it goes into its own field."""
    answer = write(world, text=text).content.decode()
    assert ("own field" in answer or "Social Security" in answer) and text in answer
    with world.acting(world.stx.supervisor) as boss:
        assert not CoachingNote.objects.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            CoachingNote.write(boss, "Of myself.", actor=boss)


def test_no_page_or_paper_of_a_case_has_a_word_of_it(world):
    """R28, R34: not the case, its ledger, its receipt, nor anything that it is asked for."""
    with world.acting(world.stx.supervisor):
        case = open_case(world.stx.advocate)
    write(world, number=case.number)
    client = world.client(world.stx.supervisor)
    for name in (
        "view_case",
        "disclosures",
        "print_disclosures",
        "receipt_case",
        "clocks_case",
        "close_case",
    ):
        page = client.get(reverse(name, args=[case.number]))
        assert b"Calls back" not in page.content and b"oaching" not in page.content.split(b"<main")[-1], name


def test_notes_have_a_period_of_their_own_and_go_with_the_case_that_they_name(world):
    """R35: two years and reviewed by two; a legal hold on the person of its case keeps it."""
    with world.acting(world.stx.supervisor) as boss:
        case = open_case(world.stx.advocate)
        free = CoachingNote.write(world.stx.advocate, SAID, actor=boss)
        of_case = CoachingNote.write(world.stx.advocate, SAID, actor=boss, case=case)
        free.add("More.", actor=boss)
        kind = retention.KINDS["coaching"]
        assert not retention.due(boss.organization, kind)
        world.forward(days=740)
        assert dict(retention.due(boss.organization, kind)) == {free.pk: None, of_case.pk: case.person_id}
        assert dict(kind.describe([free.pk]))[free.pk][1:] == ("", "")
        LegalHold.place(case, actor=boss, reason="audit", review_at=world.now + timedelta(days=30))
        assert dict(retention.due(boss.organization, kind)) == {free.pk: None}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_coachingnote WHERE text::text LIKE '%Calls%'")
            assert cursor.fetchone() == (0,)


def test_a_note_goes_with_the_case_that_it_names_however_new_it_is(world):
    """R35, R42: the walls of its person go then, and nothing that stood behind them may stay."""
    case = full_case(world)
    world.forward(days=7 * 366 + 30)
    with world.acting(world.stx.supervisor) as boss:
        first = CoachingNote.write(world.stx.advocate, SAID, actor=boss, case=case)
        first.add("More.", actor=boss)
        free = CoachingNote.write(world.stx.advocate, SAID, actor=boss)
    carried_out(world)
    with world.acting(world.stx.supervisor):
        assert list(CoachingNote.objects.all()) == [free] and left_of(case) == set()
