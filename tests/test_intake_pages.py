"""The desk and the intake on the screen: what is there, who may, and how much it asks of the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import ContactAttempt, Wall
from referrals.models import Intake, IntakeAssignment, Referral
from tests.makers.intake import CALL, a_plan_for, a_walk_in, assigned, in_state, triaged
from tests.makers.referral import acknowledged, sent

MOST = 12


@pytest.fixture
def desk(world):
    return world.stx.intake_worker


@pytest.fixture
def advocate(world):
    return world.stx.advocate


def url(verb, intake):
    return reverse(f"{verb}_intake", args=[intake.number])


def get(client, address):
    """A page and the queries that it took, once the process knows the ids of groups and permissions."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    said = [q["sql"] for q in queries.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return response, said


def test_the_inbox_shows_the_most_urgent_clock_first(world, desk):
    standard, crisis = sent(world, priority="standard"), sent(world, priority="crisis")
    page = world.client(desk).get(reverse("inbox")).content.decode()
    assert page.index(crisis.reference) < page.index(standard.reference)
    assert "Bluebird" in page
    assert "30 min left" in page or "29 min left" in page


def test_one_press_acknowledges_and_a_second_changes_nothing(world, desk):
    """R4: the desk says that it has read it; that is where the intake begins."""
    referral, client = sent(world), world.client(desk)
    address = reverse("acknowledge_referral", args=[referral.reference])
    first = client.post(address)
    with world.acting(desk):
        intake = Intake.objects.get(referral=referral)
    assert first.url == reverse("view_intake", args=[intake.number])
    again = client.post(address, follow=True)
    assert again.status_code == 200
    assert "Already acknowledged" in again.content.decode()
    with world.acting(desk):
        assert Intake.objects.filter(referral=referral).count() == 1


@pytest.mark.parametrize("many", [1, 9])
def test_pages_ask_at_most_twelve_questions_whatever_the_rows(world, desk, advocate, many):
    with world.acting(desk):
        for n in range(many):
            triaged(desk, alias=f"Tern {n}")
            triaged(desk).assign(advocate, actor=desk)
        intake = in_state("outreach", desk, advocate)
        for _ in range(many):
            intake.reach_out(actor=advocate, **CALL)
    for _ in range(many):
        referral = sent(world)
    _referral, from_packet = acknowledged(world)
    clients = {member.role: world.client(member) for member in (desk, advocate, world.stx.supervisor)}
    for role, address in (
        ("intake_worker", reverse("inbox")),
        ("supervisor", reverse("inbox")),
        ("intake_worker", reverse("view_referral", args=[referral.reference])),
        ("intake_worker", url("view", from_packet)),
        ("advocate", url("view", intake)),
        ("intake_worker", reverse("intakes")),
        ("intake_worker", url("triage", from_packet)),
        ("intake_worker", url("assign", intake)),
        ("advocate", url("reach_out", intake)),
        ("advocate", url("plan", intake)),
    ):
        response, asked = get(clients[role], address)
        assert response.status_code == 200, address
        assert len(asked) <= MOST, address + "\n" + "\n".join(q.split("FROM")[-1][:110] if "FROM" in q else q[:110] for q in asked)
