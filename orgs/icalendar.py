"""A calendar in the form of RFC 5545 that says how many, when, and nothing else (R38). Pure."""

import re
from datetime import UTC, timedelta

LINE = 75  # octets of a line before it is folded
SPECIAL = re.compile(r"([\\;,])")
LASTS = timedelta(minutes=15)


def calendar(moments, *, name, summary, uid, stamp):
    """The text of a calendar, in bytes.

    `moments` are (aware moment, how many) pairs; `summary` says a number in words, `uid` names a moment so
    that nobody can tell whose it is; `stamp` is the aware moment that every entry gives as its making.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Causeway//Causeway//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for moment, count in moments:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(uid(moment))}",
            f"DTSTAMP:{in_utc(stamp)}",
            f"DTSTART:{in_utc(moment)}",
            f"DTEND:{in_utc(moment + LASTS)}",
            f"SUMMARY:{escaped(summary(count))}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text):
    """A text value: what has a meaning in a line of its own is written so that it has none."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return SPECIAL.sub(r"\\\1", one_kind).replace("\n", "\\n")


def in_utc(moment):
    """A moment as the form writes it, to the second."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def folded(line):
    """A line in bytes with its end; a long one is cut between two signs and goes on behind a blank."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
