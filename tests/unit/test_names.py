"""R18: whether a text reads like one person's name or like two."""

import pytest

from orgs.names import names_two, same


@pytest.mark.parametrize(
    "name",
    [
        "Ann Able and Bob Baker", "ANN ABLE AND BOB BAKER", "Ann and Bob", "Ann & Bob", "Ann ＆ Bob",
        "Ann&Bob", "Ann / Bob", "Ann/Bob", "Ann; Bob", "Ann + Bob", "Ann, Bob and Carl", "Ann, Bob, Carl",
        "Ann Able, Bob Baker", "Ana Pérez y Berto Gil", "Ana Pérez or Berto Gil", "Jean ak Marie",
        "Jean Able ak Marie Baker", "Jean et Marie", "Jean Able et Marie Baker", "Ann Able, and Bob",
        "Ana de la Cruz y Berto del Río Gil",
    ],
)  # fmt: skip
def test_two_people_are_no_recipient_and_no_signer(name):
    """R18: one release, one named person."""
    assert names_two(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "Bluebird", "Ann Able", "Smith, Ana", "Smith, Ana María", "Smith Jr.", "Ana Smith, Jr.",
        "Ana Smith, RN", "Ana Smith, Jr., RN", "Ana María de la Cruz", "de la Cruz, Ana", "José y Pérez",
        "José Ortega y Gasset", "Santiago Ramón y Cajal", "Andy Anderson", "Sandy Land", "O'Neal Etienne",
        "Dana Or Levi", "Ana Y. Gil Paz", "Colleague (invented)", "Ana-María Gil", "And", "Ana Ak",
        "Lucía Gil y de la Torre",
    ],
)  # fmt: skip
def test_a_name_of_many_parts_is_one_person(name):
    """R18: commas, particles, titles and compound surnames stand in the names of one."""
    assert not names_two(name)


@pytest.mark.parametrize(
    ("name", "other", "are"),
    [
        ("Ana Pérez", "perez, ANA", True),
        ("O'Neal", "ONeal", True),
        ("Ana Pérez", "Ana", False),
        ("Bluebird", "Other", False),
        ("-", "-", True),
        ("-", "*", False),
    ],
)
def test_names_are_the_same_when_their_words_are(name, other, are):
    """R17: by their words; a name without any by its signs."""
    assert same(name, other) is are
