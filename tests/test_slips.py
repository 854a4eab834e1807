"""What somebody mistypes, or an address that was cut: an answer that says what to do, never a broken page."""

import base64
from datetime import date

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from cases.forms.person import PersonForm
from cases.models import Person
from orgs import audit_chain, session
from orgs.forms.fields import LocalDateField, LocalDateTimeField
from orgs.models import Invitation
from tests.makers.case import a_followup, open_case
from tests.world import PASSPHRASE

FAR = "9999-12-31T23:59"
NO_PLACES = ("2026-01-01T00:00:00Z_" + "z" * 36, "9999-99-99T00:00:00Z_", "_", "2026-01-01T00:00:00_")


@pytest.mark.parametrize("place", NO_PLACES)
def test_a_place_in_a_list_that_is_none_shows_the_list_from_its_start(world, place):
    """C22."""
    for member, name in (("intake_worker", "inbox"), ("intake_worker", "intakes"), ("advocate", "caseload")):
        answer = world.client(getattr(world.stx, member)).get(reverse(name), {"after": place})
        assert answer.status_code == 200, name


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01"])
def test_a_year_that_nobody_means_is_refused_with_the_reason(day):
    """C22: no clock can be computed beyond the end of the calendar."""
    for field, text in ((LocalDateField(), day), (LocalDateTimeField(), f"{day}T23:59")):
        with pytest.raises(Exception, match="Check the year"):
            field.clean(text)


def test_the_audit_says_that_a_year_is_wrong(world):
    client = world.client(world.stx.administrator)
    answer = client.get(reverse("audit"), {"until": "9999-12-31"})
    assert answer.status_code == 200 and "Check the year" in answer.content.decode()


def test_a_promise_is_within_five_years_and_what_was_typed_stays(world):
    """C22: a slip in the year is said on the page, with every other answer kept."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        promise = a_followup(case, advocate)
    client = world.client(advocate)
    contact = {"outcome": "answered", "way": "call", "text": "Came to the door", "next_what": "Call"}
    for at in (FAR, "2199-01-01T10:00"):
        for url, data in (
            (reverse("promise_followup", args=[case.number]), {"what": "Call the court", "due_at": at}),
            (reverse("reschedule_followup", args=[promise.pk]), {"due_at": at}),
            (reverse("log_case", args=[case.number]), {**contact, "next_at": at}),
        ):
            answer = client.post(url, data)
            assert answer.status_code == 200 and "Check the year" in answer.content.decode(), (url, at)
            assert at in answer.content.decode(), "what was typed is kept"


def test_nobody_is_born_tomorrow(world):
    """R23: the end of a childhood is computed from this day."""
    with world.acting(world.stx.advocate) as advocate:
        person = Person.enter(actor=advocate, alias="Bluebird")
        for born, fine in (("9990-02-28", False), ("2199-02-28", False), ("2012-02-29", True)):
            form = PersonForm({"born": born}, person=person)
            assert form.is_valid() is fine, form.errors
            if not fine:
                assert "Check the year" in str(form.errors["born"])
    assert form.cleaned_data["born"] == date(2012, 2, 29)


def test_an_address_longer_than_an_address_can_be_is_said_to_be_too_long(world):
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".test"
    data = {"email": long, "name": "Nova New", "role": "advocate", "unit": ""}
    answer = world.client(world.stx.administrator).post(reverse("invite_member"), data)
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {"email"}
    with world.acting(world.stx.administrator):
        assert not Invitation.objects.exists()


def kept_under_a_lost_key(world, member):
    """A kept page whose key version is not there any more."""
    from types import SimpleNamespace

    from django.http import QueryDict

    posted = QueryDict("note=Something")
    request = SimpleNamespace(POST=posted, user=member, get_full_path=lambda: "/caseload/")
    with world.acting(member):
        letter = bytearray(base64.b64decode(session.keep(request)))
    letter[1:3] = (77).to_bytes(2, "big")
    return base64.b64encode(letter).decode()


@pytest.mark.parametrize("text", ["AAAA", "A", "é", None])
def test_a_kept_page_that_cannot_be_opened_is_said_to_be_lost(world, text):
    """C7: the screen opens all the same."""
    cache.clear()
    member = world.stx.advocate
    text = kept_under_a_lost_key(world, member) if text is None else text
    client = world.client(member)
    client.post(reverse("lock"))
    data = {"passphrase": PASSPHRASE, "kept": text, "next": reverse("caseload")}
    answer = client.post(reverse("unlock"), data, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == reverse("caseload")
    assert "could not be brought back" in answer.content.decode()


def test_no_verification_of_the_audit_goes_on_for_ever(world):
    """C14."""
    for batch in (0, -1):
        with pytest.raises(ValueError, match="one line at least"):
            audit_chain.verify(world.stx.organization.pk, batch)
        with pytest.raises(CommandError, match="one line at least"):
            call_command("verify_audit", f"--batch={batch}")


def test_the_address_of_a_button_says_that_it_is_one(world):
    """C22: reloaded or kept as a bookmark; the same page for everybody, whatever is there."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    pages = set()
    for who, number in (
        (world.stx.advocate, case.number),
        (world.stx.advocate, "C-9999"),
        (world.officer, "C-1"),
    ):
        answer = world.client(who).get(reverse("resume_case", args=[number]))
        assert answer.status_code == 405
        pages.add(answer.content)
    assert len(pages) == 1 and b"It belongs to a button" in pages.pop()
