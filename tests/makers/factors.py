"""Second factors and the way in, walked as a member walks it."""

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from tests.world import PASSPHRASE


def with_app(world, member):
    """Give a member an authenticator app; returns its secret."""
    secret = totp.generate_totp_secret()
    with world.acting(member):
        totp.TOTP.activate(member, secret)
    return secret


def code(secret, step=0):
    """What the app shows now, or `step` half minutes later."""
    counter = list(totp.yield_hotp_counters_from_time())[1] + step
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def at_the_door(client=None):
    """A client that has accepted the notice."""
    client = client or Client()
    client.post(reverse("notice"), {"accepted": "on", "next": reverse("account_login")})
    return client


def say_passphrase(client, email, passphrase=PASSPHRASE, **more):
    return client.post(reverse("account_login"), {"login": email, "password": passphrase, **more})


def come_in(member, secret, client=None, **more):
    """A client of a member who has walked through notice, passphrase and code; and the last answer."""
    client = at_the_door(client)
    say_passphrase(client, member.email, **more)
    return client, client.post(reverse("mfa_authenticate"), {"code": code(secret)})
