"""Pages say what they mean: whom a form is about, since when something waits, what may be the same person."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import reverse

from cases.models import Case, Wall
from orgs import clock
from orgs.models import OutboxMessage
from orgs.tenancy import new_id
from orgs.views.installation import waits
from tests.makers import handoff as handoffs
from tests.makers.case import a_person, open_case
from tests.makers.intake import a_walk_in


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def panel(html, heading):
    return words(html[html.index(heading) :].split("</section>")[0])


# "May be here already"


def test_triage_says_why_somebody_may_be_here_already(world):
    """R8: the same number, the same name; the strongest reason first."""
    desk = world.stx.intake_worker
    with world.acting(world.stx.advocate) as advocate:
        open_case(advocate, person=a_person(advocate, alias="Kestrel", phone="340 555 0142"))
    with world.acting(desk):
        a_walk_in(desk, alias="Kestrel")
        intake = a_walk_in(desk, alias="Kestrel", phone="+1 (340) 555-0142")
    address = reverse("triage_intake", args=[intake.number])
    said = panel(world.client(desk).get(address).content.decode(), "May be here already")
    assert "same phone number, same name" in said and ": same name" in said
    assert said.index("same phone number") < said.index(": same name")


def test_the_reason_opens_nothing_that_is_walled(world):
    """R42: who is walled from a person hears of no match, so of no reason either."""
    desk = world.stx.intake_worker
    with world.acting(world.stx.advocate) as advocate:
        person = a_person(advocate, alias="Kestrel", phone="340 555 0142")
        open_case(advocate, person=person)
        Wall.build(person, desk, actor=world.stx.supervisor, reason="other")
    with world.acting(desk):
        intake = a_walk_in(desk, alias="Kestrel", phone="340 555 0142")
    address = reverse("triage_intake", args=[intake.number])
    said = panel(world.client(desk).get(address).content.decode(), "May be here already")
    assert "same" not in said and "Nobody whom you may see has a name or number" in said


def test_whoever_accepts_a_handoff_reads_why_too(world):
    handoff = handoffs.acknowledged(world)
    with world.acting(world.stt.advocate) as advocate:
        open_case(advocate, person=a_person(advocate, alias="Bluebird", phone="340 555 0142"), island="STT")
    page = world.client(world.stt.supervisor).get(reverse("accept_handoff", args=[handoff.reference]))
    assert "same phone number, same name" in page.content.decode()


# Forms name whom they are about


@pytest.mark.parametrize(
    "name", ["write_note", "give_service", "promise_followup", "make_plan", "request_closure_case"]
)
def test_a_form_of_a_case_says_whom_it_is_about(world, name):
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate, person=a_person(advocate, alias="Kestrel"))
    page = world.client(world.stx.advocate).get(reverse(name, args=[case.number])).content.decode()
    assert f"Kestrel · {case.number}" in words(page)


def test_the_number_of_a_case_does_not_break_in_a_heading(world):
    handoff = handoffs.draft(world)
    with world.acting(world.stx.advocate):
        number = Case.objects.get().number
    page = world.client(world.stx.advocate).get(handoff.get_absolute_url()).content.decode()
    heading = page[page.index("<h1>") : page.index("</h1>")]
    assert f'<span class="unbroken">{number}</span>' in heading


# Queues of the installation


def test_an_operator_reads_what_waits_and_what_rests(world):
    """Mail that is kept for the morning waits for a moment to come: it is not "oldest in 18 min"."""
    now = clock.now()
    assert waits(None, now) == ""
    assert waits(now - timedelta(minutes=18), now) == "the oldest has waited 18 min"
    assert waits(now + timedelta(minutes=18), now) == "the next goes in 18 min"
    with world.acting(world.stx.advocate) as advocate:
        later = clock.now() + timedelta(minutes=18, seconds=30)
        OutboxMessage.objects.create(
            organization_id=advocate.organization_id, recipient=advocate, available_at=later, created_at=later
        )
    page = words(world.client(world.operator.operator).get(reverse("operator")).content.decode())
    assert "the next goes in 18 min" in page and "oldest in" not in page


# The demo's own page


def test_the_demo_folds_each_organization(world):
    member = SimpleNamespace(name="Ana (invented)", email="ana@demo.invalid")
    house = SimpleNamespace(pk=new_id(), name="Women’s Coalition")
    people = [{"member": member, "does": ["Advocate"], "try": "Today."}] * 2
    with override_settings(ROOT_URLCONF="config.demo.urls"):
        page = render_to_string("demo/demo.html", {"organizations": [(house, people)], "mail": ""})
    assert "<summary>Women’s Coalition: 2 people</summary>" in page
    assert page.index("<details") < page.index("Ana (invented)") and "<details open" not in page
