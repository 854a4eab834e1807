"""What a person is shown before they sign, in their language: one text for screen, paper and mark (R17).

The sentences lie in `cases/texts/release-<version>.json` and never change once a release was signed under
them; a new wording is a new version. What was shown is kept, sealed, with the signature.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from orgs import codes
from orgs.words import local, phone

FOLDER = Path(__file__).resolve().parent / "texts"
FORM_VERSION = "2027-02"
LANGUAGES = ("en", "es", "ht")


@cache
def table(name=f"release-{FORM_VERSION}"):
    """The sentences of one text by language. Raises FileNotFoundError for a version that never was."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def language_of(code):
    """The language in which a text is shown to somebody who speaks `code`; others have English read out."""
    return code if code in LANGUAGES else "en"


def words_in(language, version=FORM_VERSION):
    """The sentences of the release in a language; of the present form for one that had no text of its own."""
    name = f"release-{version}"
    return table(name if (FOLDER / f"{name}.json").exists() else f"release-{FORM_VERSION}")[
        language_of(language)
    ]


def day(moment, words):
    """A day (date, or aware moment on the islands) in these words."""
    date = local(moment).date() if hasattr(moment, "hour") else moment
    return words["date"].format(day=date.day, month=words["months"][date.month - 1], year=date.year)


def minute(moment, words):
    """The same with the time of day on the islands."""
    return f"{day(moment, words)}, {local(moment):%H:%M}"


def why_void(release, now):
    """What a page or paper of a release says first when nothing may be told under it, in its language: what
    became of it, and on what day; else "". `now` is aware, and the day of what is not signed.
    """
    kind, moment = _ended(release, now)
    if not kind:
        return ""
    words = words_in(release.language)
    return table("standing")[language_of(release.language)][kind].format(day=day(moment, words))


def _ended(release, now):
    standing = release.standing
    if standing == "active":
        return "", None
    if standing in ("draft", "discussed"):
        return "unsigned", now
    if standing == "expired":
        return "expired", release.last_day
    by_itself = standing == "revoked" and release.end_reason not in ("", "WITHDRAWN")  # nobody took it back
    return "ended" if by_itself else standing, release.ended_at


def compose(release):
    """The text of a release as it stands now: a document of plain lists and strings.

    {"language", "title", "version", "release", "sections": [{"title", "facts": [[label, [value…]]…]} or
    {"title", "lines": […]}]}. The same terms give the same text, to the letter.
    """
    words = words_in(release.language)
    table_of_languages = codes.load("orgs", "languages")
    house = release.organization
    numbers = filter(None, (house.name, phone(house.hotline) if house.hotline else ""))
    facts = [
        [words["about"], release.person.called],
        [words["house"], ", ".join(numbers)],
        [words["who"], release.addressee],
        [words["what"], [words["categories"][code] for code in release.categories]],
        [words["why"], release.purpose],
        [words["how"], words["methods"].get(release.method, "")],
        [words["from"], _start(release, words)],
        [words["until"], day(release.last_day, words)],
        [
            words["language"],
            words["languages"].get(release.language, str(table_of_languages.label(release.language))),
        ],
        [words["interpreter"], release.interpreter or words["none"]],
    ]
    return {
        "language": language_of(release.language),
        "title": words["title"],
        "version": FORM_VERSION,
        "release": str(release.pk),
        "sections": [
            {
                "title": words["terms"],
                "facts": [[label, said if isinstance(said, list) else [said]] for label, said in facts],
            },
            {"title": words["know"], "lines": list(words["statements"])},
        ],
    }


def _start(release, words):
    """It begins when it is signed, except where a later day was agreed."""
    later = release.changed_at and release.starts_at > release.changed_at
    return minute(release.starts_at, words) if later else words["signing"]


def mark(shown):
    """The SHA-256 of exactly this text, in hexadecimal. It may lie open only beside what is sealed:
    a name can be guessed from it."""
    plain = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
