"""What a passphrase must be: long, and none that is known (C4). No kinds of characters, no rotation.

Known are: Django's list of common passwords, also with digits put on or letters swapped for signs; one or
two common words; sayings and lines that everybody knows (`codes/sayings.txt`); anything that repeats or runs
along the keyboard; and what is left of it when the words of the member and the organization are taken out.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 15
LEAST_OWN = 10  # letters and digits that must be left without names
SAYINGS = Path(__file__).parent / "codes" / "sayings.txt"
ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
SIGNS = str.maketrans("013457@$!|", "oleastasil")


def normal(passphrase):
    """The one form (NFKC) in which a passphrase is measured and hashed, whatever keyboard made it."""
    return unicodedata.normalize("NFKC", passphrase)


def letters(text):
    """Letters and digits alone, case folded."""
    return "".join(c for c in normal(text).casefold() if c.isalnum())


@cache
def common():
    """Django's list of common passwords, as `letters`."""
    return {letters(word) for word in CommonPasswordValidator().passwords} - {""}


@cache
def sayings():
    """The lines of `codes/sayings.txt`, as `letters`."""
    lines = SAYINGS.read_text(encoding="utf-8").splitlines()
    return tuple(letters(line) for line in lines if line.strip() and not line.startswith("#"))


class LongEnough:
    """At least 15 characters."""

    def validate(self, password, user=None):
        if len(normal(password)) < SHORTEST:
            raise ValidationError(
                _("This has %(count)d characters. It needs at least %(shortest)d.")
                % {"count": len(normal(password)), "shortest": SHORTEST},
                code="passphrase_too_short",
            )

    def get_help_text(self):
        return _("15 characters or more.")


class NotKnown:
    """None that stands on a list, none that a stranger would try first."""

    def validate(self, password, user=None):
        if len(normal(password)) < SHORTEST:
            return  # one thing at a time
        for test, message in (
            (is_listed, _("This is on the lists that are tried first. Choose words of your own.")),
            (is_saying, _("Everybody knows this line, and so do those who guess. Choose words of your own.")),
            (is_regular, _("This repeats itself or runs along the keyboard. Choose words of your own.")),
        ):
            if test(password):
                raise ValidationError(message, code="passphrase_known")
        if is_about(password, words_of(user)):
            raise ValidationError(
                _("This is mostly names that others know: yours, your organization's, the islands'."),
                code="passphrase_about_you",
            )

    def get_help_text(self):
        return _("No sayings, no names, nothing that is on lists of known passphrases.")


def is_listed(passphrase):
    """Whether it is a common password, or one or two of them side by side."""
    plain = letters(passphrase)
    bare = plain.strip("0123456789")
    if {plain, bare, plain.translate(SIGNS), bare.translate(SIGNS)} & common():
        return True
    words = {word.strip("0123456789").translate(SIGNS) for word in re.findall(r"\w+", passphrase.casefold())}
    words.discard("")
    if len(words) <= 2 and words <= common():
        return True
    return any(bare[:cut] in common() and bare[cut:] in common() for cut in range(4, len(bare) - 3))


def is_saying(passphrase):
    """Whether it is a line that everybody knows, with at most seven signs around it."""
    plain = letters(passphrase)
    bare = plain.strip("0123456789")
    return any(
        line in text and len(text) - len(line) < 8 or (len(text) >= 12 and text in line)
        for line in sayings()
        for text in {plain, bare, plain.translate(SIGNS), bare.translate(SIGNS)}
    )


def is_regular(passphrase):
    """Whether it has too few different characters, repeats a part, or walks along rows of keys."""
    plain = letters(passphrase) or normal(passphrase)
    if len(set(plain)) < 6 or plain in (plain + plain)[1:-1]:
        return True
    words = re.findall(r"\w+", passphrase.casefold())
    if len(words) > 2 and len(set(words)) <= 2:
        return True
    steps = sum(_neighbors(a, b) for a, b in zip(plain, plain[1:], strict=False))
    return steps > 0.7 * (len(plain) - 1)


@cache
def _pairs():
    runs = [row for one in ROWS for row in (one, one[::-1])]
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def _neighbors(a, b):
    return a == b or a + b in _pairs()


def words_of(user):
    """The words that others know of a member: name, address, organization, product, islands."""
    known = "causeway passphrase password virgin islands saint st croix thomas john water stx stt vi usvi"
    if user is not None:
        known += f" {user.name} {re.sub(r'[@.]', ' ', user.email)}"
        organization = getattr(user, "organization", None)
        if organization:
            known += f" {organization.name} {organization.code}"
    return {letters(word) for word in re.findall(r"\w+", known) if len(word) > 2}


def is_about(passphrase, words):
    """Whether fewer than ten letters and digits are left when these words and years are taken out."""
    plain = letters(passphrase)
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(re.sub(r"(19|20)\d\d|123+", "", plain)) < LEAST_OWN
