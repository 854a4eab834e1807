"""Coming in: notice, passphrase, second factor, lockout."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from orgs.models import AuditLine, User
from tests.makers.factors import at_the_door, code, come_in, say_passphrase, with_app
from tests.world import PASSPHRASE

HOME = "/account/"


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()


@pytest.fixture
def advocate(world):
    return world.stx.advocate


def lines(world, member, **filters):
    with world.acting(member):
        return list(AuditLine.objects.filter(**filters).order_by("sequence"))


def is_in(client):
    return client.get(HOME).status_code == 200


def test_the_notice_comes_before_the_form(world, advocate):
    """C6: without the notice accepted there is no sign-in form, and its version is on record at sign-in."""
    client = Client()
    answer = client.get(reverse("account_login"))
    assert answer.status_code == 302 and answer.url.startswith(reverse("notice"))
    assert say_passphrase(client, advocate.email).url.startswith(reverse("notice"))
    assert "accepted" in client.post(reverse("notice"), {}).context["form"].errors
    secret = with_app(world, advocate)
    come_in(advocate, secret)
    assert lines(world, advocate, verb="sign_in")[0].details["notice"] == "2026-11"


def test_both_factors_open_the_door(world, advocate):
    """C3: the passphrase alone opens nothing; with the code the member is in."""
    secret = with_app(world, advocate)
    client = at_the_door()
    assert say_passphrase(client, advocate.email).url == reverse("mfa_authenticate")
    assert client.get(HOME).url.startswith(reverse("account_login"))
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).url == "/"
    assert is_in(client)


def test_a_recovery_code_opens_once(world, advocate):
    """C3: a recovery code stands for the second factor, one time."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with_app(world, advocate)
    with world.acting(advocate):
        one = RecoveryCodes.activate(advocate).generate_codes()[0]
    for expected in (True, False):
        client = at_the_door()
        say_passphrase(client, advocate.email)
        client.post(reverse("mfa_authenticate"), {"code": one})
        assert is_in(client) is expected


def test_a_code_of_the_app_opens_once_even_without_the_cache(world, advocate):
    """C3: a code that was seen over a shoulder is of no use."""
    secret = with_app(world, advocate)
    come_in(advocate, secret)
    cache.clear()
    client, answer = come_in(advocate, secret)
    assert answer.status_code == 200 and not is_in(client)


def test_without_a_second_factor_only_setting_one_up_opens(world, advocate):
    """C3: the first sign-in leads to the page that sets up a second factor, and nowhere else."""
    client = at_the_door()
    say_passphrase(client, advocate.email)
    for page in (HOME, "/", reverse("account_change_password"), reverse("mfa_view_recovery_codes")):
        assert client.get(page).url == reverse("enroll")
    assert client.post(HOME).url == reverse("enroll")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 200 and wrong.context["form"].secret == secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(done.url).context["unused_codes"]) == 10
    assert client.get(done.url).context["unused_codes"][0] == "****", "shown once"
    assert is_in(client)
    assert lines(world, advocate, verb="add_second_factor")[0].details == {"factor": "totp"}


def test_a_session_with_the_passphrase_alone_sets_up_no_factor_beside_another(world, advocate):
    """C3: who knows the passphrase cannot add a factor of their own once there is one."""
    client = at_the_door()
    say_passphrase(client, advocate.email)
    with_app(world, advocate)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_login"))
    assert client.get(HOME).url.startswith(reverse("account_login"))


def test_the_only_factor_cannot_be_taken_away(world, advocate):
    """C3: nobody stays without a second factor."""
    with_app(world, advocate)
    client = world.client(advocate)
    client.post(reverse("mfa_deactivate_totp"))
    assert "app" in client.get(HOME).context and client.get(HOME).context["app"] is not None


def test_a_lost_factor_is_forgotten_by_an_administrator(world, advocate):
    """C3: sessions end, the next sign-in sets up a new one; nobody does it for themselves."""
    from orgs import factors
    from orgs.models.membership import NotNow

    with_app(world, advocate)
    client, boss = world.client(advocate), world.stx.administrator
    with world.acting(boss):
        with pytest.raises(NotNow):
            factors.forget(boss, actor=boss)
        factors.forget(User.objects.get(pk=advocate.pk), actor=boss)
    assert not is_in(client)
    client = at_the_door()
    say_passphrase(client, advocate.email)
    assert client.get(HOME).url == reverse("enroll")
    assert lines(world, advocate, verb="forget_second_factors")


def test_what_proves_a_factor_is_encrypted(world, advocate):
    """C3: a stolen database makes no codes."""
    from allauth.mfa.models import Authenticator

    secret = with_app(world, advocate)
    with world.acting(advocate):
        assert secret not in str(Authenticator.objects.get(user=advocate).data)


@pytest.mark.parametrize("known", [True, False])
def test_every_failure_says_the_same(world, advocate, known):
    """C5: a wrong passphrase, an unknown address and a locked account give the same page."""
    email = advocate.email if known else "nobody@stx.test"
    for _ in range(7):
        answer = say_passphrase(at_the_door(), email, "this is not the passphrase")
        (error,) = answer.context["form"].non_field_errors()
        assert error.startswith("No account opens with that address and passphrase, or it is locked for now.")


def test_five_failures_lock_for_fifteen_minutes(world, advocate):
    """C5: the sixth try fails even with the right passphrase; after 15 minutes it opens; all is on record."""
    secret = with_app(world, advocate)
    for _ in range(5):
        say_passphrase(at_the_door(), advocate.email, "this is not the passphrase")
    cache.clear()
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200
    world.forward(minutes=14, seconds=50)
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200
    world.forward(minutes=1)
    client, _ = come_in(advocate, secret)
    assert is_in(client)
    failures = lines(world, advocate, verb="fail_sign_in")
    assert [line.details["why"] for line in failures] == ["passphrase"] * 5 + ["locked"] * 2
    assert lines(world, advocate, verb="lock_account")


def test_failures_of_the_second_factor_count_and_the_passphrase_forgives_none(world, advocate):
    """C5: codes cannot be guessed by giving the passphrase again in between."""
    secret = with_app(world, advocate)
    for _ in range(5):
        client = at_the_door()
        say_passphrase(client, advocate.email)
        assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 200
    assert not is_in(client)
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200


@pytest.mark.parametrize(
    "minutes, locked",
    [([0, 1, 2, 3, 4], True), ([0, 14, 14, 14.5, 15.2, 15.4], True), ([0, 40, 80, 120, 160], False)],
)
def test_the_window_slides(world, advocate, minutes, locked):
    """C5: any five failures within fifteen minutes lock, wherever the first one lies."""
    start = world.now
    from datetime import timedelta

    for minute in minutes:
        world.hold(start + timedelta(minutes=minute))
        say_passphrase(at_the_door(), advocate.email, "this is not the passphrase")
    with world.acting(advocate):
        assert User.objects.get(pk=advocate.pk).is_locked is locked


def test_an_administrator_opens_a_locked_account(world, advocate):
    """C5: before the 15 minutes are over."""
    secret = with_app(world, advocate)
    for _ in range(5):
        say_passphrase(at_the_door(), advocate.email, "this is not the passphrase")
    with world.acting(world.stx.administrator):
        User.objects.get(pk=advocate.pk).unlock(actor=world.stx.administrator)
    assert is_in(come_in(advocate, secret)[0])


def test_an_unknown_address_is_on_record_without_the_address(world):
    """C11: in the operator's chain, keyed."""
    say_passphrase(at_the_door(), "Nobody@Example.org")
    (line,) = lines(world, world.operator.operator, verb="fail_sign_in")
    assert line.details["why"] == "unknown" and "nobody" not in str(line.details)


def test_closed_and_dormant_accounts_stay_out(world, advocate):
    """C9: with the same message as any other failure; and a session ends with the account."""
    client = world.client(advocate)
    assert is_in(client)
    with world.acting(advocate):
        User.objects.filter(pk=advocate.pk).update(is_active=False)
    assert not is_in(client)
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200
    with world.acting(advocate):
        User.objects.filter(pk=advocate.pk).update(is_active=True)
    world.forward(days=91)
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200


def test_a_tenant_is_learned_only_with_the_right_passphrase(world, advocate):
    client = at_the_door()
    say_passphrase(client, advocate.email, "this is not the passphrase")
    assert "organization" not in client.session
    say_passphrase(client, advocate.email)
    assert client.session["organization"] == str(advocate.organization_id)


def test_a_session_gets_a_new_id_and_dies_at_sign_out(world, advocate):
    """C21: an id from before signing in is worth nothing, and neither is one from before signing out."""
    secret = with_app(world, advocate)
    client = at_the_door()
    before = client.cookies["sessionid"].value
    client, _ = come_in(advocate, secret, client)
    inside = client.cookies["sessionid"].value
    assert inside != before
    client.post(reverse("account_logout"))
    for old in (before, inside):
        thief = Client()
        thief.cookies["sessionid"] = old
        assert not is_in(thief)
    assert lines(world, advocate, verb="sign_out")[0].details == {"why": "member"}


def test_signing_out_takes_a_post(world, advocate):
    client = world.client(advocate)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_redirect_leaves_the_site(world, advocate, elsewhere):
    secret = with_app(world, advocate)
    client, answer = come_in(advocate, secret, next=elsewhere)
    assert answer.url == "/"
    assert Client().post(reverse("notice"), {"accepted": "on", "next": elsewhere}).url == "/"


def test_after_signing_in_one_is_where_one_wanted_to_go(world, advocate):
    secret = with_app(world, advocate)
    _, answer = come_in(advocate, secret, next=reverse("account_change_password"))
    assert answer.url == reverse("account_change_password")


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reset_password",
        "mfa_login_webauthn",
        "account_set_password",
    ],
)
def test_what_must_not_be_reached_has_no_address(name):
    """C2: nobody signs up, changes the address or gets a new passphrase by mail."""
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_new_passphrase_ends_every_other_session(world, advocate):
    """C4: and the policy is asked."""
    here, there = world.client(advocate), world.client(advocate)
    new = "lantern velvet orchard nine"
    form = {"oldpassword": PASSPHRASE, "password1": "too short", "password2": "too short"}
    page = here.post(reverse("account_change_password"), form)
    assert "password1" in page.context["form"].errors
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSPHRASE, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert is_in(here) and not is_in(there)
    with world.acting(advocate):
        assert User.objects.get(pk=advocate.pk).check_password(new)


def test_stepping_up_asks_for_the_second_factor_after_ten_minutes(world, advocate):
    """C8: not for the passphrase, and what was typed is kept and given back."""
    secret = with_app(world, advocate)
    client = world.client(advocate)
    page = reverse("mfa_generate_recovery_codes")
    assert client.get(page).status_code == 200
    session = client.session
    session["second_factor_at"] -= 601
    session.save()
    answer = client.get(page)
    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("account_reauthenticate")).url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    assert client.post(answer.url, {"code": code(secret), "next": page}).url == page
    assert client.get(page).status_code == 200
    assert lines(world, advocate, verb="step_up") and lines(world, advocate, verb="fail_step_up")


def test_known_or_not_the_work_is_the_same(world, advocate, monkeypatch):
    """C5: one derivation each, and nearly the same questions to the database."""
    derivations, queries = [], {}
    derive = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: derivations.append(1) or derive(*args))
    for email in (advocate.email, "nobody@stx.test"):
        client = at_the_door()
        derivations.clear()
        with CaptureQueriesContext(connection) as asked:
            say_passphrase(client, email, "this is not the passphrase")
        assert len(derivations) == 1, email
        queries[email] = len(asked)
    assert abs(queries[advocate.email] - queries["nobody@stx.test"]) <= 3, queries


def test_losing_the_cache_opens_nothing_and_closes_nothing(world, advocate, settings):
    """C5: the lockout is in the database; without Valkey one can still come in, and be locked out."""
    settings.CACHES = {
        "default": {"BACKEND": "config.cache.ForgetfulCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    secret = with_app(world, advocate)
    client, _ = come_in(advocate, secret)
    assert is_in(client)
    for _ in range(5):
        say_passphrase(at_the_door(), advocate.email, "this is not the passphrase")
    assert say_passphrase(at_the_door(), advocate.email).status_code == 200
    with world.acting(advocate):
        assert User.objects.get(pk=advocate.pk).is_locked


def test_one_place_cannot_try_for_ever(world):
    """C5: beside the accounts' own lockout, an address on the net that fails too often waits."""
    for _ in range(20):
        answer = say_passphrase(at_the_door(), "nobody@stx.test", "this is not the passphrase")
    answer = say_passphrase(at_the_door(), "somebody@stx.test", "this is not the passphrase")
    assert "Too many tries from this place" in answer.content.decode()


def test_the_session_cookie_is_for_this_host_and_no_script(world, advocate):
    """C21: HttpOnly and SameSite here; production adds Secure and `__Host-`, see test_machinery_settings."""
    secret = with_app(world, advocate)
    client, _ = come_in(advocate, secret)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["domain"]


def test_another_host_is_not_believed(settings):
    settings.ALLOWED_HOSTS = ["causeway.example.org"]
    assert Client().get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400


def test_the_demo_enters_with_both_factors(world, advocate):
    """C3: `sign_in.enter` is for callers that checked both, and is on record."""
    from django.contrib.sessions.backends.db import SessionStore

    from orgs import sign_in

    request = RequestFactory().get("/")
    request.session = SessionStore()
    with world.acting(advocate):
        sign_in.enter(request, advocate, demo=True)
    request.session.save()
    client = Client()
    client.cookies["sessionid"] = request.session.session_key
    assert is_in(client)
    assert lines(world, advocate, verb="sign_in")[0].details["demo"] is True


def test_a_member_without_a_key_is_not_offered_one(world, advocate):
    with_app(world, advocate)
    client = at_the_door()
    say_passphrase(client, advocate.email)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "Use a security key" not in page and "Six digits" in page


@pytest.mark.parametrize("member", ["officer", "operator", "oversight"])
def test_every_role_needs_both_factors(world, member):
    """C3: officers, operators and analysts like everybody else."""
    house = {"officer": world.vipd, "operator": world.operator, "oversight": world.council}[member]
    client = at_the_door()
    say_passphrase(client, getattr(house, member).email)
    assert client.get(HOME).url == reverse("enroll")
