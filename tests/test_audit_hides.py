"""The audit tells an administrator nothing of those whom they are walled from: no line, no count, no file."""

import io

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Merge, Person, SafeContactPlan, Wall
from config.permission_table import RECORDS, SEES
from orgs import audit, audit_file, audit_keep, audit_search, audit_week
from orgs.models import AuditExport, AuditLine
from orgs.record import Record
from orgs.tenancy import TenantModel
from referrals.models import Referral
from tests.makers.case import a_person, open_case
from tests.makers.every import build
from tests.makers.referral import acknowledged
from tests.test_permissions import city  # noqa: F401 - a fixture

# What is about the house, and not about one person.
OF_THE_HOUSE = {"breach", "breachnotice", "purge", "purgeitem", "purgecount", "persontoken", "absence"}
MOVED = {
    model._meta.model_name: model
    for model in apps.get_models()
    if issubclass(model, Record) and model._meta.model_name not in OF_THE_HOUSE
}


def test_every_record_with_moves_is_walked():
    """R42: a new one has its row in the table of permissions, and so comes by here."""
    assert set(MOVED) <= set(RECORDS) and len(MOVED) > 10


def rows_of(organization):
    """Two rows of every table of the rooms that is about people."""
    for app in ("cases", "referrals"):
        for model in apps.get_app_config(app).get_models():
            if issubclass(model, TenantModel) and model._meta.model_name not in OF_THE_HOUSE:
                yield from model._base_manager.filter(organization=organization)[:2]


@pytest.mark.parametrize("noun", sorted(MOVED))
def test_no_move_on_one_who_is_for_the_named_alone_is_found(city, noun):  # noqa: F811
    """R42: each move of the table of this record, and whatever is done to a row that hangs on the person."""
    world, model = city.world, MOVED[noun]
    with transaction.atomic():
        read = noun in ("referral", "inquiry")  # of nobody whom anybody knows, before
        state = "acknowledged" if read else next(iter(SEES[noun]))
        record = build(world, noun, state).record
        administrator, boss = world.stx.administrator, world.stx.supervisor
        with world.acting(boss):
            for person in Person.objects.filter(organization=boss.organization):
                Wall.build(person, administrator, actor=boss, reason="staff")
            verbs = {*model.MOVES, "view", "print", "anything"}
            for verb in verbs:
                audit.write(boss, verb, record)
            for row in rows_of(boss.organization):
                audit.write(boss, "anything", row)
            lines = AuditLine.objects.filter(organization=boss.organization, subject_id=record.pk)
            assert verbs <= set(lines.values_list("verb", flat=True))
        with world.acting(administrator):
            shown = audit_search.lines_for(administrator)
            assert not shown.filter(subject_id=record.pk).exists()
            left = shown.filter(verb="anything").values_list("subject_type", flat=True)
            assert not set(left), "a row about a person that no way leads from"
        transaction.set_rollback(True)


@pytest.fixture
def case(world):
    """The only administrator is helped here; the lines call their person by the key alone."""
    s = world.stx
    with world.acting(s.advocate):
        case = open_case(s.advocate)
        Wall.name_insiders(
            case.person, [s.advocate, s.supervisor], actor=s.supervisor, themselves=s.administrator
        )
        case.person.correct(actor=s.advocate, alias="Q")
        SafeContactPlan.make(case.person, actor=s.advocate, ways=["call"], reach_at="340 555 0142", never="z")
        other = open_case(s.supervisor, person=a_person(s.supervisor, alias="Twin"))
        Merge.make(Case.objects.get(pk=case.pk), other.person, actor=s.supervisor)
        old = {"member": str(s.administrator.pk), "reason": "self"}
        audit.write(s.supervisor, "wall", case.person, **old)
        gone = Person(organization=s.organization)  # purged since: no wall says any more who was kept out
        audit.write(s.supervisor, "wall", gone, **old)
        audit.write(s.supervisor, "wall", gone, member=str(s.colleague.pk), reason="staff")
    return case


def test_an_administrator_who_is_helped_here_does_not_read_it(world, case):
    """R42: on the page of the audit, by any question."""
    s, client = world.stx, world.client(world.stx.administrator)
    for asked in ("", "?verb=wall", "?verb=name_insiders", f"?record={case.number}", "?verb=merge"):
        page = client.get(reverse("audit") + asked).content.decode()
        rows = page[page.index("<tbody>") :] if "<tbody>" in page else ""
        assert str(s.administrator.pk) not in rows and "reason self" not in rows, asked
        assert str(s.colleague.pk) not in rows and "reason staff" not in rows, asked
        assert case.number not in rows and "insiders" not in rows and "merge" not in rows, asked
    with world.acting(s.administrator):
        of_themselves = {"member": str(s.administrator.pk)}
        assert not audit_search.lines_for(s.administrator).filter(details__contains=of_themselves).exists()


def test_a_line_about_a_wall_says_neither_who_nor_why(world, case):
    """R42: keyed, so that two lines about one wall can be compared; the wall says it to who may know."""
    with world.acting(world.stx.supervisor):
        lines = AuditLine.objects.filter(verb="wall", details__reason__isnull=True)
        assert len(lines) > 5
        for line in lines:
            assert set(line.details) == {"member"} and len(line.details["member"]) == 16


def test_the_week_counts_no_line_that_is_not_shown(world, case):
    """R42, C16: the same figures, with what was done about the person and without."""
    s = world.stx

    def week(reader):
        with world.acting(reader):
            return audit_week.findings(reader, audit_week.Week.of(timezone.now()))

    before, seen = week(s.administrator), week(s.supervisor)
    with world.acting(s.supervisor):
        for _ in range(9):
            audit.write(s.supervisor, "break_glass", case)
            audit.write(s.colleague, "view", case.person, outcome="denied")
    assert week(s.administrator) == before
    assert len(week(s.supervisor)) > len(seen)


def test_the_report_on_a_record_is_no_way_to_it(world, case):
    """R42: neither the report itself, nor the line of somebody else's."""
    s = world.stx
    with world.acting(s.supervisor):
        audit.write(s.supervisor, "view_access_report", None, found=1, of=case.number)
    with world.acting(s.administrator):
        assert not audit_search.lines_for(s.administrator).filter(details__of=case.number).exists()
        assert not audit_search.who_opened(audit_search.lines_about(s.administrator, case.number))


def test_a_packet_that_was_sent_on_takes_no_wall_along(world):
    """R42: its row is another house's then; its lines stay here, and the wall before them."""
    packet, intake = acknowledged(world)
    reader, boss = world.stx.administrator, world.stx.supervisor
    with world.acting(boss):
        Wall.build(intake.person, reader, actor=boss, reason="other")
        Referral.objects.get(pk=packet.pk).reroute(world.stt.organization, "other_service", actor=boss)
        audit.write(boss, "view", label=packet.reference)  # what is about it and names no record
        unnamed = audit.line(boss, "view", packet)
        unnamed.subject_label = ""
        unnamed.save(force_insert=True)
        assert AuditLine.objects.filter(subject_label=packet.reference).count() > 3
    with world.acting(reader):
        lines = audit_search.lines_for(reader)
        assert not lines.filter(subject_id=packet.pk).exists()
        assert not lines.filter(subject_label=packet.reference).exists()
        file, _made = audit_keep.export(
            reader.organization, audit_keep.last_of(reader.organization), actor=reader
        )
    assert packet.reference.encode() not in file
    page = world.client(reader).get(reverse("access_report"), {"record": packet.reference})
    assert "Nobody has had to do" in page.content.decode()


def test_the_questions_are_as_many_whatever_is_hidden(world, case):
    """R42: one for the numbers and one for the lines."""
    s = world.stx
    with world.acting(s.administrator):
        audit_search.lines_for(s.administrator)  # put into SQL once
        with CaptureQueriesContext(connection) as asked:
            list(audit_search.lines_for(s.administrator)[:50])
    assert len(asked) == 2


def exported(world):
    s = world.stx
    with world.acting(s.administrator):
        content, made = audit_keep.export(
            s.organization, audit_keep.last_of(s.organization), actor=s.administrator
        )
        return content, AuditExport.objects.get(pk=made.pk).withheld


def test_a_file_of_the_audit_shows_no_such_line_and_stays_whole(world, case):
    """R42, C14, C15: the text lies with the export, sealed; with it each hash is computed."""
    s = world.stx
    content, withheld = exported(world)
    for told in (
        case.number,
        str(case.pk),
        str(case.person_id),
        str(s.colleague.pk),
        "reason",
        "name_insiders",
    ):
        assert told.encode() not in content
    assert content.count(b" withheld\n") == len(withheld) > 10
    assert f"{len(withheld)} lines are withheld" in audit_file.verify(io.BytesIO(content), {})
    assert "withheld" not in audit_file.verify(io.BytesIO(content), {}, withheld=withheld)


def test_nothing_can_be_put_in_the_place_of_a_withheld_line(world, case):
    """C14: another text does not have its hash, and another hash does not lead on."""
    with world.acting(world.stx.supervisor):
        audit.write(world.stx.supervisor, "list", Case)
    content, withheld = exported(world)
    number = next(iter(withheld))
    other = {**withheld, number: withheld[number].replace("Advocate", "Somebody").replace("enter", "leave")}
    if other[number] == withheld[number]:
        other[number] = withheld[number] + " "
    with pytest.raises(audit_file.Broken, match=f"line {number} was changed"):
        audit_file.verify(io.BytesIO(content), {}, withheld=other)
    rows = content.split(b"\n")
    last = max(i for i, row in enumerate(rows[:-2]) if row.endswith(b" withheld") and b"[" in rows[i + 1])
    rows[last] = b"0" * 64 + b" withheld"
    with pytest.raises(audit_file.Broken, match="was changed"):
        audit_file.verify(io.BytesIO(b"\n".join(rows)), {})
