"""The weekly reading of the audit: what stands out and what does not, said against what is usual (C16)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from cases.models import Wall
from orgs import audit_search
from orgs.audit_week import Week, findings
from orgs.findings import KINDS, Finding, stands_out, usual
from orgs.models.audit_review import WEEK
from tests.makers.audit import lay_down
from tests.makers.case import open_case

MONDAY = datetime(2026, 3, 9, 4, tzinfo=UTC)  # midnight on the islands


def at(day=0, hour=10, minute=0, weeks=0):
    """A moment of that week in islands' time, or of one so many weeks before."""
    return MONDAY + timedelta(days=day - 7 * weeks, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("kind", "count", "before", "asked"),
    [
        ("many", 41, (9, 9, 9, 9), True),
        ("many", 19, (0, 0, 0, 0), False),  # below the floor
        ("many", 41, (30, 30, 30, 30), False),  # usual for them
        ("many", 61, (30, 30, 30, 30), True),
        ("denied", 3, (0, 0, 0, 0), True),
        ("denied", 2, (0, 0, 0, 0), False),
        ("glass", 1, (9, 9, 9, 9), True),  # each time, whatever is usual
        ("keys", 1, (), True),
        ("printed", 5, (0, 0, 0, 10), True),
        ("printed", 6, (0, 0, 2, 10), False),
    ],
)
def test_what_stands_out_is_more_than_twice_the_usual_and_above_a_floor(kind, count, before, asked):
    """C16: against a member's own four weeks before, weeks without any included."""
    assert stands_out(kind, count, usual(before)) is asked


def test_a_finding_is_a_sentence_with_its_figures_and_no_record():
    """C16: by count and days, against what is usual."""
    said = Finding("many", 41, 9, "1", "Ana R.", "advocate", days=3).sentence
    assert said == "Ana R. opened 41 records on 3 days; 9 a week is usual for them in the four weeks before."
    assert Finding("glass", 1, 0, "1", "Ana R.").sentence == "Ana R. broke the glass once."
    assert "less than one a week" in Finding("denied", 3, 0, "1", "Ana R.").sentence
    for kind in KINDS:
        one = Finding(kind, 2, 1, name="" if kind == "record" else "Ana R.", record="C-0001")
        assert "%" not in one.sentence and str(one.why) and str(one.title)


def test_a_week_begins_on_monday_at_midnight_on_the_islands():
    """C16: not at midnight UTC."""
    week = Week.of(MONDAY)
    assert week.starts == MONDAY and week.ends == MONDAY + timedelta(days=7)
    assert Week.of(MONDAY - timedelta(minutes=1)) == week.after(-1)
    assert all(kind != WEEK for kind in KINDS)


def filled(world):
    """A week with one of everything, four weeks before it, and what is just not enough, on St. Croix."""
    here = world.stx
    busy, calm = here.advocate, here.colleague
    rows = [{"at": at(hour=9, minute=n), "actor": busy, "subject_label": f"C-1{n:03}"} for n in range(21)]
    rows += [{"at": at(1, 9, n), "actor": calm, "subject_label": f"C-1{n:03}"} for n in range(17)]
    for week in (1, 2, 3, 4):  # a usual week of nine for one, and of twenty-one for another
        rows += [{"at": at(2, 9, n, week), "actor": busy, "subject_label": f"C-2{n:03}"} for n in range(9)]
        rows += [
            {"at": at(2, 9, n, week), "actor": here.supervisor, "subject_label": f"C-2{n:03}",
             "permission": "view_case by role"}
            for n in range(21)
        ]  # fmt: skip
    rows += [
        {"at": at(3, 9, n), "actor": here.supervisor, "subject_label": f"C-3{n:03}",
         "permission": "view_case by role"}
        for n in range(22)
    ]  # fmt: skip
    rows += [
        {"at": at(4, 9, n), "actor": here.second_supervisor, "subject_label": f"C-4{n:03}",
         "permission": "view_release by role"}
        for n in range(10)
    ]  # fmt: skip
    readers = (busy, calm, here.supervisor, here.second_supervisor, here.intake_worker)
    rows += [{"at": at(4, 11), "actor": who, "subject_label": "C-0777"} for who in readers]
    rows += [{"at": at(4, 11), "actor": who, "subject_label": "C-0778"} for who in readers[:4]]
    rows += [{"at": at(0, 12), "actor": busy, "verb": "advance", "outcome": "denied"}] * 3
    rows += [{"at": at(0, 12), "actor": calm, "outcome": "denied"}] * 2
    counted = {
        "break_glass": 1, "export": 1, "fail_step_up": 3, "lock_account": 1, "change_member": 1,
        "recover_keys": 1, "view_audit": 20, "search": 30, "write_note": 90,
    }  # fmt: skip
    for verb, times in counted.items():
        rows += [{"at": at(0, 13), "actor": busy, "verb": verb}] * times
    almost = {"fail_sign_in": 2, "view_audit": 19, "search": 29, "print_ledger": 4}
    for verb, times in almost.items():
        rows += [{"at": at(0, 13), "actor": calm, "verb": verb}] * times
    rows += [{"at": at(0, 13), "actor": busy, "verb": "print"}] * 5
    rows += [{"at": at(0, 3), "actor": None, "verb": "compare_access", "outcome": "failed"}]
    rows += [{"at": at(0, 3), "actor": None, "verb": "sign_head"}]
    return rows


def found_in(world, reader=None, week=None):
    reader = reader or world.stx.administrator
    with world.acting(reader):
        return {(one.kind, one.name or one.record): one for one in findings(reader, week or Week.of(MONDAY))}


def test_each_finding_shows_and_what_is_not_enough_does_not(committed):
    """C16: every kind, of one who did it and of one who did just not; for its own week and its own house."""
    lay_down(committed.stx.organization, filled(committed))
    busy, calm = committed.stx.advocate.name, committed.stx.colleague.name
    found = found_in(committed)
    assert {kind for kind, _who in found} == set(KINDS) - {"hours"}
    assert {who for kind, who in found if kind == "record"} == {"C-0777"}
    assert {who for kind, who in found if kind not in ("record", "beyond", "system")} == {busy}
    assert {who for kind, who in found if kind == "beyond"} == {committed.stx.second_supervisor.name}
    assert calm not in {who for _kind, who in found}
    many = found["many", busy]
    assert (many.count, many.usual, many.days) == (23, 9, 2)
    assert (found["denied", busy].count, found["failed", busy].count) == (3, 3)
    assert found_in(committed, week=Week.of(MONDAY).after(1)) == {}
    assert found_in(committed, committed.stt.administrator) == {}
    _links_lead_to_the_lines(committed, found)
    _asked_in_as_many_questions(committed)


def _links_lead_to_the_lines(world, found):
    """From a finding to the search with its filters set."""
    week, client = Week.of(MONDAY), world.client(world.stx.administrator)
    for kind, count in {"denied": 3, "failed": 3, "glass": 1}.items():
        asked = found[kind, world.stx.advocate.name].search(week)
        page = client.get(reverse("audit"), asked)
        assert len(page.context["lines"]) == count, kind
    page = client.get(reverse("review_audit"), {"week": "2026-03-09"}).content.decode()
    assert "opened 23 records on 2 days; 9 a week is usual" in page and "outcome=denied" in page
    assert "C-1001" not in page and "C-0777 was opened by 5 members" in page


def _asked_in_as_many_questions(world):
    """A full week costs what an empty one does, and no line is read that is not of the five weeks."""
    from django.test.utils import CaptureQueriesContext

    reader, counts = world.stx.administrator, []
    with world.acting(reader):
        audit_search.hidden_from(reader)
        for week in (Week.of(MONDAY), Week.of(MONDAY).after(2)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                findings(reader, week)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_working_hours_are_those_of_the_islands_and_of_the_house(committed):
    """C16: 21:00 in UTC is 17:00 here; a shift, an hour before closing, one's own habit are no finding."""
    here, house = committed.stx, committed.stx.organization
    looks = {
        here.advocate: [at(0, 22)] * 5,  # two in the morning, in UTC
        here.colleague: [at(1, 16, 59)] * 9,  # 20:59 in UTC, and the desk is open
        here.intake_worker: [at(2, 23)] * 9,  # on their shift, round the clock
        here.supervisor: [at(5, 12)] * 5,  # a Saturday
        here.second_supervisor: [at(0, 7, 59)] * 4,  # just not often enough
        here.administrator: [at(3, 20, 0, week) for week in (0, 0, 0, 0, 0, 0, *[1] * 4, *[2] * 4, *[3] * 4)],
    }
    rows = [
        {"at": moment, "actor": who, "subject_label": "C-0001"}
        for who, when in looks.items()
        for moment in when
    ]
    lay_down(house, rows)
    found = {who for kind, who in found_in(committed) if kind == "hours"}
    assert found == {here.advocate.name, here.supervisor.name}
    with committed.acting(here.administrator):
        house.desk_close, house.quiet_start = "23:00", "23:30"
        house.save()
    here.__dict__.pop("administrator")
    assert {who for kind, who in found_in(committed) if kind == "hours"} == {here.supervisor.name}


def test_no_figure_counts_what_the_reader_is_walled_from(committed):
    """R42: in none of the counts, and the page is the same as if the record were not there."""
    here, admin = committed.stx, committed.stx.administrator
    with committed.acting(here.advocate):
        kept, open_one = open_case(here.advocate), open_case(here.advocate)
    readers = (here.advocate, here.colleague, here.supervisor, here.second_supervisor, here.intake_worker)
    rows = []
    for number in (kept.number, open_one.number):
        rows += [{"at": at(4, 19), "actor": who, "subject_label": number} for who in readers]
        for verb in ("break_glass", "export", "print", "print", "print"):
            rows += [{"at": at(1, 9), "actor": here.advocate, "verb": verb, "subject_label": number}]
        rows += [{"at": at(2, 9), "actor": here.advocate, "subject_label": number, "outcome": "denied"}] * 2
    rows += [{"at": at(0, 9, n), "actor": here.colleague, "subject_label": f"C-9{n:03}"} for n in range(18)]
    lay_down(here.organization, rows)
    before = found_in(committed)
    with committed.acting(here.advocate):
        Wall.build(kept.person, admin, actor=here.advocate, reason="other")
    after = found_in(committed)
    lost = {("record", kept.number), ("denied", here.advocate.name), ("printed", here.advocate.name),
            ("many", here.colleague.name)}  # fmt: skip
    assert set(before) - set(after) == lost
    assert [after[kind, here.advocate.name].count for kind in ("glass", "taken")] == [1, 1]
    page = committed.client(admin).get(reverse("review_audit"), {"week": "2026-03-09"}).content.decode()
    assert kept.number not in page and open_one.number in page and "wall" not in page.lower()
