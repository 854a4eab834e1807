"""The sixteen digits with which somebody without an account comes back to what they wrote (R36, R40).

A page of questions carries a ticket: a secret of its own and when it was shown, signed, and stored nowhere.
The digits follow from the ticket, so that a button pressed twice sends once and shows the same digits. From
the digits, slowly, follow for each organization where a letter is looked for and what opens its key. All of
it hangs on `CAUSEWAY_RECEIPT_KEY`: a copy of the database tells nobody which digits there are, and without
the digits nothing says that two letters to two organizations were one.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

DIGITS = 16  # the last one is made from the others
GOOD_FOR = timedelta(hours=12)  # how long a page can stand open
TICKET_BYTES = 24

WRONG_LENGTH = _("The number has 16 digits. Please look again. What you typed is kept.")
WRONG_DIGIT = _("One of the digits is not right. Please look again. What you typed is kept.")


class NotANumber(ValueError):
    """What was typed is not a number that was ever given; the text says what to look for."""


class Ticket(NamedTuple):
    """What one page of questions was shown with."""

    secret: str
    shown_at: datetime

    @property
    def number(self):
        """The digits for what is sent from this page."""
        drawn = int.from_bytes(_keyed("number", self.secret)) % 10 ** (DIGITS - 1)
        free = f"{drawn:0{DIGITS - 1}}"
        return free + check_digit(free)

    def key_for(self, organization_id):
        """The key of the row that is made from this page in one organization, the same for each press."""
        return UUID(bytes=_keyed("row", f"{self.secret}|{organization_id}")[:16])


def new_ticket(now):
    """The text of a new ticket, for a hidden field of a page that is shown at the aware moment `now`."""
    return _signer().sign(f"{secrets.token_urlsafe(TICKET_BYTES)}.{int(now.timestamp())}")


def read_ticket(text, now):
    """The `Ticket` of a hidden field, or None for what is none, was changed, or stood open too long."""
    try:
        secret, shown_at = _signer().unsign(text).rsplit(".", 1)
        ticket = Ticket(secret, datetime.fromtimestamp(int(shown_at), UTC))
    except (BadSignature, ValueError):
        return None
    return ticket if now - ticket.shown_at < GOOD_FOR else None


def check_digit(digits):
    """The digit after Luhn: it finds every single wrong digit and nearly every two that changed places."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def read_number(typed):
    """The digits of a number as somebody typed it, however they set it apart. Raises `NotANumber`."""
    digits = "".join(sign for sign in typed if sign in "0123456789")
    if len(digits) != DIGITS:
        raise NotANumber(WRONG_LENGTH)
    if check_digit(digits[:-1]) != digits[-1]:
        raise NotANumber(WRONG_DIGIT)
    return digits


@dataclass(frozen=True)
class Opener:
    """What the digits open, one organization's apart from the other's."""

    root: bytes = field(repr=False)

    def place(self, organization_id):
        """What a letter to this organization is looked for by."""
        return hmac.digest(self.root, f"place|{organization_id}".encode(), "sha256")

    def key(self, organization_id):
        """The key (32 bytes) that opens the key of a letter to this organization."""
        return hmac.digest(self.root, f"key|{organization_id}".encode(), "sha256")


def opener(number):
    """The `Opener` of sixteen digits. Slow on purpose, and as slow for digits that were never given."""
    rounds = settings.CAUSEWAY_KEY_ROUNDS
    slow = PBKDF2HMAC(SHA256(), 32, _keyed("salt", ""), rounds).derive(number.encode())
    return Opener(_keyed("root", slow.hex()))


def _keyed(purpose, text):
    return hmac.digest(settings.CAUSEWAY_RECEIPT_KEY.encode(), f"{purpose}|{text}".encode(), "sha256")


def _signer():
    return Signer(salt="causeway.letterbox")
