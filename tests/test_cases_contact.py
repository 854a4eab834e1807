"""Reaching a person: only under a plan that is good, with its warnings above the button."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases.models import ContactAttempt, FollowUp, Note, SafeContactPlan, Service
from cases.models.contact import NoSafePlan
from orgs import clock
from orgs.models import AuditLine, Reminder
from orgs.record import IllegalMove
from tests.makers.case import a_person, a_plan, open_case


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


TRY = {"way": "call", "outcome": "no_answer"}
TYPED = {**TRY, "minutes": "7", "text": "Rang four times.", "next_what": "", "next_at": ""}


def test_without_a_plan_nobody_tries(me):
    """R37: no plan, or none that was ever confirmed: the attempt is refused and nothing is written."""
    case = open_case(me, plan=False)
    with pytest.raises(NoSafePlan):
        case.log_contact(actor=me, **TRY)
    a_plan(case.person, me, verified=False)
    with pytest.raises(NoSafePlan) as refused:
        ContactAttempt.record(case.person, actor=me, **TRY)
    assert refused.value.plan == case.person.plan
    assert not ContactAttempt.objects.exists()


def test_a_plan_is_good_for_thirty_days(world, me):
    """R37: by the database's clock, to the second; confirming it starts thirty new days."""
    case = open_case(me)
    world.hold(case.person.plan.good_until - timedelta(seconds=1))
    case.log_contact(actor=me, **TRY)
    world.hold(case.person.plan.good_until)
    with pytest.raises(NoSafePlan):
        case.log_contact(actor=me, **TRY)
    case.person.plan.confirm(actor=me)
    case.log_contact(actor=me, **TRY)
    assert ContactAttempt.objects.count() == 2


def test_a_new_plan_stands_alone_and_the_old_one_is_kept(me):
    person = a_person(me)
    first, second = a_plan(person, me), a_plan(person, me, never="Never call at night.")
    first.refresh_from_db()
    assert (person.plan, bool(first.superseded_at), SafeContactPlan.objects.count()) == (second, True, 2)
    with pytest.raises(NoSafePlan):
        first.confirm(actor=me)


def test_confirming_moves_the_clock_of_every_open_case(world, me):
    case = open_case(me)
    world.forward(days=20)
    case.person.plan.confirm(actor=me)
    case.refresh_from_db()
    assert case.plan_verified_at == world.now
    waiting = Reminder.objects.filter(subject_id=case.pk, clock="confirm_plan", fired_at=None)
    assert {row.started_at for row in waiting} == {world.now}


def test_one_form_writes_all_of_it(world, me):
    case = open_case(me)
    soon = (world.now + timedelta(days=2)).astimezone().strftime("%Y-%m-%dT%H:%M")
    said = {
        **TYPED,
        "outcome": "reached",
        "services": ["C1", "E10"],
        "next_what": "Call again",
        "next_at": soon,
    }
    answer = world.client(me).post(reverse("log_case", args=[case.number]), said)
    assert answer.status_code == 302
    attempt = ContactAttempt.objects.get()
    note = Note.objects.get()
    assert (attempt.minutes, note.text, note.attempt) == (7, "Rang four times.", attempt)
    assert sorted(Service.objects.values_list("code", flat=True)) == ["C1", "E10"]
    assert FollowUp.objects.get().owner == me
    case.refresh_from_db()
    assert (case.state, case.last_contact_at) == ("active", attempt.at)


def test_all_of_it_or_none_of_it(me):
    case = open_case(me)
    with pytest.raises(ValidationError):
        case.log_contact(actor=me, **TRY, text="x", next_what="Call", next_at="tomorrow")
    assert not ContactAttempt.objects.exists() and not Note.objects.exists()


def test_who_was_not_reached_is_still_not_reached(me):
    case = open_case(me)
    case.log_contact(actor=me, **TRY)
    case.refresh_from_db()
    assert (case.state, case.last_contact_at) == ("open", None)


def test_the_warning_stands_above_the_button(world, me):
    """R37: what never to do comes before every button of the page that logs a contact, and of the case."""
    case = open_case(me)
    client = world.client(me)
    page = client.get(reverse("log_case", args=[case.number])).content.decode()
    assert page.index("Never leave a message.") < page.index(">Save</button>")
    page = client.get(reverse("view_case", args=[case.number])).content.decode()
    assert page.index("Never leave a message.") < page.index("What happened")


def test_a_gate_stands_where_the_button_would(world, me):
    """R37: with a stale plan there is no button, but why, and what opens it; what was typed is kept."""
    case = open_case(me)
    world.forward(days=31)
    client, url = world.client(me), reverse("log_case", args=[case.number])
    page = client.get(url).content.decode()
    assert ">Save</button>" not in page and reverse("confirm_plan", args=[case.number]) in page
    page = client.post(url, TYPED).content.decode()
    assert "Rang four times." in page and ">Save</button>" not in page
    assert not ContactAttempt.objects.exists()
    client.post(reverse("confirm_plan", args=[case.number]))
    assert client.post(url, TYPED).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "married"}, "outcome"),
        ({"way": ""}, "way"),
        ({"minutes": "-1"}, "minutes"),
        ({"minutes": "soon"}, "minutes"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "Her number is 123-45-6789"}, "text"),
        ({"services": ["Z9"]}, "services"),
        ({"next_what": "Call"}, "next_at"),
        ({"next_at": "2030-01-01T10:00"}, "next_what"),
        ({"next_what": "Call", "next_at": "someday"}, "next_at"),
    ],
    ids=str,
)
def test_a_wrong_answer_keeps_what_was_typed(world, me, wrong, field):
    case = open_case(me)
    said = {**TYPED, "text": "Kept as typed.", **wrong}
    answer = world.client(me).post(reverse("log_case", args=[case.number]), said)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert (said["text"] if field != "text" else wrong["text"]) in answer.content.decode()
    assert not ContactAttempt.objects.exists()


def test_a_closed_case_is_not_contacted(world, me):
    case = open_case(me)
    case.request_closure("goals_met", actor=me)
    case.close(actor=world.stx.supervisor)
    for act in (
        lambda: case.log_contact(actor=me, **TRY),
        lambda: case.add_note("x", actor=me),
        lambda: case.add_service("C1", actor=me),
        lambda: case.promise("x", clock.now(), actor=me),
    ):
        with pytest.raises(IllegalMove):
            act()
    assert not ContactAttempt.objects.exists() and not Note.objects.exists()


def test_the_audit_has_codes_and_no_words(me):
    """C12: that somebody tried is on record, what was said is not."""
    case = open_case(me)
    case.log_contact(actor=me, **TRY, text="Secret words")
    lines = str(list(AuditLine.objects.values_list("details", "subject_label")))
    assert "no_answer" in lines and "Secret" not in lines and "Bluebird" not in lines


def test_nobody_writes_down_that_they_called_the_dead(world, me):
    """R33, R37: a page that stood open says so, keeps what was typed, and shows no way to reach them."""
    case = open_case(me)
    client, url = world.client(me), reverse("log_case", args=[case.number])
    assert client.get(url).status_code == 200
    case.record_death(actor=world.stx.supervisor)
    page = client.post(url, TYPED).content.decode()
    assert "This person has died" in page and "Rang four times." in page
    assert "How to reach them" not in page and not ContactAttempt.objects.exists()
