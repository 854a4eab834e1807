"""The other duties: a minor from abroad, certification, days that a law sets; and their lists."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.duties import DUTIES
from cases.forms.report import OtipFactsForm
from cases.models import Certification, Deadline, Disclosure, OtipRequest, Wall
from cases.signing import NotReleased
from orgs import clock
from orgs.founding import found_organization
from orgs.models import Reminder
from orgs.record import IllegalMove
from orgs.words import local
from tests.asking import asked, page_asked
from tests.makers.case import a_person, active_release, open_case
from tests.makers.duty import (
    OTIP_FACTS,
    a_certification,
    a_court_date,
    a_deadline,
    a_goal,
    a_report,
    a_request,
)


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def case(me):
    return open_case(me)


@pytest.fixture
def agency(world):
    return world.vipd.organization


def ringing(record):
    """The clocks that run for a record: {name: when it is due}."""
    rows = Reminder.objects.filter(subject_id=record.pk, fired_at=None)
    return {row.clock: row.due_at for row in rows}


# R30


def test_a_request_is_due_24_hours_after_the_suspicion(case, me):
    """R30: by the clock of the law, which the table bounds too."""
    request = a_request(case, me, hours=2)
    assert request.send_by == request.since + timedelta(hours=24)
    assert ringing(request) == {"request_otip": request.send_by}
    fires = Reminder.objects.filter(subject_id=request.pk).order_by("rung").values_list("fire_at", flat=True)
    assert [moment - request.since for moment in fires][:2] == [timedelta(hours=12), timedelta(hours=24)]
    me.organization.clocks = {"request_otip": {"standard": {"seconds": 25 * 3600}}}
    request.excuse("error", actor=supervisor_of(me))
    with pytest.raises(IntegrityError, match="otip_is_due_in_24_hours"), transaction.atomic():
        a_request(case, me)


def supervisor_of(member):
    from orgs.models import User

    return User.objects.get(email=f"supervisor@{member.organization.code}.test")


def test_a_request_goes_with_its_line_and_waits_for_a_letter(case, me):
    """R26, R30: the ledger has it in the same move; then a letter is asked for until one comes."""
    request = a_request(case, me, "sent")
    line = Disclosure.objects.get(case=case)
    assert request.line == line and line.basis == "otip" and "7105(b)(1)(G)" in line.law
    assert line.recipient_name == "HHS Office on Trafficking in Persons" and line.release is None
    assert ringing(request) == {"follow_up": clock.now() + timedelta(days=7)}
    day = clock.today()
    with pytest.raises(ValidationError):
        request.answer("interim", actor=me, letter_on=day)
    request.refresh_from_db()
    request.answer("interim", actor=me, letter_on=day, interim_until=day + timedelta(days=90))
    assert timedelta(days=68) < request.due_at - clock.now() < timedelta(days=70)
    assert ringing(request) == {"follow_up": request.due_at}
    request.answer("eligibility", actor=me, letter_on=day, reference="HHS-1")
    assert request.due_at is None and not ringing(request)


def test_no_request_without_its_line(case, me):
    """R26, R30: the table takes none that was sent and stands in no ledger."""
    request = a_request(case, me)
    with pytest.raises(IntegrityError, match="otip_has_its_line"), transaction.atomic():
        OtipRequest.objects.filter(pk=request.pk).update(state="sent")


def test_a_request_says_no_status(case, me):
    """R15, R30: no field for it, and words of it are refused where one could write."""
    request = a_request(case, me)
    with pytest.raises(ValueError, match="status"):
        request.write(actor=me, status="undocumented", **OTIP_FACTS)
    with pytest.raises(ValidationError):
        request.send(actor=me, at=clock.now(), way="fax")
    form = OtipFactsForm({**OTIP_FACTS, "note": "She is undocumented", "called": "Wren, A123456789"})
    assert not form.is_valid() and form.errors.keys() == {"note", "called"}
    assert not OtipFactsForm({**OTIP_FACTS, "age": ""}).is_valid()


def test_one_request_at_a_time(world, case, me):
    request = a_request(case, me)
    with pytest.raises(ValidationError):
        a_request(case, me)
    with pytest.raises(PermissionDenied):
        request.excuse("not_covered", actor=me)
    request.excuse("not_covered", actor=world.stx.supervisor)
    other = a_request(case, me)
    with pytest.raises(IllegalMove):
        request.reopen(actor=world.stx.supervisor)
    other.excuse("error", actor=world.stx.supervisor)
    request.refresh_from_db()
    request.reopen(actor=world.stx.supervisor)
    assert ringing(request) == {"request_otip": request.send_by}


def test_a_request_from_the_first_press_to_the_last(world):
    """R30: begin, write, print, send, a letter; for nobody of whom the record says that they are of age."""
    with world.acting(world.stx.advocate) as me:
        case, adult = (open_case(me, person=a_person(me, age_group=age)) for age in ("minor", "adult"))
    client, now = world.client(me), local(world.now)
    refused = client.post(
        reverse("begin_otiprequest", args=[adult.number]), {"since": now.strftime("%Y-%m-%dT%H:%M")}
    )
    assert refused.status_code == 200 and "they are of age" in refused.content.decode()
    begun = client.post(
        reverse("begin_otiprequest", args=[case.number]), {"since": now.strftime("%Y-%m-%dT%H:%M")}
    )
    there = begun.url.removesuffix("write/")
    assert client.get(f"{there}send/").url == f"{there}write/"
    grown = client.post(f"{there}write/", {**OTIP_FACTS, "born": "1950-01-01"})
    assert grown.status_code == 200 and "is not under 18" in grown.content.decode()
    bad = client.post(f"{there}write/", {**OTIP_FACTS, "note": "green card"})
    assert bad.status_code == 200 and "Dominican Republic" in bad.content.decode()
    assert client.post(f"{there}write/", OTIP_FACTS).status_code == 302
    paper = client.get(f"{there}print/").content.decode()
    assert "Dominican Republic" in paper and "HHS Office" in paper
    sent = client.post(f"{there}send/", {"at": now.strftime("%Y-%m-%dT%H:%M"), "way": "portal"})
    assert sent.url == there
    bad = client.post(f"{there}answer/", {"kind": "interim", "letter_on": clock.today().isoformat()})
    assert bad.status_code == 200
    said = {"kind": "eligibility", "letter_on": clock.today().isoformat(), "reference": "HHS-77"}
    assert client.post(f"{there}answer/", said).url == there
    assert "HHS-77" in client.get(there).content.decode()


# R31


def test_a_certification_is_asked_for_under_a_release_alone(world, case, me, agency):
    """R31: without one to that agency for exactly this nobody is asked, and no line is written."""
    certification = a_certification(case, me, agency)
    active_release(case, world.prosecution.organization, me, categories=["IMMIG_CERT"])
    active_release(case, agency, me, categories=["SAFETY"])
    with pytest.raises(NotReleased):
        certification.ask(actor=me)
    certification.refresh_from_db()
    assert certification.state == "planned" and not Disclosure.objects.exists()
    release = active_release(case, agency, me, categories=["IMMIG_CERT", "SAFETY"])
    certification.ask(actor=me)
    line = Disclosure.objects.get()
    assert (line.release, line.recipient, line.categories) == (release, agency, ["IMMIG_CERT"])
    assert certification.line == line and "T visa" in line.what
    assert ringing(certification) == {"answer_certification": clock.now() + timedelta(days=14)}
    release.revoke(actor=me)
    with pytest.raises(NotReleased):
        certification.ask_again(actor=me)
    with pytest.raises(IntegrityError, match="certification_is_asked_under_a_release"), transaction.atomic():
        Certification.objects.filter(pk=certification.pk).update(line=None)


def test_continued_presence_is_planned_with_a_federal_agency_alone(world, agency):
    """R31: a local one is refused beside the field, in the move too; what was chosen stays."""
    with transaction.atomic():
        fields = {"code": "fed", "name": "Federal agents (invented)", "kind": agency.kind}
        federal = found_organization(**fields)
    call_command("mark_federal", code="fed", stdout=StringIO())
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        with pytest.raises(ValidationError):
            Certification.begin(case, agency, actor=me, kind="presence")
    client, url = world.client(me), reverse("begin_certification", args=[case.number])
    first = client.get(url).content.decode()
    assert agency.name in first and federal.name in first and "Federal agencies" in first
    page = client.post(url, {"kind": "presence", "agency": str(agency.pk)})
    assert "Only a federal law enforcement agency" in str(page.context["form"].errors["agency"])
    assert f'value="{agency.pk}" selected' in page.content.decode() and federal.name in page.content.decode()
    assert client.post(url, {"kind": "presence", "agency": str(federal.pk)}).status_code == 302
    assert client.post(url, {"kind": "u", "agency": str(agency.pk)}).status_code == 302
    with world.acting(me):
        assert Certification.objects.get(kind="presence").agency == federal


def test_a_certification_is_signed_denied_withdrawn(case, me, agency):
    """R31: each with its day, after which no clock runs; a denied one can be asked for again."""
    for state in ("signed", "denied", "withdrawn"):
        certification = a_certification(case, me, agency, state)
        assert certification.due_at is None and not ringing(certification)
    denied = Certification.objects.get(state="denied")
    assert denied.answered_on and denied.denial == "no_reason"
    denied.ask(actor=me)
    assert denied.denial == "" and ringing(denied)


def test_nothing_is_answered_before_it_was_asked(world, agency):
    """R31: a slip in the year is said, and nothing changes."""
    with world.acting(world.stx.advocate) as me:
        certification = a_certification(open_case(me), me, agency, "asked")
    client, said = world.client(me), {"on": "1999-05-01", "reason": "no_reason"}
    for verb in ("sign", "deny"):
        page = client.post(reverse(f"{verb}_certification", args=[certification.pk]), said)
        assert page.status_code == 200 and "before it was asked for" in page.content.decode()
    with world.acting(me):
        certification.refresh_from_db()
        assert certification.state == "asked"


@pytest.mark.parametrize(("duty", "more"), [
    ("mandatedreport", {"kind": "child_abuse", "about": "child"}),
    ("deadline", {"what": "violence_report"}),
])  # fmt: skip
def test_no_clock_of_the_law_begins_in_another_century(world, duty, more):
    """R29: who slips in the year is asked to look again, before the clock runs."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
    address = reverse(f"begin_{duty}", args=[case.number])
    page = world.client(me).post(address, {"since": "1996-11-23T10:00", **more})
    assert page.status_code == 200 and "Check the year" in page.content.decode()
    with world.acting(me):
        assert not any(model.objects.exists() for model in DUTIES)


def test_the_agency_that_is_asked_finds_nothing_of_it(world, agency):
    """R3, R31: not a row, for anybody outside the house, whatever state it is in."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        made = a_certification(case, me, agency, "signed")
        a_report(case, me, "written_sent")
        a_request(case, me, "sent")
        a_deadline(case, me)
        date, goal = a_court_date(case, me), a_goal(case, me)
    for stranger in (world.officer, world.vipd.administrator, world.stt.supervisor, world.stx.colleague):
        with world.acting(stranger):
            for model in DUTIES:
                assert not model.objects.visible_to(stranger).exists()
                assert stranger.organization == me.organization or not model.objects.exists()
        for page in (made, date, goal):
            assert world.client(stranger).get(page.get_absolute_url()).status_code == 404
        assert world.client(stranger).get("/duties/").status_code == (
            200 if stranger == world.stt.supervisor else 404
        )


def test_asking_has_a_page_that_says_what_is_missing(world, agency):
    """R31: no button without a release, a button with one."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
    client = world.client(me)
    begun = client.post(
        reverse("begin_certification", args=[case.number]), {"kind": "u", "agency": str(agency.pk)}
    )
    there = f"{begun.url}ask/"
    page = client.get(there).content.decode()
    assert "No release to this agency is open for it" in page and f"/cases/{case.number}/releases/" in page
    assert client.post(there).status_code == 200
    with world.acting(me):
        assert Certification.objects.get().state == "planned"
        active_release(case, agency, me, categories=["IMMIG_CERT"])
    assert client.post(there).url == begun.url
    assert client.post(f"{begun.url}deny/", {"on": "2090-01-01", "reason": "no_reason"}).status_code == 200
    day = clock.today().isoformat()
    assert client.post(f"{begun.url}sign/", {"on": day}).status_code == 302
    assert "Signed" in client.get(begun.url).content.decode()


# Days that a law sets


def test_the_copy_of_a_report_is_due_in_5_days(case, me):
    deadline = a_deadline(case, me)
    assert deadline.runs_until == deadline.since + timedelta(days=5)
    assert ringing(deadline) == {"copy_domestic_violence_report": deadline.runs_until}
    with pytest.raises(IntegrityError, match="deadline_is_what_the_law_gives"), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(runs_until=deadline.runs_until + timedelta(hours=1))
    deadline.meet(actor=me)
    assert not ringing(deadline)
    deadline.reopen(actor=me)
    assert ringing(deadline)


def test_compensation_has_three_days_and_each_is_told_of_in_time(case, me):
    first = a_deadline(case, me, what="compensation", hours=5)
    days = {d.kind: d for d in Deadline.objects.filter(case=case)}
    assert {kind: d.runs_until - first.since for kind, d in days.items()} == {
        "crime_report": timedelta(hours=24), "claim": timedelta(days=90), "late_claim": timedelta(days=730),
    }  # fmt: skip
    rung = Reminder.objects.filter(subject_id=days["claim"].pk).order_by("rung").first()
    assert timedelta(days=60) < rung.fire_at - first.since < timedelta(days=80)
    assert Deadline.begin(case, actor=me, what="compensation", since=clock.now()) == []
    days["claim"].meet(actor=me)
    assert set(Deadline.objects.filter(case=case, state="met").values_list("kind", flat=True)) == {
        "claim", "late_claim",
    }  # fmt: skip


def test_one_of_a_kind_runs_and_a_closed_case_starts_none(world, case, me):
    met = a_deadline(case, me, "met")
    again = a_deadline(case, me)
    with pytest.raises(IllegalMove):
        met.reopen(actor=me)
    again.excuse("done_by_other", actor=world.stx.supervisor)
    case.request_closure("goals_met", actor=me)
    case.close(actor=world.stx.supervisor)
    with pytest.raises(IllegalMove):
        a_deadline(case, me)


# Many at once


def test_what_the_law_asks_is_on_the_case_on_today_and_before_the_supervisor(world, agency):
    """R29, R30, R31: seen where somebody looks, with the next act one press away."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        made = [a_report(case, me), a_request(case, me), a_deadline(case, me, "met")]
        plan = a_certification(case, me, agency)
    acts = [
        reverse("record_oral_mandatedreport", args=[made[0].pk]),
        reverse("send_otiprequest", args=[made[1].pk]),
    ]
    page = world.client(me).get(f"/cases/{case.number}/").content.decode()
    assert all(act in page for act in (*acts, reverse("ask_certification", args=[plan.pk])))
    assert made[2].get_absolute_url() in page and f"/deadlines/{made[2].pk}/meet/" not in page
    page = world.client(me).get("/today/").content.decode()
    assert all(act in page for act in acts) and f"case {case.number}" in page
    page = world.client(world.stx.supervisor).get("/duties/").content.decode()
    assert all(act in page for act in acts) and me.name in page
    assert "/duties/" in world.client(world.stx.supervisor).get("/board/").content.decode()


def test_a_duty_of_a_case_with_nobody_says_so(world):
    """R29: a supervisor reads that nobody has it, in words."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        a_report(case, me)
        Wall.build(case.person, me, actor=me, reason="other")
    page = world.client(world.stx.supervisor).get("/duties/").content.decode()
    assert f"{case.number} · with nobody · " in page and "None" not in page


def test_behind_a_wall_no_duty_is_shown_or_counted(world):
    """R42: neither in the list nor in the figure beside Today."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        report = a_report(case, me, hours=2)
    assert "count late" in world.client(me).get("/find/").content.decode()
    with world.acting(world.stx.supervisor) as supervisor:
        for member in (me, world.stx.second_supervisor):
            Wall.build(case.person, member, actor=supervisor, reason="other")
    assert report.get_absolute_url() not in world.client(me).get("/today/").content.decode()
    assert "count late" not in world.client(me).get("/find/").content.decode()
    client = world.client(world.stx.second_supervisor)
    assert case.number not in client.get("/duties/").content.decode()
    assert client.get(report.get_absolute_url()).status_code == 404


def test_duties_cost_no_page_a_question(world, agency):
    """As many questions with duties as without, and no more than twelve."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
    pages = [(me, f"/cases/{case.number}/"), (me, "/today/"), (world.stx.supervisor, "/duties/")]
    before = [questions(world, who, url) for who, url in pages]
    with world.acting(me):
        a_report(case, me, hours=2)
        a_request(case, me)
        a_certification(case, me, agency, "asked")
        for what in ("violence_report", "compensation"):
            a_deadline(case, me, what=what)
        a_court_date(case, me, at=clock.now() + timedelta(days=2))
        a_court_date(case, me, "done")
        a_goal(case, me, look_on=clock.today() + timedelta(days=2))
        a_goal(case, me, "let_go")
        for n in range(3):
            a_report(open_case(me), me, hours=n)
    assert [questions(world, who, url) for who, url in pages] == before
    assert max(before) <= 12


def questions(world, who, url):
    return len(page_asked(world.client(who), url)[1])


def test_a_move_of_a_duty_costs_no_more_than_fifteen(world, agency):
    with world.acting(world.stx.advocate) as me:
        report = a_report(open_case(me), me)
    client, now = world.client(me), local(world.now).strftime("%Y-%m-%dT%H:%M")
    client.get("/today/")
    said = {"at": now, "to": "dhs", "override": "no_release"}
    answer, questions = asked(client, "post", reverse("record_oral_mandatedreport", args=[report.pk]), said)
    assert answer.status_code == 302
    door = ("django_session", 'FROM "orgs_user"')
    assert 8 < len([q for q in questions if not any(part in q for part in door)]) <= 15
