"""A breach: one press, three clocks, who saw what, and an end that takes two people."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.urls import reverse

from cases.breach_evidence import as_csv, evidence
from cases.models import Breach, BreachNotice, Wall
from cases.models.breach import STEPS
from orgs import audit, reminders, session
from orgs.access import get_permitted
from orgs.clocks import validate_overrides
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.outbox import compose
from orgs.record import IllegalMove
from orgs.spreadsheet import safe
from orgs.tenancy import new_id
from orgs.words import local
from tests.makers.breach import a_breach, all_done, closed, to_close
from tests.makers.case import open_case
from tests.makers.referral import sent

CLOCKS = {"notify_grantor": 24, "notify_persons": 72, "notify_territory": 72}


def typed(moment):
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def test_one_press_starts_three_clocks_from_when_somebody_knew(world):
    """R43: the grantor within 24 hours, the persons and the territory within 72, from the first who knew."""
    known = (world.now - timedelta(hours=5)).replace(second=0, microsecond=0)
    answer = world.client(world.stx.supervisor).post(
        reverse("start_breach"),
        {
            "kind": "device",
            "known_at": typed(known),
            "what": "A phone was left in a taxi.",
            "since": typed(known - timedelta(days=1)),
            "records": "c-0001, I-0001",
        },
    )
    with world.acting(world.stx.supervisor):
        breach = Breach.objects.get()
        assert answer.url == breach.get_absolute_url() and breach.records == ["C-0001", "I-0001"]
        rows = Reminder.objects.filter(subject_id=breach.pk)
        assert {row.clock: row.due_at for row in rows} == {
            name: known + timedelta(hours=hours) for name, hours in CLOCKS.items()
        }


def test_one_answer_is_enough_and_the_rest_follows(world):
    """R43: the clocks run while nobody has time to write; it does not close before somebody has."""
    boss, url = world.client(world.stx.supervisor), reverse("start_breach")
    shown = boss.get(url).content.decode()
    assert f'value="{local(world.now):%Y-%m-%dT%H:%M}' in shown  # now, where nobody says otherwise
    assert boss.post(url, {"kind": "device", "known_at": typed(world.now)}).status_code == 302
    with world.acting(world.stx.supervisor) as supervisor:
        breach = Breach.objects.get()
        assert breach.what == "" and breach.since == breach.known_at
        running = Reminder.objects.filter(subject_id=breach.pk)
        assert set(running.values_list("clock", flat=True)) == set(CLOCKS)
        for one in breach.told:
            breach.tell(one["code"], actor=supervisor, at=world.now, how="letter", to="Those of the list")
        breach.contain(STEPS, actor=supervisor)
        assert breach.left == 1
        with pytest.raises(IllegalMove, match="what happened"):
            breach.request_closure(actor=supervisor)
    page = boss.get(breach.get_absolute_url()).content.decode()
    assert "Nobody has written it down yet." in page
    said = {"since": typed(breach.since), "what": "A phone was left in a taxi."}
    asked = boss.post(reverse("gather_breach", args=[breach.pk]), {**said, "what": ""})
    assert "Fill this in." in asked.content.decode()
    assert boss.post(reverse("gather_breach", args=[breach.pk]), said).status_code == 302
    assert said["what"] in boss.get(breach.get_absolute_url()).content.decode()
    with world.acting(world.stx.supervisor) as supervisor:
        breach.refresh_from_db()
        breach.request_closure(actor=supervisor)
        with pytest.raises(IntegrityError, match="breach_closed_when_done"), transaction.atomic():
            terms = {"state": "closed", "closed_by": world.stx.second_supervisor, "what": None}
            Breach.objects.filter(pk=breach.pk).update(**terms)


@pytest.mark.parametrize("who", ["stx.advocate", "stx.intake_worker", "vipd.officer"])
def test_whoever_lost_it_says_so_and_those_who_answer_for_the_house_hear(world, who):
    """R43: anybody at work; they say what and when, and find nothing of it afterwards."""
    house, role = who.split(".")
    member = getattr(getattr(world, house), role)
    client, url = world.client(member), reverse("start_breach")
    assert f'href="{url}"' in client.get(reverse("account")).content.decode()
    page = client.get(url).content.decode()
    assert 'name="known_at"' in page and 'name="member"' not in page and 'name="records"' not in page
    said = {"kind": "device", "known_at": typed(world.now), "what": "A phone was left in a taxi."}
    assert client.post(url, said).url == reverse("home")
    with world.acting(member):
        breach = Breach.objects.get()
        assert breach.started_by_id == member.pk and breach.since == breach.known_at
        told = set(OutboxMessage.objects.values_list("recipient__role", flat=True))
        assert told and told <= {"supervisor", "unit_supervisor", "administrator"}
        assert not Breach.objects.visible_to(member).exists()
    assert client.get(breach.get_absolute_url()).status_code == 404
    assert client.get(reverse("breaches")).status_code == 404


def test_everybody_who_can_act_hears_at_once_and_no_mail_says_what_it_is(world):
    """R43, R38: supervisors and administrators, at any hour, with the constant text."""
    with world.acting(world.stx.supervisor):
        a_breach(world)
        mails = OutboxMessage.objects.select_related("recipient")
        assert {mail.recipient for mail in mails} == {world.stx.second_supervisor, world.stx.administrator}
        for mail in mails:
            sent_out = compose(mail)
            assert sent_out.subject == "Causeway" and "phone" not in sent_out.body
            assert mail.available_at == world.now


def test_nobody_can_lengthen_a_clock(world):
    """R43: not a setting, not a form, not a statement to the database."""
    for name, hours in CLOCKS.items():
        with pytest.raises(ValidationError):
            validate_overrides({name: {"crisis": {"seconds": (hours + 1) * 3600}}})
    with world.acting(world.stx.supervisor):
        breach = a_breach(world)
        rows = Breach.objects.filter(pk=breach.pk)
        later = timedelta(seconds=1)
        for wrong in (
            {"grantor_due_at": breach.grantor_due_at + later},
            {"persons_due_at": breach.persons_due_at + later},
            {"territory_due_at": breach.territory_due_at + later},
            {"known_at": breach.known_at - later, "grantor_due_at": breach.grantor_due_at - later},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)
        rows.update(grantor_due_at=breach.grantor_due_at - later)  # an earlier one is nobody's harm
        late = Breach.objects.get(pk=breach.pk)
        late.pk, late.number, late.what, late.lesson = new_id(), "B-999", "Late.", ""
        late.grantor_due_at = late.known_at + timedelta(hours=24, seconds=1)
        with pytest.raises(IntegrityError, match="breach_grantor_told_in_time"), transaction.atomic():
            Breach.objects.bulk_create([late])
        house = world.stx.organization
        for seconds, hours in ((3600, 1), (96 * 3600, 24)):
            house.clocks = {"notify_grantor": {"crisis": {"seconds": seconds}}}
            house.save(update_fields=["clocks"])
            assert (own := a_breach(world)).grantor_due_at == own.known_at + timedelta(hours=hours)
        with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE cases_breach SET known_at = known_at + interval '1 hour'")


def test_a_clock_stops_by_being_told_and_by_nothing_else(world):
    """R43: each says when and how; the ladder goes on with the others until somebody acts."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        breach = a_breach(world)
        breach.contain(["stopped"], actor=supervisor)
        breach.tell("persons", actor=supervisor, at=world.now, how="in_person", to="C-0001", complete=False)
        breach.tell("grantor", actor=supervisor, at=world.now, how="phone", to="OVW, the duty officer")
        running = Reminder.objects.filter(subject_id=breach.pk, fired_at=None)
        assert set(running.values_list("clock", flat=True)) == {"notify_persons", "notify_territory"}
        notice = BreachNotice.objects.get(whom="grantor")
        assert (notice.how, notice.to, notice.by) == ("phone", "OVW, the duty officer", supervisor)
    for _day in range(6):
        world.forward(days=1)
        with world.acting(supervisor):
            reminders.claim()
            assert Reminder.objects.filter(subject_id=breach.pk, fired_at=None).exists()
    with world.acting(supervisor):
        told = OutboxMessage.objects.filter(reminder__subject_id=breach.pk)
        assert {mail.recipient.role for mail in told} == {"supervisor", "administrator"}


def test_what_was_told_is_never_changed(world):
    """R43: the database takes a notice and gives nobody the right to touch it."""
    with world.acting(world.stx.supervisor):
        all_done(world)
        for change in (lambda rows: rows.update(how="letter"), lambda rows: rows.delete()):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change(BreachNotice.objects.all())


def test_a_moment_to_come_or_before_anybody_knew_is_refused_and_a_service_always_tells_its_grantor(world):
    with world.acting(world.stx.supervisor):
        breach = a_breach(world)
        for at in (world.now + timedelta(minutes=1), breach.known_at - timedelta(minutes=1)):
            with pytest.raises(ValidationError):
                breach.tell("grantor", actor=world.stx.supervisor, at=at, how="phone", to="OVW")
        with pytest.raises(ValidationError):
            breach.tell("grantor", actor=world.stx.supervisor, at=world.now, how="not_required", to="Counsel")
        with pytest.raises(ValidationError):
            a_breach(world, known_at=world.now + timedelta(minutes=1))


def test_it_closes_when_everybody_is_told_and_every_step_done_by_a_second_person(world):
    """R43, C10: by the code, and by the database where the code is wrong."""
    supervisor, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(supervisor):
        half = a_breach(world)
        with pytest.raises(IllegalMove):
            half.request_closure(actor=supervisor)
        breach = to_close(world)
        with pytest.raises(IllegalMove):
            breach.close("Nothing.", actor=supervisor)
        rows = Breach.objects.filter(pk=breach.pk)
        for wrong in (
            {"closed_by": supervisor},
            {"closed_by": second, "grantor_told_at": None},
            {"closed_by": second, "contained": ["stopped"]},
            {},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(state="closed", **wrong)
        breach.close("Phones lock after a minute.", actor=second)
        assert not Reminder.objects.filter(subject_id=breach.pk, fired_at=None).exists()
        verbs = (
            AuditLine.objects.filter(subject_id=breach.pk).order_by("sequence").values_list("verb", flat=True)
        )
        assert list(verbs) == ["start_breach", *["tell"] * 3, "contain", "request_closure", "close"]


def test_who_saw_what_is_gathered_from_the_audit(world):
    """R43: for the records named, for the account named, and for the time; as the audit has it."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        case, other = open_case(advocate), open_case(advocate)
    for _twice in range(2):
        world.client(advocate).get(case.get_absolute_url())
    world.client(supervisor).get(case.get_absolute_url())
    world.client(advocate).get(other.get_absolute_url())
    with world.acting(supervisor):
        about_record = a_breach(world, records=[case.number])
        rows, more = evidence(about_record, supervisor)
        views = {row["actor_name"]: row["times"] for row in rows if row["verb"] == "view"}
        assert views == {advocate.name: 2, supervisor.name: 1} and not more
        assert {row["subject_label"] for row in rows} == {case.number}
        about_account = a_breach(world, member=advocate)
        rows, _more = evidence(about_account, supervisor)
        assert {row["actor_id"] for row in rows} == {advocate.pk}
        assert {case.number, other.number} <= {row["subject_label"] for row in rows}
        before = a_breach(world, since=world.now - timedelta(days=9), until=world.now - timedelta(days=8))
        assert evidence(before, supervisor) == ([], False)


def test_a_wall_keeps_its_lines_out_of_the_list_and_out_of_the_audit(world):
    """R43, R42: neither the breach nor the audit tells a member of a record that they are walled from."""
    advocate, second = world.stx.advocate, world.stx.second_supervisor
    administrator = world.stx.administrator
    with world.acting(advocate):
        case = open_case(advocate)
        for walled in (second, administrator):
            Wall.build(case.person, walled, actor=advocate, reason="other")
    with world.acting(world.stx.supervisor):
        breach = a_breach(world, records=[case.number])
        assert evidence(breach, world.stx.supervisor)[0] and not evidence(breach, second)[0]
    client = world.client(second)
    for name in ("view_breach", "evidence_breach", "export_breach", "gather_breach"):
        assert case.number not in client.get(reverse(name, args=[breach.pk])).content.decode()
    said = {"since": typed(breach.since), "what": "A phone was left in a taxi."}
    assert client.post(reverse("gather_breach", args=[breach.pk]), said).status_code == 302
    with world.acting(second):
        breach.refresh_from_db()
        assert breach.records == [case.number]  # what they may not know of stays in it
    client = world.client(administrator)
    for page in (reverse("audit"), f"{reverse('access_report')}?record={case.number}"):
        text = client.get(page).content.decode()
        assert f"<td>{case.number}</td>" not in text and "write_note" not in text
    assert "Nobody has had to do" in text


def test_the_list_leaves_as_text_that_no_spreadsheet_takes_for_a_formula(world):
    """R43: a name or a label that begins like a formula stays text; the file's name says nothing."""
    for wicked in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "|calc", "%0A"):
        assert safe(wicked).startswith("'")
    assert (safe("C-0412"), safe(None), safe("Ann")) == ("C-0412", "", "Ann")
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        supervisor.name = "=HYPERLINK(1)"
        audit.write(supervisor, "view", None)
        breach = a_breach(world)
        rows = list(csv.reader(io.StringIO(as_csv(evidence(breach, world.stx.second_supervisor)[0]))))
    assert rows[0][0] == "who" and "'=HYPERLINK(1)" in [row[0] for row in rows]
    answer = world.client(world.stx.second_supervisor).get(reverse("export_breach", args=[breach.pk]))
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="causeway.csv"'
    with world.acting(supervisor):
        assert AuditLine.objects.filter(verb="export", subject_id=breach.pk).count() == 1


def test_leaving_with_the_list_asks_for_the_second_factor(world):
    """R43, C8: an export is a weighty act."""
    with world.acting(world.stx.supervisor):
        breach = a_breach(world)
    client = world.client(world.stx.supervisor)
    kept = client.session
    kept["second_factor_at"] = session.seconds() - session.STEP_UP_AFTER
    kept.save()
    assert client.get(reverse("export_breach", args=[breach.pk])).url.startswith("/confirm/")


def test_an_agency_has_a_button_for_its_own_copies_and_neither_house_learns_of_the_others(world):
    """R43, R3: the same clocks for a lost phone of an officer; what a house does with it stays there."""
    head, administrator = world.vipd.unit_supervisor, world.vipd.administrator
    packet = sent(world)
    with world.acting(head):
        theirs = a_breach(world, head, records=[packet.reference])
        assert evidence(theirs, administrator)[0]
        assert Breach.objects.visible_to(administrator).get() == theirs
        with pytest.raises(Http404):
            get_permitted(world.vipd.officer, "view_breach", Breach, pk=theirs.pk)
    with world.acting(world.stx.supervisor):
        assert not Breach.objects.exists()
        ours = a_breach(world, records=[packet.reference])
        assert {row["actor_name"] for row in evidence(ours, world.stx.supervisor)[0]} <= {""}
    with world.acting(administrator):
        assert Breach.objects.get() == theirs


def test_an_administrator_sees_a_breach_and_still_no_record(world):
    """R43: it is about the house; the role that sees no record sees none by it."""
    with world.acting(world.stx.supervisor):
        breach, case = closed(world), open_case(world.stx.advocate)
    client = world.client(world.stx.administrator)
    assert client.get(breach.get_absolute_url()).status_code == 200
    assert client.get(case.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose an answer."),
        ({"known_at": "2099-01-01T10:00"}, "This time is still to come."),
        ({"known_at": "2019-01-01T10:00"}, "Check the year."),
        ({"since": "2099-01-01T10:00"}, "That is still to come."),
        ({"since": "", "until": "2020-01-01T10:00"}, "The end is before the beginning."),
        ({"until": "2020-01-01T10:00"}, "The end is before the beginning."),
        ({"records": "Marisol"}, "No names."),
        ({"what": "SSN 123-45-6789"}, "Social Security number"),
    ],
)
def test_bad_input_is_said_and_kept(world, wrong, said):
    known = world.now - timedelta(hours=1)
    data = {
        "kind": "seen",
        "known_at": typed(known),
        "what": "A screen was left open.",
        "since": typed(known),
    }
    page = (
        world.client(world.stx.supervisor).post(reverse("start_breach"), {**data, **wrong}).content.decode()
    )
    assert said in page and ("A screen was left open." in page or "what" in wrong)
    with world.acting(world.stx.supervisor):
        assert not Breach.objects.exists()
