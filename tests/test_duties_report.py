"""The mandated report: by voice at once, in writing in 48 hours, the least facts, its lines in the ledger."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cases.forms.report import ReportFactsForm
from cases.models import (
    Breach,
    Certification,
    Deadline,
    Demand,
    Disclosure,
    MandatedReport,
    OtipRequest,
    Wall,
)
from orgs import access_index, clock
from orgs.models import AuditLine, Reminder, User
from orgs.record import IllegalMove
from orgs.words import exactly, local
from tests.makers.case import a_person, open_case
from tests.makers.demand import SERVED
from tests.makers.duty import REPORT_FACTS, a_report, by_voice
from tests.makers.intake import a_walk_in, in_state
from tests.test_release_paper import words_of


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def case(me):
    return open_case(me)


def running(record):
    rows = Reminder.objects.filter(subject_id=record.pk, fired_at=None).order_by("rung")
    return {row.clock: row for row in reversed(rows)}


def test_a_report_is_due_by_voice_at_once_and_in_writing_in_48_hours(case, me):
    """R29: both clocks count from the suspicion, whoever has the case hears first, then the supervisors."""
    report = a_report(case, me, hours=3)
    assert report.written_due_at == report.since + timedelta(hours=48)
    assert report.oral_due_at == report.due_at == report.since + timedelta(hours=1)
    clocks = running(report)
    assert clocks.keys() == {"report_abuse_orally", "report_abuse"}
    assert clocks["report_abuse"].due_at == report.written_due_at
    assert {row.owner_id for row in clocks.values()} == {me.pk}
    by_voice(report, me)
    assert running(report).keys() == {"report_abuse"} and report.due_at == report.written_due_at
    assert running(report)["report_abuse"].due_at == report.since + timedelta(hours=48)


def test_an_organization_makes_the_48_hours_shorter(world, case, me):
    """R29: its own figure counts when it is shorter."""
    me.organization.clocks = {"report_abuse": {"standard": {"seconds": 12 * 3600}}}
    assert a_report(case, me).written_due_at == clock.now() + timedelta(hours=12)


@pytest.fixture
def desk(world):
    with world.acting(world.stx.intake_worker) as member:
        yield member


def test_a_suspicion_waits_for_no_case(world, desk):
    """R29: whoever takes the call begins the report and has its clocks, with no case and no release."""
    intake = a_walk_in(desk, alias="Little Wren", age_group="minor")
    client, url = world.client(desk), reverse("begin_report_intake", args=[intake.number])
    page = client.get(intake.get_absolute_url()).content.decode()
    assert f'href="{url}"' in page and "a report is due at once" in page
    said = {"kind": "child_abuse", "about": "person", "since": f"{local(clock.now()):%Y-%m-%dT%H:%M}"}
    answer = client.post(url, said)
    report = MandatedReport.objects.get()
    assert answer.url == report.get_absolute_url()
    assert (report.case, report.label, report.owner_id) == (None, intake.number, None)
    assert running(report).keys() == {"report_abuse_orally", "report_abuse"}
    page = client.get(answer.url).content.decode()
    assert f'href="{intake.get_absolute_url()}"' in page and "Call first" in page
    assert report.get_absolute_url() in client.get(intake.get_absolute_url()).content.decode()
    listed = world.client(world.stx.supervisor).get(reverse("duties")).content.decode()
    assert intake.number in listed and report.get_absolute_url() in listed
    by_voice(report, desk)
    report.write(actor=desk, **REPORT_FACTS)
    report.send_written(actor=desk, at=clock.now(), way="fax")
    report.tell_person("too_young", actor=desk)
    lines = Disclosure.objects.about(intake.person)
    assert [line.case_id for line in lines] == [None, None] and report.due_at is None


def test_a_report_of_an_intake_takes_the_shortest_time_of_the_house(desk):
    """R29: nobody knows yet how urgent the case will be."""
    desk.organization.clocks = {"report_abuse": {"information": {"seconds": 6 * 3600}}}
    report = a_report(a_walk_in(desk), desk)
    assert report.written_due_at == clock.now() + timedelta(hours=6)


def test_once_there_is_a_case_the_report_is_the_cases(world, desk):
    """R29: it goes to whoever has the case, with its clocks; those who had it have it no more."""
    intake = in_state("engaged", desk, world.stx.advocate)
    report = a_report(intake, desk)
    assert report.owner_id == world.stx.advocate.pk  # who works the intake
    other = a_report(a_walk_in(desk), desk)
    case = intake.open_case(actor=world.stx.advocate)
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.case, report.label, other.case) == (case, case.number, None)
    assert {row.owner_id for row in running(report).values()} == {case.assigned_to_id}
    sees = MandatedReport.objects.visible_to
    assert report in sees(world.stx.advocate) and report not in sees(desk) and other in sees(desk)
    case.offer(world.stx.colleague, actor=world.stx.supervisor, directed=True, reason="load")
    assert report in sees(world.stx.colleague) and report not in sees(world.stx.advocate)
    page = world.client(world.stx.colleague).get(case.get_absolute_url()).content.decode()
    assert report.get_absolute_url() in page


def test_a_report_of_an_intake_goes_where_the_intake_goes(world, desk):
    """R29: the desk's while nobody has it, of who takes it on, of who takes it over; its clocks too."""
    intake = in_state("triaged", desk, world.stx.advocate)
    report = a_report(intake, desk)
    sees, advocate, colleague = MandatedReport.objects.visible_to, world.stx.advocate, world.stx.colleague

    def holders():
        owners = {(row.owner_id, row.team) for row in running(report).values()}
        return owners, [one for one in (desk, advocate, colleague) if report in sees(one)]

    assert holders() == ({(None, "intake_worker")}, [desk])
    intake.assign(advocate, actor=desk).accept(actor=advocate)
    assert holders() == ({(advocate.pk, "supervisor")}, [advocate])
    intake.refresh_from_db()
    intake.direct(colleague, actor=world.stx.supervisor, reason="load")
    assert holders() == ({(colleague.pk, "supervisor")}, [colleague])
    intake.hand_back(actor=colleague, reason="full")
    assert holders() == ({(None, "intake_worker")}, [desk]) and report in sees(world.stx.supervisor)
    address = reverse("record_oral_mandatedreport", args=[report.pk])
    assert world.client(desk).get(address).status_code == 200  # anybody at the desk may make the call


def test_a_wall_takes_a_report_also_where_nothing_else_is_in_hand(world, desk):
    """R29, R42: of an intake that has ended, of a closed case; who is walled hears no more of it."""
    advocate, boss = world.stx.advocate, world.stx.supervisor
    ended = in_state("not_eligible", desk, advocate)
    with world.acting(advocate):
        closed = open_case(advocate)
        closed.request_closure("goals_met", actor=advocate)
        closed.close(actor=boss)
    for record in (ended, closed):
        report = a_report(record, desk)
        assert report.owner_id == advocate.pk
        Wall.build(record.person, advocate, actor=boss, reason="other")
        report.refresh_from_db()
        assert report.owner_id is None and {row.owner_id for row in running(report).values()} == {None}
        assert report not in MandatedReport.objects.visible_to(advocate)


@pytest.mark.parametrize("how", ["another role", "last day", "shut out"])
def test_who_is_gone_or_works_no_records_any_more_holds_no_report(world, desk, how):
    """R29, C9: of an intake that has ended, or of a closed case; the desk or the supervisors hear at once."""
    advocate, admin = world.stx.advocate, world.stx.administrator
    ended = in_state("not_eligible", desk, advocate)
    with world.acting(advocate):
        closed = open_case(advocate)
        closed.request_closure("goals_met", actor=advocate)
        closed.close(actor=world.stx.supervisor)
    reports = [a_report(ended, desk), a_report(closed, advocate)]
    assert [report.owner_id for report in reports] == [advocate.pk, advocate.pk]
    with world.acting(admin):
        member = User.objects.get(pk=advocate.pk)
        if how == "another role":
            assert member.change(role="administrator", unit=None, actor=admin)  # nobody else here could agree
        elif how == "last day":
            member.deactivate(actor=admin)
        else:
            member.shut_out(actor=admin)
        for report, team in zip(reports, ("intake_worker", "supervisor"), strict=True):
            report.refresh_from_db()
            assert report.owner_id is None
            assert {(row.owner_id, row.team) for row in running(report).values()} == {(None, team)}
        assert not access_index.compare(world.stx.organization.pk).any


@pytest.mark.parametrize("who", ["advocate", "intake_worker"])
def test_a_wall_takes_a_report_of_an_intake_from_whoever_had_it(world, desk, who):
    """R29, R42: whoever has the intake or began the report at the desk; its clocks run on, to others."""
    walled = getattr(world.stx, who)
    intake = in_state("outreach" if who == "advocate" else "triaged", desk, world.stx.advocate)
    report = a_report(intake, desk)
    has = {"advocate": walled.pk, "intake_worker": None}[who]
    assert {row.owner_id for row in running(report).values()} == {has}
    Wall.build(intake.person, walled, actor=world.stx.supervisor, reason="other")
    assert {row.owner_id for row in running(report).values()} == {None}
    assert running(report).keys() == {"report_abuse_orally", "report_abuse"}
    assert report not in MandatedReport.objects.visible_to(walled)
    assert world.client(walled).get(report.get_absolute_url()).status_code == 404
    assert report in MandatedReport.objects.visible_to(world.stx.supervisor)
    assert not access_index.compare(world.stx.organization.pk).any


def test_joined_to_a_case_that_was_there_the_ledger_of_the_person_has_it(world, desk):
    """R29, R26: what was told at the intake is read in the ledger of the case that it became a part of."""
    case = open_case(world.stx.advocate)
    intake = in_state("triaged", desk, world.stx.advocate)
    report = a_report(intake, desk)
    by_voice(report, desk)
    intake.link_case(case, actor=world.stx.supervisor)
    report.refresh_from_db()
    assert report.case == case and report.person_id == case.person_id
    line = Disclosure.objects.about(case.person).get()
    assert (line.subject_id, line.person_id) == (report.pk, intake.person_id)
    client = world.client(world.stx.advocate)
    assert "Report by voice" in client.get(reverse("disclosures", args=[case.number])).content.decode()
    assert "1 thing was told" in client.get(case.get_absolute_url()).content.decode()


def test_begun_at_the_desk_after_the_case_it_is_the_cases_at_once(world, desk):
    """R29: the desk cannot open the case, and need not: the report is with whoever has it."""
    intake = in_state("case_opened", desk, world.stx.advocate)
    said = {"kind": "child_abuse", "about": "person", "since": f"{local(clock.now()):%Y-%m-%dT%H:%M}"}
    answer = world.client(desk).post(reverse("begin_report_intake", args=[intake.number]), said, follow=True)
    assert answer.status_code == 200 and "with whoever has the case" in answer.content.decode()
    report = MandatedReport.objects.get()
    assert report.case_id == intake.case_id and report.owner_id == world.stx.advocate.pk


def test_a_second_press_begins_nothing_twice(world, desk):
    """R28, R29, R30, R31, R43: what a law asks for is begun once, however often a button is pressed."""
    intake, boss = a_walk_in(desk), world.stx.supervisor
    with world.acting(world.stx.advocate) as advocate:
        case, child = open_case(advocate), open_case(advocate, person=a_person(advocate, age_group="minor"))
    hour = f"{local(clock.now()):%Y-%m-%dT%H:%M}"
    report = {"kind": "child_abuse", "about": "person", "since": hour}
    paper = {
        **SERVED,
        "served_at": hour,
        "due_at": f"{local(clock.now()) + timedelta(days=2):%Y-%m-%dT%H:%M}",
    }
    for member, model, url, said in (
        (desk, MandatedReport, reverse("begin_report_intake", args=[intake.number]), report),
        (advocate, MandatedReport, reverse("begin_mandatedreport", args=[case.number]), report),
        (desk, Demand, reverse("receive_demand"), paper),
        (advocate, OtipRequest, reverse("begin_otiprequest", args=[child.number]), {"since": hour}),
        (
            advocate,
            Certification,
            reverse("begin_certification", args=[case.number]),
            {"kind": "u", "agency": str(world.vipd.organization.pk)},
        ),
        (
            advocate,
            Deadline,
            reverse("begin_deadline", args=[case.number]),
            {"what": "violence_report", "since": hour},
        ),
        (boss, Breach, reverse("start_breach"), {"kind": "device", "known_at": hour}),
    ):
        client, before = world.client(member), model.objects.count()
        form_id = re.search(r'name="form_id" value="([^"]+)"', client.get(url).content.decode())[1]
        answers = [client.post(url, {**said, "form_id": form_id}) for _press in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].url == answers[1].url and model.objects.count() == before + 1


def test_a_report_is_of_a_case_or_of_an_intake(case, me):
    """R29: the table takes no report that is nowhere to be found."""
    report = a_report(case, me)
    with pytest.raises(IntegrityError, match="report_is_of_case_or_intake"), transaction.atomic():
        MandatedReport.objects.filter(pk=report.pk).update(case=None)


def test_nobody_gives_a_report_more_than_48_hours(case, me):
    """R29: whatever a setting or the code says, the table takes no later day."""
    report = a_report(case, me)
    with pytest.raises(IntegrityError, match="report_is_due_in_48_hours"), transaction.atomic():
        report.written_due_at += timedelta(minutes=1)
        report.save()
    me.organization.clocks = {"report_abuse": {"standard": {"seconds": 49 * 3600}}}
    with pytest.raises(IntegrityError, match="report_is_due_in_48_hours"), transaction.atomic():
        a_report(case, me)


def test_the_ladder_of_the_written_report_rings_while_there_is_time_and_by_night(case, me):
    """R29: the advocate 12 hours before, the supervisors when it is due, whatever the hour."""
    report = a_report(case, me)
    rungs = list(Reminder.objects.filter(subject_id=report.pk, clock="report_abuse").order_by("rung"))
    assert [row.fire_at - report.since for row in rungs[:3]] == [
        timedelta(hours=36), timedelta(hours=48), timedelta(hours=52),
    ]  # fmt: skip


def test_each_telling_has_its_line_under_the_law(case, me):
    """R26, R29: one line by voice, one in writing, with the law that demands it and no release."""
    report = a_report(case, me, "written_sent", kind="child_trafficking")
    written, oral = Disclosure.objects.filter(case=case).order_by("-at", "-id")
    assert (report.oral_line, report.written_line) == (oral, written)
    assert {line.basis for line in (oral, written)} == {"child_trafficking"}
    assert "14 V.I.C. 133" in written.law and written.release is None and written.person_id == case.person_id
    assert (oral.recipient_name, oral.method, written.method) == (
        "Department of Human Services", "verbal", "written",
    )  # fmt: skip
    assert "Little Wren" in written.what and "Little Wren" not in oral.what
    lines = AuditLine.objects.filter(subject_id=report.pk, verb="disclose")
    assert lines.count() == 2 and "Wren" not in str([line.details for line in lines])


def test_no_report_without_its_line(case, me):
    """R26, R29: if the ledger cannot take the line the report was not made; nor does the table take it."""
    report = a_report(case, me)
    with pytest.raises(RuntimeError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Disclosure, "write_by_law", classmethod(fails))
        by_voice(report, me)
    report.refresh_from_db()
    assert report.state == "open" and not Disclosure.objects.exists()
    with pytest.raises(IntegrityError, match="oral_report_has_its_line"), transaction.atomic():
        MandatedReport.objects.filter(pk=report.pk).update(state="oral_made")


def fails(*args, **kwargs):
    raise RuntimeError("no ledger")


def test_the_written_report_says_the_least(case, me):
    """R15, R29, R42: named facts only; no name of who did it, no free story, no numbers."""
    report = a_report(case, me, "oral_made")
    with pytest.raises(ValueError, match="suspect"):
        report.write(actor=me, suspect="Victor Lake", **REPORT_FACTS)
    with pytest.raises(ValidationError):
        report.send_written(actor=me, at=clock.now(), way="fax")
    bad = {"note": "SSN 123-45-6789", "where": "She was raped by her uncle"}
    form = ReportFactsForm({**REPORT_FACTS, **bad})
    assert not form.is_valid() and form.errors.keys() == {"note", "where"}
    assert form["note"].value() == "SSN 123-45-6789"


def test_a_report_happened_between_the_suspicion_and_now(case, me):
    report = a_report(case, me, hours=2)
    for at in (clock.now() + timedelta(minutes=1), clock.now() - timedelta(hours=3)):
        with pytest.raises(ValidationError):
            by_voice(report, me, at=at)
        report.refresh_from_db()
    with pytest.raises(ValidationError):
        a_report(case, me, hours=-1)


def test_a_supervisor_decides_that_none_is_required(world, case, me):
    """R29: with a reason; an advocate cannot, and what was reported is past deciding."""
    report = a_report(case, me)
    with pytest.raises(PermissionDenied):
        report.excuse("no_suspicion", actor=me)
    supervisor = world.stx.supervisor
    report.excuse("no_suspicion", actor=supervisor)
    assert report.due_at is None and not running(report)
    with pytest.raises(IntegrityError, match="report_is_excused_by_somebody"), transaction.atomic():
        MandatedReport.objects.filter(pk=report.pk).update(excuse_reason="")
    report.reopen(actor=supervisor)
    assert running(report).keys() == {"report_abuse_orally", "report_abuse"}
    assert running(report)["report_abuse"].due_at == report.since + timedelta(hours=48)
    by_voice(report, me)
    with pytest.raises(IllegalMove):
        report.excuse("no_suspicion", actor=supervisor)


def test_the_person_is_told_or_it_stays_asked_for(case, me):
    """R29: after the written report the telling runs; "not safe" asks again, and never ends it."""
    report = a_report(case, me, "written_sent")
    assert running(report).keys() == {"tell_of_report"} and report.due_at
    report.tell_person("not_safe", actor=me)
    assert report.due_at == clock.now() + timedelta(days=7)
    report.tell_person("after", actor=me)
    assert report.due_at is None and not running(report)


def test_the_report_follows_the_case_and_keeps_it_from_closing(world, case, me):
    """R29: whoever has the case has the duty; a case with one running does not close."""
    report = a_report(case, me)
    case.offer(world.stx.colleague, actor=world.stx.supervisor, directed=True, reason="load")
    report.refresh_from_db()
    assert report.owner == world.stx.colleague
    assert {row.owner_id for row in running(report).values()} == {world.stx.colleague.pk}
    assert MandatedReport.objects.visible_to(world.stx.colleague).count() == 1
    assert not MandatedReport.objects.visible_to(me).exists()
    assert case.left_open() == {"duties": 1}


def test_the_page_says_whom_to_call(world, case, me):
    """R29: at two in the night nobody looks for a number; once it was made that is over."""
    report, client = a_report(case, me), world.client(me)
    for address in (report.get_absolute_url(), reverse("record_oral_mandatedreport", args=[report.pk])):
        page = client.get(address).content.decode()
        assert "the police at 911" in page and "(340) 772-9111" in page
    by_voice(report, me)
    assert "Call first" not in client.get(report.get_absolute_url()).content.decode()


def test_a_report_is_possible_on_a_closed_case(world, case, me):
    """R29: a suspicion does not wait for a case to be open."""
    case.request_closure("goals_met", actor=me)
    case.close(actor=world.stx.supervisor)
    assert a_report(case, me).state == "open"


def test_what_is_said_is_sealed(case, me):
    """R11: facts and names are ciphertext in the table."""
    report = a_report(case, me, "written_sent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM cases_mandatedreport AS row WHERE id = %s", [report.pk])
        [text] = cursor.fetchone()
    assert b"Wren".hex() not in text and "Wren" not in text and "Intake" not in text


# On the screen.


def test_a_report_from_the_first_press_to_the_last(world):
    """R29: begin, by voice, written, print, sent, told; each step leads to the next."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
    client, now = world.client(me), local(world.now).strftime("%Y-%m-%dT%H:%M")
    assert (
        reverse("begin_mandatedreport", args=[case.number])
        in client.get(f"/cases/{case.number}/duties/").content.decode()
    )
    begun = client.post(
        reverse("begin_mandatedreport", args=[case.number]),
        {"kind": "child_abuse", "about": "child", "since": now},
    )
    page = client.get(begun.url).content.decode()
    assert "Report by voice…" in page and "5 V.I.C. 2533" in page
    there = begun.url
    assert "Report by voice…" in client.get(f"/cases/{case.number}/").content.decode()
    wrong = client.post(f"{there}record-oral/", {"at": now, "taken_by": "Badge 12"})
    assert wrong.status_code == 200 and "Badge 12" in wrong.content.decode()
    done = client.post(
        f"{there}record-oral/", {"at": now, "to": "vipd", "override": "refused", "taken_by": "Badge 12"}
    )
    assert done.url == f"{there}write/"
    assert client.get(f"{there}send-written/").url == f"{there}write/"  # nothing is sent unwritten
    assert client.post(f"{there}write/", {**REPORT_FACTS}).status_code == 302
    paper = client.get(f"{there}print/").content.decode()
    assert "Little Wren" in paper and case.number not in paper.split("<main")[1].replace(there, "")
    assert "Bluebird" not in paper and "child of the person" not in paper  # nor that anybody is helped here
    assert client.post(f"{there}send-written/", {"at": now, "way": "fax"}).status_code == 302
    assert client.post(f"{there}tell-person/", {"answer": "after"}).status_code == 302
    page = client.get(there).content.decode()
    assert "Sent in writing" in page and "The person said no to a release" in page
    ledger = client.get(f"/cases/{case.number}/disclosures/").content.decode()
    assert "Demanded by law, without a release" in ledger and "Virgin Islands Police Department" in ledger
    with world.acting(me):
        assert AuditLine.objects.filter(verb="print", subject_type="mandatedreport").count() == 1


def test_the_ledger_warns_staff_of_a_report_that_is_not_safe_to_tell(world):
    """R29, R26: above the button that prints it, of whoever may see the report, and never on the paper."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        report = a_report(case, me, "written_sent")
        a_report(case, me, "written_sent").tell_person("after", actor=me)
    client, url = world.client(me), f"/cases/{case.number}/disclosures/"
    warning = "not safe to tell them of the report of"
    assert warning not in client.get(url).content.decode()
    with world.acting(me):
        report.tell_person("not_safe", actor=me)
    page = client.get(url).content.decode()
    day = exactly(local(report.oral_at).date())
    assert page.count(f"{warning} {day}") == 1 and page.index(warning) < page.index("Save to print")
    assert page.index('class="on-screen"') < page.index(warning)
    assert "not safe" not in words_of(client.get(f"{url}print/").content)
    with world.acting(me):
        MandatedReport.objects.get(pk=report.pk).tell_person("after", actor=me)
    assert warning not in client.get(url).content.decode()


def test_who_must_never_be_told_how_stands_above_the_button(world):
    """R37: whoever tells the person sees the plan's warnings first."""
    with world.acting(world.stx.advocate) as me:
        report = a_report(open_case(me), me, "written_sent")
    page = world.client(me).get(reverse("tell_person_mandatedreport", args=[report.pk])).content.decode()
    assert page.index("Never leave a message.") < page.index("Does the person know")
