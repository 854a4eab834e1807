"""What may be a passphrase."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from orgs.models import User

MEMBER = SimpleNamespace(
    name="Josefina Encarnacion-Smith",
    email="jo.smith@wcstx.example",
    organization=SimpleNamespace(name="Women's Coalition of St. Croix", code="wcsc"),
)


@pytest.mark.parametrize(
    "passphrase",
    [
        "ferry seaplane mango harbor",
        "purple kettle sings at noon",
        "monkey dragon master lamp",
        "xK9#mQ2$vL7@pR4!",
        "кит плавает под мостом",
        "我喜欢在早上喝很多绿茶和吃面包",
        "nineteen goats on a wet roof",
        "mwen renmen zaboka ak diri cho",
    ],
)
def test_long_ones_of_ones_own_are_taken(passphrase):
    """C4: no rule about kinds of characters."""
    validate_password(passphrase, MEMBER)


@pytest.mark.parametrize(
    "passphrase",
    [
        "fourteen chars",
        "password12345678",
        "P@ssw0rd!P@ssw0rd!",
        "qwertyuiopasdfghjkl",
        "1qaz2wsx3edc4rfv5tgb",
        "aaaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "sunshine sunshine sunshine",
        "dragon butterfly",
        "iloveyou princess 1",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple1",
        "May the F0rce be with you!!",
        "tobeornottobe1234",
        "one love one heart",
        "padre nuestro que estas en el cielo",
        "abcdefghijklmnop1234",
        "                    ",
        "Women's Coalition 2026!",
        "Josefina Smith 1984",
        "causeway st croix 123",
    ],
)
def test_short_known_and_telling_ones_are_refused(passphrase):
    """C4: 15 characters or more, none from a list of known ones, none made of names."""
    with pytest.raises(ValidationError):
        validate_password(passphrase, MEMBER)


def test_another_keyboard_makes_the_same_passphrase():
    """C4: composed and decomposed letters are one (NFKC)."""
    member = User(name="x")
    member.set_password("caf\u00e9 au lait \u2460 le matin")
    assert member.check_password("cafe\u0301 au lait 1 le matin")
    assert not member.check_password("cafe au lait 1 le matin")
