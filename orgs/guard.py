"""What a free text may not hold, and how a text is cleaned before anybody keeps it (R15, C1).

The guard looks for shapes and words, so it can be mistaken in both directions. A false alarm costs the
writer a sentence put differently, and the message says how; a phone number, a date, an address or a
reference must therefore never set it off. It never repeats a number that it found.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.guard_words import MASKED, NUMBERS, WORDS

MESSAGES = {
    "ssn": _(
        "This looks like a Social Security number. Causeway holds none: an advocate does not need it to "
        "help, and it can be used to trace the person. Take the number out and save again."
    ),
    "immigration_number": _(
        "This looks like an immigration or passport number. It may not be here: the person alone decides "
        "who learns of their status. Take the number out; the advocate will ask what is needed."
    ),
    "criminal_justice_number": _(
        "This looks like a number from a criminal justice system (NCIC, FBI, SID or NIC). Such information "
        "may not leave those systems. Take the number out; your own case number is fine."
    ),
    "licence": _(
        "This looks like a driver license number. Causeway holds no identity document numbers. Take the "
        "number out; a name or an alias is enough."
    ),
    "immigration_status": _(
        "This speaks of immigration status (%(seen)s). It may not be here: help does not depend on it, and "
        "the person alone decides who learns of it. Take it out; say which language the person speaks."
    ),
    "criminal_justice": _(
        "This speaks of criminal justice records (%(seen)s). Such information may not leave the systems it "
        "came from. Take it out; if it is about danger, say only what an advocate must not do."
    ),
    "medical": _(
        "This speaks of a medical finding (%(seen)s). It may not be here: it is the person's to tell. Take "
        "it out; you may say that the person is at a hospital or needs someone with them at an exam."
    ),
    "narrative": _(
        "This tells what was done to the person (%(seen)s). The account of an assault may not be here: the "
        "advocate does not need it, and a second copy can be used against the person in court. Take it out; "
        "choose the kind of crime from the list and say how to reach the person safely."
    ),
}

REFERENCE = re.compile(r"\b(?:[CI]\s?-\s?\d{1,7}|[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{2})\b", re.IGNORECASE)
NAMES_A_RECORD = _(
    "This names a case, an intake or a packet by its number. Put one number into its own field and take it "
    "out here: then those alone read this who may open the record."
)

_NUMBER_KINDS_EVERYWHERE = {"ssn", "criminal_justice_number", "licence"}
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = ("Cc", "Cf", "Cs")
# Every dot, slash and low line that stands between digits as a plain one does, beside all dashes.
_PLAIN = str.maketrans(
    "\u2022\u2027\u2219\u22c5\u30fb\u0387\u2044\u2215\u203f\u02d7\u2043\u2212", "······//_---"
)


def _ignorable():
    """What Unicode says nobody sees, taken out of every text; the empty pattern of Braille is a space."""
    lines = (Path(__file__).parent / "codes" / "unseen.txt").read_text().splitlines()
    found = {0x2800: " "}
    for line in lines:
        if not line.startswith("#"):
            first, _dots, last = line.partition("..")
            found |= dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1))
    return found


_IGNORABLE = _ignorable()


@dataclass(frozen=True)
class Refusal:
    """One kind of thing that a text may not hold; `seen` quotes words, and is empty for numbers."""

    kind: str
    seen: str = ""

    @property
    def message(self) -> str:
        """What was seen, why it may not be here and what to do, in the language of the moment."""
        return str(MESSAGES[self.kind]) % {"seen": self.seen}


def what_is_refused(text: str) -> list[Refusal]:
    """Every kind of thing in `text` that a referral may not hold (R15, C1); empty when all is well."""
    text = _readable(text)
    numbers = _masked(text)
    refusals = [Refusal(kind) for kind, pattern in NUMBERS.items() if pattern.search(numbers)]
    for kind, pattern in WORDS.items():
        words = dict.fromkeys(" ".join(match.group().split()) for match in pattern.finditer(text))
        if words:
            refusals.append(Refusal(kind, ", ".join(f"“{word}”" for word in words)))
    return refusals


def guarded(value: str) -> None:
    """Validator for every free text that a referrer writes. Raises ValidationError, `code` the kind (R15)."""
    _refuse(what_is_refused(value))


def refuse_numbers(value: str) -> None:
    """Validator for an organization's own notes, where words are free and these numbers are not (C1)."""
    _refuse([refusal for refusal in what_is_refused(value) if refusal.kind in _NUMBER_KINDS_EVERYWHERE])


def refuse_references(value: str) -> None:
    """Validator where a record has a field of its own: a number in the text would pass every wall (R42)."""
    if REFERENCE.search(_readable(value)):
        raise ValidationError(NAMES_A_RECORD, code="reference")


def clean_text(text: str) -> str:
    """`text` without what nobody can see, in one normal form.

    Takes out control, zero-width, direction and filling characters and lone surrogates, keeps tabs, makes
    every line end a newline, composes accents (NFC), and takes white space off both ends.
    """
    text = _LINE_ENDS.sub("\n", text).translate(_IGNORABLE)
    seen = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    return unicodedata.normalize("NFC", seen).strip()


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise ValidationError(
            [
                ValidationError(MESSAGES[refusal.kind], code=refusal.kind, params={"seen": refusal.seen})
                for refusal in refusals
            ]
        )


def _readable(text: str) -> str:
    """`text` with wide digits, apostrophes and what stands between digits in one form, to match only."""
    text = unicodedata.normalize("NFKC", clean_text(text)).replace("’", "'").translate(_PLAIN)
    return re.sub("[\u2010-\u2015]", "-", text)


def _masked(text: str) -> str:
    """`text` with phone numbers and dates blanked out, so that no number pattern runs through them."""
    for pattern in MASKED:
        text = pattern.sub("~", text)
    return text
