"""The screen that locks, and what was typed on it."""

import base64
import re

import pytest
from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.views.decorators.debug import sensitive_post_parameters

from orgs import sealing, session, sign_in
from orgs.keyring import members
from orgs.models import AuditLine, Organization
from orgs.sealing import crypto
from tests.makers.factors import at_the_door, code, say_passphrase, with_app
from tests.signing import signed_in_client
from tests.world import PASSPHRASE

TYPED = "She works nights & “sleeps” late"
received = []


def desk(request):
    """A page with a form, as any room has them."""
    received.append(
        (request.method, request.POST.getlist("note"), sealing.is_open(request.user.organization_id))
    )
    return HttpResponse("done")


@sign_in.step_up
def release(request):
    received.append((request.method, request.POST.getlist("note"), True))
    return HttpResponse("released")


@sensitive_post_parameters("anything")
def give(request):
    received.append((request.method, request.POST.getlist("anything"), True))
    return HttpResponse("given")


urlpatterns = [
    path("give/", give, name="give"),
    path("desk/", desk, name="desk"),
    path("release/", release, name="release"),
    path("", include("config.urls")),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def fresh():
    received.clear()
    cache.clear()


@pytest.fixture
def advocate(world):
    return world.stx.advocate


@pytest.fixture
def client(advocate):
    return signed_in_client(advocate, stays=False)


def is_locked(answer):
    return "Locked" in answer.content.decode() and 'name="passphrase"' in answer.content.decode()


def hidden(answer):
    """The hidden fields of the first form of a page, as a browser would send them."""
    from html import unescape

    form = re.search(r"<main.*?<form.*?</form>", answer.content.decode(), re.S).group()
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    sent = {}
    for name, value in pairs:
        sent.setdefault(unescape(name), []).append(unescape(value))
    sent.pop("csrfmiddlewaretoken", None)
    return re.search(r'action="([^"]+)"', form).group(1), sent


def unlock(client, answer, passphrase=PASSPHRASE):
    action, fields = hidden(answer)
    return client.post(action, fields | {"passphrase": passphrase})


def test_fifteen_minutes_alone_lock_the_screen(world, client):
    """C7: after 15 minutes nothing opens but the lock page; the passphrase gives the page back."""
    world.forward(minutes=14, seconds=59)
    assert client.get("/desk/?page=2").content == b"done"
    world.forward(minutes=15)
    answer = client.get("/desk/?page=2")
    assert is_locked(answer) and answer["Cache-Control"] == "no-store"
    assert len(received) == 1
    assert unlock(client, answer).url == "/desk/?page=2"
    assert client.get("/desk/?page=2").content == b"done"


def test_each_organization_says_how_long(world, advocate, client):
    """C7: from 1 to 30 minutes; the database refuses more."""
    with world.acting(advocate):
        Organization.objects.filter(pk=advocate.organization_id).update(idle_minutes=1)
    world.forward(seconds=61)
    assert is_locked(client.get("/desk/"))


def test_being_there_keeps_it_open(world, client):
    """C7: typing counts, told once in a while to the server."""
    for _ in range(5):
        world.forward(minutes=10)
        assert client.post(reverse("stay")).status_code == 204
    assert client.get("/desk/").content == b"done"


def test_a_locked_screen_opens_no_secrets(world, client):
    """C7, R11: the organization's secrets are open for the requests of an open session only."""
    client.get("/desk/")
    client.post(reverse("lock"))
    client.get("/desk/")
    client.post("/desk/", {"note": TYPED})
    assert received == [("GET", [], True)]


def test_what_was_typed_when_the_screen_had_locked_is_given_back(world, client):
    """C7: a POST that comes too late does nothing, is kept unreadably, and is sent by "Continue"."""
    world.forward(minutes=16)
    answer = client.post("/desk/?a=1", {"note": [TYPED, "two"], "other": "x"})
    assert is_locked(answer) and received == []
    assert "nights" not in answer.content.decode()
    wrong = unlock(client, answer, "this is not the passphrase")
    assert is_locked(wrong) and hidden(wrong)[1]["kept"]
    given_back = unlock(client, wrong)
    assert received == []
    action, fields = hidden(given_back)
    assert action == "/desk/?a=1" and fields == {"note": [TYPED, "two"], "other": ["x"]}
    assert client.post(action, fields).content == b"done"
    assert received == [("POST", [TYPED, "two"], True)]


def test_a_file_is_not_kept_and_that_is_said(world, client):
    """C7: the text beside it is."""
    world.forward(minutes=16)
    answer = client.post("/desk/", {"note": TYPED, "file": SimpleUploadedFile("a.txt", b"abc")})
    assert "A file, or a very long text, could not be kept" in answer.content.decode()
    assert hidden(unlock(client, answer))[1] == {"note": [TYPED]}


SECRET = "velvet harbor tuna candle 92"


class PinForm(forms.Form):
    """A form that came to be after the rule did."""

    pin = forms.CharField(widget=forms.PasswordInput)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_change_password", {"oldpassword": PASSPHRASE, "password1": SECRET, "password2": SECRET}),
        ("recover_keys", {"first": SECRET, "second": SECRET}),
        ("mfa_reauthenticate", {"code": SECRET}),
        ("mfa_reauthenticate_webauthn", {"credential": SECRET}),
        ("mfa_activate_totp", {"code": SECRET}),
        ("mfa_add_webauthn", {"name": "Key", "credential": SECRET}),
        ("account_reauthenticate", {"password": SECRET}),
        ("desk", {"note": "x", "pin": SECRET}),
        ("give", {"anything": SECRET}),
    ],
)
def test_what_opens_something_is_never_kept(world, client, name, data):
    """C7, R11: no passphrase, code, part of a kit or answer of a key lies in a page or a session."""
    client.post(reverse("lock"))
    answer = client.post(reverse(name), data)
    page = answer.content.decode()
    assert is_locked(answer) and "kept" not in hidden(answer)[1]
    assert "please type it again" in page and "what you typed is kept" not in page
    after = unlock(client, answer)
    assert after.status_code == 302 and SECRET not in client.get(after.url).content.decode()
    assert "kept" not in client.session and received in ([], [("GET", [], True)])


def test_no_secret_waits_for_a_second_factor_or_the_next_sign_in(world, advocate, client):
    """C8, R11: both pages say that it is typed again, and neither that it was kept."""
    with_app(world, advocate)
    world.forward(minutes=11)
    answer = client.post("/release/", {"note": "x", "pin": SECRET})
    page = client.get(answer.url).content.decode()
    assert "please type it again" in page and "What you typed is kept" not in page
    world.forward(hours=12)
    stamp_activity(client, world)
    assert client.post("/desk/", {"note": "x", "pin": SECRET}).url.startswith(reverse("account_login"))
    assert "kept" not in client.session
    at_the_door(client)
    assert "please type it again" in client.get(reverse("account_login")).content.decode()


def test_a_colleagues_opened_keys_do_not_open_what_was_kept(world, advocate, client):
    """C7, R11: it takes the keys of the house and the member's own, and no colleague has both."""
    client.post(reverse("lock"))
    kept = hidden(client.post("/desk/", {"note": TYPED}))[1]["kept"][0]
    letter = base64.b64decode(kept)
    with world.acting(world.stx.colleague) as colleague:
        house = sealing.opened(advocate.organization_id)
        inner = crypto.unseal_letter(letter, house.newest.private, session._place(advocate))
        for private in (
            *(key.private for key in house.versions.values()),
            crypto.load_private(members.open_key(colleague, PASSPHRASE)),
        ):
            with pytest.raises(sealing.Tampered):
                crypto.unseal_letter(inner, private, session._place(advocate))
        mine = crypto.load_private(members.open_key(advocate, PASSPHRASE))
        assert crypto.unseal_letter(inner, mine, session._place(advocate))
        with pytest.raises(sealing.Tampered):
            crypto.unseal_letter(letter, mine, session._place(advocate))


def test_what_was_kept_opens_for_nobody_else(world, advocate, client):
    """C7: another member's unlocking does not open it."""
    client.post(reverse("lock"))
    kept = hidden(client.post("/desk/", {"note": TYPED}))[1]["kept"][0]
    other = signed_in_client(world.stx.colleague, stays=False)
    other.post(reverse("lock"))
    answer = other.post(reverse("unlock"), {"passphrase": PASSPHRASE, "kept": kept, "next": "/desk/"})
    assert answer.status_code == 302 and answer.url == "/desk/"


def test_lock_locks_at_once_and_comes_back(world, client):
    """C7: the button of every page."""
    answer = client.post(reverse("lock"), headers={"Referer": "http://testserver/desk/?page=3"})
    assert answer.url == "/desk/?page=3"
    assert is_locked(client.get(answer.url))
    for page in ("/", reverse("account"), reverse("mfa_add_webauthn"), reverse("mfa_reauthenticate")):
        assert is_locked(client.get(page))


@pytest.mark.parametrize("elsewhere", ["https://evil.example/desk/", "//evil.example", "javascript:alert(1)"])
def test_unlocking_leads_nowhere_else(client, elsewhere):
    client.post(reverse("lock"), headers={"Referer": elsewhere})
    assert client.post(reverse("unlock"), {"passphrase": PASSPHRASE, "next": elsewhere}).url == "/"


def test_the_lock_page_tells_nothing(world, advocate, client):
    """C7: neither who is signed in nor where."""
    client.post(reverse("lock"))
    page = client.get("/desk/").content.decode()
    for told in (advocate.name, advocate.email, advocate.organization.name):
        assert told not in page


def test_guessing_at_the_lock_counts(world, advocate, client):
    """C5: five wrong passphrases at the lock close the account, for sign-in too."""
    client.post(reverse("lock"))
    answer = client.get("/desk/")
    for _ in range(5):
        answer = unlock(client, answer, "this is not the passphrase")
    assert is_locked(unlock(client, answer))
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200
    world.forward(minutes=15, seconds=1)
    assert unlock(client, answer).status_code == 302
    with world.acting(advocate):
        assert AuditLine.objects.filter(verb="fail_unlock").count() == 6


def test_twelve_hours_end_every_session(world, client):
    """C8: however busy it was."""
    for _ in range(12 * 6 - 1):
        world.forward(minutes=10)
        assert client.post(reverse("stay")).status_code == 204
    world.forward(minutes=10)
    answer = client.get("/desk/")
    assert answer.url == f"{reverse('account_login')}?next=/desk/"
    assert "_auth_user_id" not in client.session


def test_what_was_typed_at_the_end_of_twelve_hours_comes_back_after_signing_in(world, advocate, client):
    """C8: sealed in the session meanwhile, for the same member."""
    secret = with_app(world, advocate)
    world.forward(hours=12)
    stamp_activity(client, world)
    assert client.post("/desk/", {"note": TYPED}).url.startswith(reverse("account_login"))
    assert "nights" not in str(dict(client.session.items()))
    at_the_door(client)
    say_passphrase(client, advocate.email)
    answer = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert answer.url == reverse("resume")
    action, fields = hidden(client.get(answer.url))
    assert (action, fields) == ("/desk/", {"note": [TYPED]})
    assert client.post(action, fields).content == b"done"


def test_a_lock_page_that_stood_open_past_the_end_keeps_what_it_held(world, advocate, client):
    """C8: its sealed field goes on into the next sign-in."""
    secret = with_app(world, advocate)
    client.post(reverse("lock"))
    answer = client.post("/desk/", {"note": TYPED})
    world.forward(hours=12)
    assert unlock(client, answer).url.startswith(reverse("account_login"))
    at_the_door(client)
    say_passphrase(client, advocate.email)
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).url == reverse("resume")
    assert hidden(client.get(reverse("resume")))[1] == {"note": [TYPED]}


def stamp_activity(client, world):
    session = client.session
    session["active_at"] = int(world.now.timestamp())
    session.save()


def test_a_release_asks_for_the_second_factor_again(world, advocate):
    """C8: after ten minutes; what was typed is kept, and the passphrase is not enough."""
    secret = with_app(world, advocate)
    client = signed_in_client(advocate, stays=False)
    assert client.post("/release/", {"note": TYPED}).content == b"released"
    world.forward(minutes=10, seconds=1)
    answer = client.post("/release/", {"note": TYPED})
    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=%2Fresume%2F" and len(received) == 1
    assert "nights" not in str(dict(client.session.items()))
    assert client.post(answer.url, {"code": code(secret)}).url == reverse("resume")
    action, fields = hidden(client.get(reverse("resume")))
    assert client.post(action, fields).content == b"released"
    assert received[-1] == ("POST", [TYPED], True)
    assert client.get("/release/").content == b"released"


def test_part_of_a_page_asked_for_while_locked_reloads_the_page(client):
    client.post(reverse("lock"))
    answer = client.get("/desk/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true" and not answer.content


def test_pages_for_everybody_stay_open_while_locked(client):
    client.post(reverse("lock"))
    assert client.get(reverse("notice")).status_code == 200


def test_a_stranger_is_not_asked_for_a_passphrase_of_nobody():
    assert Client().post(reverse("unlock"), {"passphrase": "x"}).url.startswith(reverse("account_login"))


def test_a_request_costs_one_query_for_member_and_organization(
    world, advocate, django_assert_max_num_queries
):
    """C7: keeping an eye on the clock costs nothing but a write a minute."""
    client = world.client(advocate)
    client.get("/desk/")
    with django_assert_max_num_queries(5):  # session, tenant, savepoint and its release, member
        client.get("/desk/")


def test_the_stamp_is_written_once_a_minute(world, client):
    """C7: not with each request."""
    before = client.session["active_at"]
    world.forward(seconds=59)
    client.get("/desk/")
    assert client.session["active_at"] == before
    world.forward(seconds=2)
    client.get("/desk/")
    assert client.session["active_at"] == before + 61
