"""A reference survives a bad line: one wrong symbol, or two in the wrong order, is always found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.reference import ALPHABET, MAX_LENGTH, is_valid, new_reference, normalize

references = st.builds(lambda _: new_reference(), st.integers())
symbols = st.sampled_from(ALPHABET)
places = st.integers(0, 5)


def bare(reference):
    return reference[3:].replace("-", "")


def test_no_vowels_and_no_look_alikes():
    assert not set("AEIOUY01LBGSZ") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 23


def test_the_example_of_the_handbook_is_valid():
    assert is_valid("VI-7K3Q-92")


@pytest.mark.parametrize(
    "typed",
    [
        "vi-7k3q-92",
        "VI 7K3Q 92",
        "VI7K3Q92",
        "7K3Q-92",
        " 7k3q92\n",
        "V1-7K3Q-92",
        "vl–7k3q–92",
        "VI-7K3Q-9Z",
    ],
)
def test_what_people_type_is_understood(typed):
    assert normalize(typed) == "VI-7K3Q-92"
    assert is_valid(typed)


@pytest.mark.parametrize(
    "typed", ["", "VI", "VI-7K3Q-9", "VI-7K3Q-922", "VI-7A3Q-92", "XX-7K3Q-92", "٧K3Q92", "ß" * 3]
)
def test_what_has_not_the_shape_is_no_reference(typed):
    assert normalize(typed) == ""
    assert not is_valid(typed)


def test_another_prefix_is_another_series():
    assert is_valid(new_reference("PR"), "PR")
    assert new_reference("PR").startswith("PR-")


def test_many_references_rarely_meet():
    assert len({new_reference() for _ in range(2000)}) > 1990


@given(references)
def test_every_new_reference_is_valid_and_written_in_one_way(reference):
    assert is_valid(reference)
    assert normalize(reference) == reference
    assert len(reference) == MAX_LENGTH


@given(references, places, symbols)
def test_one_wrong_symbol_is_always_found(reference, place, symbol):
    right = bare(reference)
    wrong = right[:place] + symbol + right[place + 1 :]
    assert is_valid(wrong) == (wrong == right)


@given(references, places, places)
def test_two_symbols_that_changed_places_are_always_found(reference, one, other):
    right = bare(reference)
    wrong = list(right)
    wrong[one], wrong[other] = wrong[other], wrong[one]
    assert is_valid("".join(wrong)) == ("".join(wrong) == right)


@given(st.text())
def test_any_text_can_be_asked_about(text):
    assert normalize(text) == "" or normalize(normalize(text)) == normalize(text)
    is_valid(text)
