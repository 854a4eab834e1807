"""Rules of behavior: accepted when somebody joins, and every year; nothing opens without."""

import re
from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse

from orgs import rules_of_behavior, sealing
from orgs.models import AuditLine, User
from tests.makers.factors import come_in, with_app
from tests.signing import signed_in_client
from tests.test_lock import hidden
from tests.test_permissions import urls

RULES = "/rules/"
TYPED = "She works nights & “sleeps” late"


@pytest.fixture
def advocate(world):
    return world.stx.advocate


def ask_again(world, member):
    """As after a year, or after a new text."""
    with world.acting(member):
        User.objects.filter(pk=member.pk).update(rules_version="2020-01")


def test_who_has_not_accepted_gets_the_rules_and_nothing_else(world, advocate):
    """C26: every page that needs a sign-in, by GET and by POST, leads to the rules."""
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    for name in ("home", "account", "today", "find", "new_intake", "sessions", "resume"):
        for how in (client.get, client.post):
            answer = how(reverse(name))
            assert answer.status_code == 302, name
            assert answer.url.startswith(RULES) or answer.url == "/", name
    assert client.get(RULES).status_code == 200
    assert get_resolver().reverse_dict and set(urls())  # the doors themselves are walked by the permissions


def test_nothing_sealed_opens_before_they_are_accepted(world, advocate, monkeypatch):
    """C26, R11: the organization's secrets stay shut."""
    seen = []
    monkeypatch.setattr(
        "orgs.views.rules.local",
        lambda request, url: seen.append(sealing.is_open(advocate.organization_id)) or "/",
    )
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    client.get(RULES)
    assert seen == [False]


def test_accepting_is_on_record_and_leads_back(world, advocate):
    """C26: which text, who and when; then the page that was wanted."""
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    wanted = client.get(reverse("find") + "?q=x")
    page = client.get(wanted.url)
    assert "tick" in client.post(RULES, {"next": "/x/"}).content.decode()
    _, fields = hidden(page)
    assert fields["next"] == ["/find/?q=x"]
    assert client.post(RULES, fields | {"accepted": "on"}).url == "/find/?q=x"
    assert client.get("/find/?q=x").status_code == 200
    with world.acting(advocate):
        line = AuditLine.objects.get(verb="accept_rules")
        assert line.actor_id == advocate.pk and line.details == {"version": rules_of_behavior.VERSION}
        assert User.objects.get(pk=advocate.pk).rules_version == rules_of_behavior.VERSION


def test_what_was_typed_when_they_ran_out_is_kept_unreadably_and_given_back(world, advocate):
    """C26, C7: a year is over in the middle of a form; the text waits, sealed, for "Continue"."""
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    answer = client.post(reverse("new_intake"), {"note": TYPED})
    assert answer.url.startswith(RULES)
    assert TYPED not in str(client.session.items()) and client.session["kept"]
    assert client.post(RULES, {"accepted": "on", "next": "/"}).url == reverse("resume")
    page = client.get(reverse("resume"))
    action, fields = hidden(page)
    assert action == reverse("new_intake") and fields["note"] == [TYPED]


def test_an_older_kept_page_does_not_come_back_by_accident(world, advocate):
    """What waited for something else is not sent after a mere look at a page."""
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    client.post(reverse("new_intake"), {"note": TYPED})
    client.get("/")
    assert client.post(RULES, {"accepted": "on", "next": "/"}).url == "/"


@pytest.mark.parametrize(("days", "asked"), [(364, False), (365, True), (800, True)])
def test_everybody_is_asked_again_after_a_year(world, advocate, days, asked):
    """C26: by the database's clock, at the next request, without a task."""
    with world.acting(advocate):
        User.objects.filter(pk=advocate.pk).update(rules_accepted_at=world.now)
        member = User.objects.get(pk=advocate.pk)
        world.hold(world.now + timedelta(days=days))
    with world.acting(member):
        assert rules_of_behavior.stand(member) is not asked


def test_a_newcomer_accepts_before_the_first_page(world, advocate):
    """C26: right after the second factor."""
    with world.acting(advocate):
        User.objects.filter(pk=advocate.pk).update(rules_version="", rules_accepted_at=None)
    client, answer = come_in(advocate, with_app(world, advocate))
    assert client.get(answer.url).url.startswith(RULES)


def test_locking_and_signing_out_work_before_they_are_accepted(world, advocate):
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    assert client.post(reverse("stay")).status_code == 204
    assert "passphrase" in client.get(client.post(reverse("lock")).url).content.decode()
    client = signed_in_client(advocate, stays=False)
    assert client.post(reverse("account_logout")).url == reverse("account_login")


def test_a_part_of_a_page_asks_the_browser_to_load_it_whole(world, advocate):
    client = signed_in_client(advocate, stays=False)
    ask_again(world, advocate)
    assert client.get(reverse("find"), headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_administrators_see_who_has_accepted_which_text_and_when(world, advocate):
    """C26: in the list of members."""
    with world.acting(advocate):
        User.objects.filter(pk=world.stx.colleague.pk).update(rules_version="", rules_accepted_at=None)
    page = world.client(world.stx.administrator).get(reverse("members")).content.decode()
    assert page.count("rules not accepted yet") == 1
    assert len(re.findall(rf"rules {rules_of_behavior.VERSION} accepted", page)) == 5


def test_the_rules_can_be_read_again(world, advocate):
    page = world.client(advocate).get(RULES).content.decode()
    assert (
        "You accepted them" in page and "My account is mine alone" in page and 'name="accepted"' not in page
    )
