"""A sealed name is found by what people type, inside one organization, and tells nothing outside."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.sealing import Secrets, query_tokens, tokens_for

OURS, THEIRS = Secrets.new(uuid4()), Secrets.new(uuid4())


def found(query, *texts, ours=OURS):
    """Say whether a row with `texts` would be found by `query`."""
    wanted, has = query_tokens(ours, query), tokens_for(ours, texts)
    return bool(wanted) and all(has.intersection(any_of) for any_of in wanted)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("maria", "María Rodríguez"),
        ("RODRIGUEZ maria", "María Rodríguez"),
        ("rodrigues", "Rodríguez"),
        ("rod", "Rodríguez"),
        ("Christians", "Christiansted"),
        ("o'neal", "O’Neal"),
        ("oneal", "O'Neal"),
        ("Steven", "Stephen"),
        ("ﬁona", "Fiona"),
        ("weiß", "WEISS"),
        ("Smith", "Joseph-Smith"),
        ("A-2041", "ref A-2041"),
        ("zoe\u200d", "Zoë"),
        ("bo", "Bo Li"),
        ("555-0123", "(340) 555-0123"),
        ("340 555 0123", "+1 (340) 555-0123"),
        ("5550123", "call 340.555.0123 after six"),
        ("ana 5550123", "Ana 340-555-0123"),
        ("340", "340-555-0123"),
    ],
)
def test_a_name_is_found_by_what_people_type(query, text):
    """R8: accents, case, order, beginnings, spelling by ear and the shape of a number do not matter."""
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("maria lopez", "María Rodríguez"),
        ("ro", "Rodríguez"),
        ("guez", "Rodríguez"),
        ("555-0124", "340-555-0123"),
        ("", "Ana"),
        (" - ", "Ana"),
        ("ana", ""),
    ],
)
def test_a_name_is_not_found_by_something_else(query, text):
    """R8: every word must fit, beginnings start at three letters, and nothing finds nothing."""
    assert not found(query, text)


@given(st.text(max_size=60))
def test_whatever_is_written_is_found_by_itself(text):
    """R8: any text, in any script, is found by the same text, and tokens fit a bigint."""
    if query_tokens(OURS, text):
        assert found(text, text)
    assert all(-(2**63) <= token < 2**63 for token in tokens_for(OURS, [text]))


@given(st.text(min_size=1, max_size=60))
def test_two_organizations_share_no_token(text):
    """R8: nothing can be compared across tenants, since each has its own search key."""
    assert not tokens_for(OURS, [text]) & tokens_for(THEIRS, [text])


def test_a_beginning_is_not_taken_for_a_word_or_a_sound():
    """R8: each purpose has tokens of its own: "ana" typed in full differs from the beginning "ana"."""
    assert len(tokens_for(OURS, ["ana"])) == 3  # the word, its beginning, its sound
    assert len(query_tokens(OURS, "ana")[0]) == 3


def test_a_search_goes_on_while_keys_change():
    """C19: rows with tokens of either version are found during a rotation."""
    rotated = OURS.rotated()
    wanted = query_tokens(rotated, "Ana")[0]
    assert tokens_for(OURS, ["Ana"]) & set(wanted) and tokens_for(rotated, ["Ana"]) & set(wanted)
    assert not tokens_for(OURS, ["Ana"]) & tokens_for(rotated, ["Ana"])
