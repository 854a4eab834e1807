"""Who may sign a release, and what must be there before it counts (R17, R22). Pure functions."""

from datetime import datetime, time
from itertools import repeat

from orgs import names
from orgs.sealing.tokens import words_of
from orgs.words import ISLANDS

STATEMENTS = ("not_required", "withdraw")
DISCUSSED = ("why", "who", "what", "risks", "alternatives")
# An oral agreement is not among them (R24), and a remote signature would need a way to verify who signs.
SIGNATURES = ("WET_SCAN", "IN_PERSON_DEVICE")
BY_THEMSELVES = ("ADULT", "MINOR_ALONE")
WITH_A_PARENT = ("MINOR_WITH_PARENT", "PARENT_ONLY")
OF_ADULTS = ("ADULT", "GUARDIAN")
OF_MINORS = ("MINOR_WITH_PARENT", "MINOR_ALONE", "PARENT_ONLY")
OF_THE_DEAD = ("NEXT_OF_KIN",)

ELEMENTS = (
    "person",
    "organization",
    "recipient",
    "categories",
    "purpose",
    "method",
    "starts_at",
    "expires_at",
    "discussion",
    "not_required",
    "withdraw",
    "signature",
    "witness",
    "language",
    "copy",
)


class Incomplete(Exception):
    """A release cannot become active: `missing` names the elements that it lacks, of `ELEMENTS` (R17)."""

    def __init__(self, missing):
        super().__init__("Missing: " + ", ".join(missing))
        self.missing = missing


class Replayed(Exception):
    """The signature, or its paper, is already on another release, or twice on this one, or is of another text
    than the one shown. `why` is "used", "same" or "text".
    """

    def __init__(self, why):
        super().__init__(why)
        self.why = why


class NotReleased(Exception):
    """Nothing may be told: the release does not cover it, or not any more. `why` is one of its codes:
    ended, not_started, category, recipient, unsigned, walled, signer, nobody, several."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def signers_for(minor, died=False):
    """The kinds of signer to offer: `minor` is True, False, or None where nobody knows the age.

    After a death next of kin alone, and before it never (R33).
    """
    if died:
        return OF_THE_DEAD
    if minor is None:
        return tuple(dict.fromkeys((*OF_ADULTS, *OF_MINORS)))
    return OF_MINORS if minor else OF_ADULTS


def must_never_learn(relations, name):
    """Whether somebody of this name must not learn of this; that one never signs (R22)."""
    words = set(words_of(name))
    named = [
        other for value in relations.values() for other in (value if isinstance(value, list) else [value])
    ]
    return any(words and words == set(words_of(str(other))) for other in named)


def end_of_childhood(born):
    """The moment on the islands at which somebody born on this day turns 18 (R23)."""
    leap = (born.month, born.day) == (2, 29)
    day = born.replace(year=born.year + 18, month=3, day=1) if leap else born.replace(year=born.year + 18)
    return datetime.combine(day, time(0), ISLANDS)


def missing(release):
    """The required elements that a release lacks, in the order of the law's list (R17)."""
    there = {
        "person": release.person_id,
        "organization": release.organization_id,
        "recipient": release.recipient_id and (release.recipient_unit or release.recipient_name),
        "categories": release.categories,
        "purpose": release.purpose,
        "method": release.method,
        "starts_at": release.starts_at,
        "expires_at": release.expires_at,
        "discussion": release.discussed_at
        and release.discussed_by_id
        and set(DISCUSSED) <= set(release.discussed),
        "not_required": "not_required" in release.statements,
        "withdraw": "withdraw" in release.statements,
        "signature": _is_signed(release),
        "witness": release.witness_id,
        "language": release.language,
        "copy": release.copy_offered,
    }
    return [element for element in ELEMENTS if not there[element]]


def _is_signed(release):
    return (
        release.signed_at
        and release.signer_type
        and all(_signers(release))
        and not any(names.names_two(name) for name in _signers(release))
        and (release.signer_not_abuser or release.signer_type in BY_THEMSELVES)
        and release.signature_method in SIGNATURES
        and release.signature.get("mark")
        and all(map(_is_there, repeat(release), ("first", "second"), _signers(release)))
    )


def _signers(release):
    """The names of who must sign, one or two."""
    by_two = release.signer_type == "MINOR_WITH_PARENT"
    return (release.signer_name, release.cosigner_name)[: 2 if by_two else 1]


def _is_there(release, which, name):
    """Whether this one's signature is: drawn on the device, or their own name typed there, or the paper that
    both signed."""
    if release.signature_method == "WET_SCAN":
        return bool(release.signature.get("paper"))
    mine = release.signature.get(which, {})
    return bool(mine.get("drawn") or (mine.get("typed") and names.same(mine["typed"], name)))
