"""Where one is signed in, and ending it from elsewhere."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from orgs import session_list
from orgs.models import AuditLine, SessionStart
from tests.makers.factors import at_the_door, code, come_in, say_passphrase, with_app
from tests.signing import signed_in_client
from tests.world import PASSPHRASE

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def forget_rates():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def two(world):
    """One advocate, signed in at two places half a minute apart: (first, second)."""
    member = world.stx.advocate
    secret, clients = with_app(world, member), []
    for step, agent in enumerate((FIREFOX, IPHONE)):
        client = at_the_door()
        client.defaults["HTTP_USER_AGENT"] = agent
        say_passphrase(client, member.email)
        client.post(reverse("mfa_authenticate"), {"code": code(secret, step)})
        assert is_in(client)
        clients.append(client)
        world.forward(minutes=2)
    return clients


def is_in(client):
    return client.get("/account/").status_code == 200


def test_every_place_is_listed_in_coarse_words(two):
    """C21: the browser in words, since when, from where; this one is marked."""
    page = two[1].get(reverse("sessions")).content.decode()
    assert "Firefox on Windows" in page and "Safari on an iPhone" in page
    assert "from 127.0.0.1" in page and page.count("this one") == 1
    assert "Gecko" not in page


def test_another_session_ends_on_the_server_at_once(world, two):
    """C21: its key opens nothing any more, and it is on record."""
    first, second = two
    other = [one for one in second.get(reverse("sessions")).context["sessions"] if "Firefox" in one.browser]
    assert second.post(reverse("end_session", args=[other[0].pk])).url == reverse("sessions")
    assert not is_in(first) and is_in(second)
    assert not Session.objects.filter(session_key=first.cookies["sessionid"].value).exists()
    assert "Firefox" not in second.get(reverse("sessions")).content.decode()
    with world.acting(world.stx.advocate):
        assert AuditLine.objects.get(verb="end_sessions").details == {"count": 1}


def test_all_others_end_and_this_one_stays(two):
    """C21."""
    first, second = two
    second.post(reverse("end_other_sessions"))
    assert not is_in(first) and is_in(second)


def test_ending_this_one_is_signing_out(two):
    first, second = two
    this = second.session["start"]
    assert second.post(reverse("end_session", args=[this])).url == reverse("account_login")
    assert not is_in(second) and is_in(first)


def test_signing_out_takes_the_place_off_the_list(two):
    """C21: dead at sign-out, on the server too."""
    first, second = two
    first.post(reverse("account_logout"))
    assert "Firefox" not in second.get(reverse("sessions")).content.decode()


def test_the_session_of_somebody_else_cannot_be_ended(world, two):
    """R6: a colleague's, and one of another organization, do not exist."""
    theirs = two[0].session["start"]
    for member in (world.stx.colleague, world.stt.advocate):
        client = signed_in_client(member)
        assert client.post(reverse("end_session", args=[theirs])).status_code == 404
    assert is_in(two[0])


def test_a_new_passphrase_ends_the_others_and_keeps_this_one_on_the_list(world, two):
    """C21: the session gets a new key, and the list follows."""
    first, second = two
    new = "another harbor mango seaplane"
    second.post(
        reverse("account_change_password"), {"oldpassword": PASSPHRASE, "password1": new, "password2": new}
    )
    world.forward(minutes=2)
    assert is_in(second) and not is_in(first)
    world.forward(minutes=2)
    second.get("/account/")
    assert "this one" in second.get(reverse("sessions")).content.decode()


def test_an_administrator_signs_a_member_out_everywhere(world, two):
    """C9: with the second factor, on record, never for oneself."""
    boss = world.stx.administrator
    client = world.client(boss)
    client.post(reverse("end_member_sessions", args=[world.stx.advocate.pk]))
    assert not any(is_in(one) for one in two)
    assert client.post(reverse("end_member_sessions", args=[boss.pk])).status_code == 409
    with world.acting(boss):
        assert AuditLine.objects.get(verb="end_member_sessions").details == {"count": 2}
        assert not SessionStart.objects.filter(user=world.stx.advocate, ended_at=None).exists()


def test_the_table_holds_no_key_and_shows_no_other_house(world, two):
    """R8, C21: a stolen table opens no session, and it is walled like every other."""
    with world.acting(world.stx.advocate):
        starts = list(SessionStart.objects.all())
    assert len(starts) == 2
    for client in two:
        key = client.cookies["sessionid"].value
        assert all(key not in (one.key_hash, one.browser, one.address) for one in starts)
    with world.acting(world.stt.administrator):
        assert not SessionStart.objects.exists()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("curl/8.0", "Another browser"),
        ("", "Another browser"),
        ("<script>" * 900, "Another browser"),
    ],
)
def test_a_browser_is_told_in_coarse_words(agent, said):
    assert session_list.in_words(agent) == said


def test_coming_in_leaves_one_start_and_a_new_key(world):
    """C21: the key from before the sign-in is worth nothing."""
    member = world.stx.advocate
    client, _ = come_in(member, with_app(world, member))
    with world.acting(member):
        start = SessionStart.objects.get()
    assert start.key_hash == session_list.hash_of(client.cookies["sessionid"].value)
    assert isinstance(client, Client)
