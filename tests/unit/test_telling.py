"""Where the rules about telling meet, the strictest holds, and one function decides it."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from cases import telling
from cases.telling import Wish, why_not

NOON = datetime(2026, 11, 24, 16, tzinfo=UTC)
THEM, OTHERS = uuid.UUID(int=1), uuid.UUID(int=2)
HOURS = st.integers(-48, 48).map(lambda hours: NOON + timedelta(hours=hours))
CATEGORIES = st.frozensets(st.sampled_from(["OUTCOME", "SAFETY", "COURT"]))


def a_release(**facts):
    usual = {
        "state": "active", "signed_at": NOON - timedelta(days=1), "starts_at": NOON - timedelta(days=1),
        "expires_at": NOON + timedelta(days=29), "recipient_id": THEM, "categories": ["OUTCOME", "SAFETY"],
        "signer_type": "ADULT",
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **facts})


def a_wish(**facts):
    return Wish(**{"categories": frozenset({"OUTCOME"}), "to": THEM, "at": NOON, **facts})


RELEASES = st.builds(
    a_release,
    state=st.sampled_from(["draft", "discussed", "active", "revoked", "refused"]),
    signed_at=st.none() | HOURS,
    starts_at=HOURS,
    expires_at=HOURS,
    recipient_id=st.sampled_from([THEM, OTHERS]),
    categories=CATEGORIES.map(list),
    signer_type=st.sampled_from(["ADULT", "MINOR_ALONE", "PARENT_ONLY", "NEXT_OF_KIN"]),
).filter(lambda release: release.state != "active" or release.signed_at)
WISHES = st.builds(
    a_wish,
    categories=CATEGORIES,
    to=st.sampled_from([THEM, OTHERS, None]),
    walled=st.booleans(),
    died_at=st.none() | HOURS,
    law=st.sampled_from(["", "child_abuse"]),
    minor=st.sampled_from([None, True, False]),
    feared=st.booleans(),
    unread=st.booleans(),
)


def test_what_a_release_opens_may_be_told():
    assert why_not(a_wish(), a_release()) == ""


def test_each_rule_alone_is_enough_to_forbid():
    """R44: whatever else allows it."""
    for wish, release, why in (
        (a_wish(walled=True), a_release(), telling.WALLED),
        (a_wish(walled=True, law="child_abuse"), None, telling.WALLED),
        (a_wish(), None, telling.UNSIGNED),
        (a_wish(), a_release(state="discussed", signed_at=None), telling.UNSIGNED),
        (a_wish(), a_release(state="revoked"), telling.ENDED),
        (a_wish(at=NOON - timedelta(days=2)), a_release(), telling.NOT_STARTED),
        (a_wish(at=NOON + timedelta(days=29)), a_release(), telling.ENDED),
        (a_wish(died_at=NOON), a_release(), telling.ENDED),
        (a_wish(feared=True), a_release(), telling.SIGNER),
        (a_wish(unread=True), a_release(), telling.SIGNER),
        (a_wish(minor=True), a_release(), telling.SIGNER),
        (a_wish(minor=False), a_release(signer_type="PARENT_ONLY"), telling.SIGNER),
        (a_wish(), a_release(signer_type="NEXT_OF_KIN"), telling.SIGNER),
        (a_wish(died_at=NOON - timedelta(days=2)), a_release(), telling.SIGNER),
        (a_wish(to=OTHERS), a_release(), telling.RECIPIENT),
        (a_wish(categories=frozenset({"COURT"})), a_release(), telling.CATEGORY),
        (a_wish(categories=frozenset()), a_release(), telling.CATEGORY),
    ):
        assert why_not(wish, release) == why


def test_next_of_kin_open_anew_after_a_death_and_a_law_asks_for_no_release():
    """R44: a death shuts what was opened in life, and nothing that is signed after it."""
    kin = a_release(signer_type="NEXT_OF_KIN")
    assert why_not(a_wish(died_at=NOON - timedelta(days=2)), kin) == ""
    assert why_not(a_wish(law="child_abuse", died_at=NOON)) == ""


@given(wish=WISHES, release=RELEASES)
def test_one_more_restriction_never_opens_anything(wish, release):
    """R44: whatever the facts, a wall, an end, a death, another recipient or a word more only ever forbid."""
    forbidding = [
        (wish._replace(walled=True), release),
        (wish._replace(died_at=NOON + timedelta(days=9)), release),
        (wish._replace(feared=True), release),
        (wish._replace(unread=True), release),
        (wish._replace(categories=wish.categories | {"DOCS"}), release),
        (wish, a_release(**{**release.__dict__, "state": "revoked"})),
        (wish, a_release(**{**release.__dict__, "expires_at": NOON})),
    ]
    narrower = (wish, a_release(**{**release.__dict__, "categories": release.categories[1:]}))
    if why_not(wish, release):
        assert all(why_not(*one) for one in (*forbidding, narrower))
    if not wish.law:
        assert all(why_not(*one) for one in forbidding)
    assert why_not(wish._replace(walled=True), release) == telling.WALLED
