"""Nobody is in touch without a contact on record: an attempt that reached them, or how they came to us."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import ContactAttempt, Wall
from orgs import clock
from orgs.models import Reminder
from orgs.record import IllegalMove
from orgs.words import local
from referrals.models import Intake
from referrals.models.intake_moves import REFUSALS
from tests.makers import intake as intakes
from tests.makers.case import open_case
from tests.noninterference.stage import NOON


@pytest.fixture
def house(world):
    world.hold(NOON)
    return world


@pytest.fixture
def intake(house):
    with house.acting(house.stx.intake_worker) as desk:
        return intakes.assigned(desk, house.stx.advocate)


def said(world, **more):
    typed = local(clock.now() - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M")
    return {"way": "call", "at": typed, "by": str(world.stx.intake_worker.pk), "text": "", **more}


def address(intake):
    return reverse("engage_intake", args=[intake.number])


def first_outreach():
    return Reminder.objects.filter(clock="first_outreach", fired_at=None)


def test_in_touch_without_a_contact_stops_no_clock(house, intake):
    """The clock of the first outreach ends by a contact that is on record, and by nothing else."""
    with house.acting(house.stx.advocate) as me:
        with pytest.raises(IllegalMove) as refused:
            intake.engage(actor=me)
        assert refused.value.reason == REFUSALS["no_contact"] and intake.state == "assigned"
        assert first_outreach().exists()
    client = house.client(house.stx.advocate)
    assert client.post(address(intake)).status_code == 200  # the form, with what is missing
    with house.acting(house.stx.advocate):
        assert Intake.objects.get().state == "assigned" and first_outreach().exists()


def test_one_form_records_when_how_and_who(house, intake):
    """They called the desk before there was any plan: that needs none, and is kept as what it is."""
    client = house.client(house.stx.advocate)
    page = client.get(address(intake)).content.decode()
    assert "Who spoke with them?" in page and "How were they in touch?" in page
    assert client.post(address(intake), said(house)).status_code == 302
    with house.acting(house.stx.advocate):
        (contact,) = ContactAttempt.objects.all()
        assert (contact.way, contact.by, contact.incoming) == ("call", house.stx.intake_worker, True)
        assert contact.at == (clock.now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
        assert contact.plan is None and contact.reached
        assert Intake.objects.get().state == "engaged" and not first_outreach().exists()
    assert "Phone call: They were in touch" in client.get(intake.get_absolute_url()).content.decode()
    assert client.post(address(intake), said(house)).status_code == 409


def test_a_double_press_records_it_once_and_leads_to_the_intake(house, intake):
    client = house.client(house.stx.advocate)
    [form_id] = re.findall(r'name="form_id" value="([^"]+)"', client.get(address(intake)).content.decode())
    first, second = (client.post(address(intake), said(house, form_id=form_id)) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302) and first.url == second.url
    with house.acting(house.stx.advocate):
        assert ContactAttempt.objects.count() == 1


def test_an_attempt_that_reached_them_is_enough(house, intake):
    with house.acting(house.stx.advocate) as me:
        intakes.a_plan_for(intake, me)
        intake.reach_out(actor=me, way="call", outcome="reached")
        assert Intake.objects.get().state == "engaged"
        assert not ContactAttempt.objects.get().incoming


@pytest.mark.parametrize("minutes", [5, -31 * 24 * 60])
def test_a_time_that_cannot_be_is_refused_and_kept(house, intake, minutes):
    typed = local(clock.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")
    answer = house.client(house.stx.advocate).post(address(intake), said(house, at=typed))
    assert answer.status_code == 200 and typed in answer.content.decode()
    with house.acting(house.stx.advocate):
        assert not ContactAttempt.objects.exists() and Intake.objects.get().state == "assigned"


def test_who_is_walled_from_them_is_not_offered(house, intake):
    """R42: nor taken, where somebody sends their key."""
    with house.acting(house.stx.supervisor) as boss:
        Wall.build(intake.person, house.stx.colleague, actor=boss, reason="other")
    client, walled = house.client(house.stx.advocate), house.stx.colleague
    assert str(walled.pk) not in client.get(address(intake)).content.decode()
    assert client.post(address(intake), said(house, by=str(walled.pk))).status_code == 200
    with house.acting(house.stx.advocate):
        assert not ContactAttempt.objects.exists()


@pytest.mark.parametrize("verb", ["engage", "reach_out"])
def test_somebody_whose_death_is_on_record_is_refused_and_the_words_are_given_back(house, intake, verb):
    """R33, C22: never an error page, and nothing that was typed is lost."""
    with house.acting(house.stx.advocate) as me:
        intakes.a_plan_for(intake, me)
        case = open_case(me, person=intake.person, plan=False)
    client = house.client(house.stx.advocate)
    with house.acting(house.stx.advocate) as me:
        case.record_death(actor=me)
    typed = {"engage": said(house), "reach_out": {"way": "call", "outcome": "reached", "minutes": "5"}}[verb]
    typed["text"] = "She asked for her sister."
    answer = client.post(reverse(f"{verb}_intake", args=[intake.number]), typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "She asked for her sister." in page
    with house.acting(house.stx.advocate):
        assert Intake.objects.get().state == "assigned" and not ContactAttempt.objects.exists()
    if verb == "engage":
        assert "has died" in page


def test_the_database_takes_no_attempt_of_ours_without_a_plan(house, intake):
    """R37: only what the person began themselves needs none."""
    with house.acting(house.stx.advocate) as me, pytest.raises(IntegrityError), transaction.atomic():
        ContactAttempt.objects.create(
            organization=me.organization, person=intake.person, at=clock.now(), by=me, way="call",
            outcome="reached",
        )  # fmt: skip
