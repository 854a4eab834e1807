"""May this be told, to them, now? The one place where the rules about telling meet; the strictest holds.

Whom inside an organization a release names is asked here too: a unit, or one person (`reads`).

Pure (R44): facts in, a code of why not out. Every rule that applies is asked, and what one of them allows
never lifts what another forbids. A release opens nothing to who is walled. A law that demands a report asks
for no release, and opens nothing to who is walled either. A death shuts what was opened in life. What is
known of the person now decides about whoever signed then: a signature of somebody who could not sign, or who
must never learn of this, opens nothing, and neither does one that was not yet held against what is known.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from cases import signing
from orgs.sealing.tokens import words_of

WALLED, UNSIGNED, NOT_STARTED, ENDED = "walled", "unsigned", "not_started", "ended"
RECIPIENT, CATEGORY, SIGNER = "recipient", "category", "signer"


class Wish(NamedTuple):
    """What somebody is about to tell: `categories` (codes), to the organization `to` (None: whom the release
    names), at the aware moment `at`; and what is known of the teller and of the person."""

    categories: frozenset
    to: UUID | None
    at: datetime
    walled: bool = False  # the one who would tell is kept from the person (R42)
    died_at: datetime | None = None  # when the person's death was written down (R33)
    law: str = ""  # a law demands it (a code of `disclosure_bases`), and no release is asked (R28-R30)
    minor: bool | None = None  # under age when it was signed, by what is known now; None: nobody knows
    feared: bool = False  # who signed, or is named to read it, must never learn of this (R22)
    unread: bool = False  # what is known has changed, and the signature was not held against it


def why_not(wish, release=None):
    """The code of the strictest rule that forbids it, or "" where none does.

    `release` has state, signed_at, signer_type, starts_at, expires_at, recipient_id and categories; None:
    there is none.
    """
    if wish.walled:
        return WALLED
    if wish.law:
        return ""
    if release is None:
        return UNSIGNED
    return (
        why_shut(release, wish.at, wish.died_at)
        or (SIGNER if wish.unread or is_wrong(wish, release) else "")
        or _beyond(wish, release)
    )


class Named(NamedTuple):
    """Whom a release names inside its recipient: a unit, by its key, because names of units change and are
    taken again; or one person, by account where one was found. Empty where there is no such unit: nobody."""

    unit: UUID | None = None
    name: str = ""
    member: UUID | None = None


def reads(named, reader):
    """Whether this member is the one person, or of the unit, that a release names (R18). Nobody: no one.

    `reader` is a member with `pk`, `name` and `unit_id`.
    """
    if named.member:
        return reader.pk == named.member
    if named.unit:
        return reader.unit_id == named.unit
    wanted = words_of(named.name)
    return bool(wanted) and sorted(wanted) == sorted(words_of(reader.name))


def why_shut(release, at, died_at=None):
    """Why a release lets nothing at all through at an aware moment, or "" (R2, R17, R19, R20, R33)."""
    if release.state != "active":
        return ENDED if release.signed_at else UNSIGNED
    if at < release.starts_at:
        return NOT_STARTED
    if at >= release.expires_at:
        return ENDED
    if died_at and release.signed_at <= died_at:  # what was opened in life; next of kin sign anew
        return ENDED
    return ""


def is_wrong(wish, release):
    """Whether it was signed by, or is to, somebody who could not or must not, by what is known now (R22)."""
    died = wish.died_at is not None and wish.died_at <= release.signed_at
    return wish.feared or release.signer_type not in signing.signers_for(wish.minor, died)


def _beyond(wish, release):
    """Why a release that is open does not open this (R2, R18)."""
    if wish.to is not None and wish.to != release.recipient_id:
        return RECIPIENT
    if not wish.categories or set(wish.categories) - set(release.categories):
        return CATEGORY
    return ""
