"""The codes of posters: what a person types from a wall, how it is looked for, and where it leads. Pure.

A code is a word of the organization's and a drawn digit, `AIRPORT7`. What looks alike on a wall is looked for
as one sign, so that a slip of the eye still counts, and the digit is none that looks like a letter. The
address holds language and door itself and leads to the same page whatever the code: nothing tells whether
there is such a code, and the code is in no address that a phone keeps.
"""

import re

from django.conf import settings
from django.urls import reverse

SHORTEST, LONGEST = 3, 10  # of the word
DIGITS = "3479"  # 0/O 1/I 2/Z 5/S 6/G 8/B look like letters
ALIKE = str.maketrans("OQDIJLZSGBV", "0001112568U")
WORD = re.compile(rf"[A-Z]{{{SHORTEST},{LONGEST}}}")
CODE = re.compile(r"[A-Z0-9]{4,14}")
# What would tell whoever looks at a phone, or over a shoulder, what the address is about.
TELLS = (
    "HELP", "VICTIM", "TRAFFIC", "ABUSE", "VIOLEN", "RAPE", "SEX", "ASSAULT", "SAFE", "SHELTER", "CRISIS",
    "ESCAPE", "RESCUE", "SURVIV", "STALK", "HURT", "DANGER", "POLICE", "AYUDA", "VICTIMA", "ABUSO", "REFUGIO",
    "TRATA", "PELIGRO", "EDE", "VYOL", "ABI", "DANJE",
)  # fmt: skip
DOORS = {"front": "public_poster", "write": "public_write_poster"}


def looked_for(typed):
    """A code as it is looked for, whatever its case and however its signs were read; "" for what is none."""
    code = typed.strip().upper().translate(ALIKE)
    return code if CODE.fullmatch(code) else ""


def codes_of(word, chance):
    """Every code that can be made of a word, in the order that `chance` (a `random.Random`) draws."""
    short = [word + one for one in chance.sample(DIGITS, len(DIGITS))]
    return short + [code + one for code in short for one in chance.sample(DIGITS, len(DIGITS))]


def tells(word):
    """Whether a word on a phone's screen says what the page is about."""
    return any(part in word for part in TELLS)


def address(campaign):
    """The whole address of a poster, for its QR code."""
    name, kept = DOORS[campaign.door], {"language": campaign.language, "code": campaign.code}
    return settings.CAUSEWAY_SITE_URL.rstrip("/") + reverse(name, kwargs=kept)


def to_type(campaign):
    """The same as it is read from a wall, without what a browser adds by itself."""
    return address(campaign).split("://", 1)[1]
