"""Why two records may be of one person: said in words, by equality alone."""

from datetime import date

import pytest

from referrals.alike import Known, reasons, strength

ANA = Known(("Ana Vega", "Bluebird"), ("340 555 0142",), date(1991, 4, 2))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Known(("Somebody",), ("+1 340 555 0142",)), ["same phone number"]),
        (Known(("Call 555-0142",)), ["same phone number"]),
        (Known(("VEGA, Aná",)), ["same name"]),
        (Known(("Ana Vega",), (), date(1991, 12, 30)), ["same name and year of birth"]),
        (Known(("Ana Vega",), (), date(1990, 4, 2)), ["same name"]),
        (Known(("", "bluebird"), ("555 0142",)), ["same phone number", "same name"]),
        (Known(("Anna Vegas",)), ["a name that begins or sounds alike"]),
        (Known(("Anneke Veega",), ("340 555 0199",)), ["an earlier name or number"]),
    ],
)
def test_each_match_says_why(other, said):
    assert reasons(ANA, other) == said


def test_nothing_is_no_reason():
    """R36: two people without a name or a number are not the same for it."""
    assert reasons(Known(("",), ("",)), Known(("",), ("",))) == ["an earlier name or number"]
    assert strength(Known(("",), ("",)), Known(("",), ("",))) == (False, False)


def test_the_number_speaks_louder_than_the_name_and_the_name_than_its_sound():
    by_sound, by_name, by_number = Known(("Anna Vegas",)), Known(("Ana Vega",)), Known((), ("340 555 0142",))
    found = sorted([by_sound, by_number, by_name], key=lambda other: strength(ANA, other), reverse=True)
    assert found == [by_number, by_name, by_sound]
