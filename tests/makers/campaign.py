"""Posters with a code, and people who come by them."""

from django.test import Client

from referrals.models import Campaign

TERMS = {"name": "By the belts", "place": "Hall", "word": "AIRPORT", "language": "en", "door": "front"}


def a_campaign(administrator, **terms):
    """A running one of an administrator who acts."""
    return Campaign.make(actor=administrator, **{**TERMS, **terms})


def come(code, times=1, prefix="/p/"):
    """Somebody opens a poster's address, `times` times; returns the last answer."""
    for _ in range(times):
        answer = Client().get(f"{prefix}{code}")
    return answer
