"""The access receipt of one record: who opened it, when, and why they could (C11, C12).

It is made of the lines of the audit that the reader may see: of a record behind a wall of theirs it knows as
little as of one that does not exist (R42). Rooms above tell why somebody could: who had it, and when.
"""

from datetime import UTC
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from . import audit_search, clock
from .findings import OPENS
from .paper import pdf
from .roles import Role
from .words import exactly, local

PRINTED = 500  # lines on a paper, the newest
PEOPLE = 200
_tellers = []


class Reason(NamedTuple):
    """Why a member could: `said` in words, for the ground on which the audit's lines have it."""

    member: object
    ground: str  # "name" or "emergency"
    said: str


def teller(tell):
    """Register `tell(organization_id, label)`, which yields `Reason`s for the record of this number."""
    if tell not in _tellers:
        _tellers.append(tell)
    return tell


def people(reader, label, lines):
    """Who had to do with the record, the last first: dicts of name, role, why (sentences), did, denied,
    span (the first and last time); empty where there is no such record for this reader.

    `lines` are those about it that the reader may see (`audit_search.lines_about`).
    """
    rows, found = audit_search.who_opened(lines), {}
    if not rows:
        return []
    told = {}
    for tell in _tellers:
        for reason in tell(reader.organization_id, label):
            told.setdefault(reason.member, {}).setdefault(reason.ground, []).append(reason.said)
    for row in rows:
        key = row["actor_id"], row["role"]
        one = found.setdefault(key, {"name": row["actor_name"], "role": row["role"], "grounds": set(),
                                     "opened": 0, "did": 0, "denied": 0, **_span(row)})  # fmt: skip
        one["first"], one["last"] = min(one["first"], row["first"]), max(one["last"], row["last"])
        if row["outcome"] == "done":
            one["opened" if row["verb"] in OPENS else "did"] += row["times"]
            one["grounds"].add(row["permission"].partition(" by ")[2])
        else:
            one["denied"] += row["times"]
    for (member, role), one in found.items():
        one["why"] = list(_why(member, role, one["grounds"], told.get(member, {})))
        one["times"] = _times(one)
        ends = dict.fromkeys((when(one["first"]), when(one["last"])))
        one["span"] = " – ".join(ends)
    return list(found.values())[:PEOPLE]


def _span(row):
    return {"first": row["first"], "last": row["last"]}


def _why(member, role, grounds, told):
    """Sentences: what was given to them by name, what their role opens, what an emergency did."""
    if member is None:
        yield _("nobody: the clock did it")
        return
    if "name" in grounds:
        yield from told.get("name", [_("it was given to them by name")])
    if "cover" in grounds:
        yield _("they stood in for somebody who was away")
    if "role" in grounds:
        yield ROLES.get(role, _("their role opens it"))
    if "emergency" in grounds or told.get("emergency"):
        yield from told.get("emergency", [_("they broke the glass")])
    if role == Role.ADMINISTRATOR and grounds == {""}:
        yield _("administrator: reads the audit, and nothing in the record")
    elif not grounds - {""} and not told.get("emergency"):
        yield from told.get("name", [_("the line does not say")] if grounds else [_("they could not")])


ROLES = {
    Role.SUPERVISOR: _later("supervisor: sees all records here that no wall keeps from them"),
    Role.INTAKE_WORKER: _later("at the desk: sees what arrives"),
    Role.ADVOCATE: _later("on staff: sees a signed release, so that anybody can take its withdrawal"),
    Role.UNIT_SUPERVISOR: _later("leads the unit that it belongs to"),
}


def _times(one):
    """ "opened it 3 times, did 1 other thing, was turned away 2 times"."""
    said = []
    if n := one["opened"]:
        said.append(ngettext("opened it %(n)d time", "opened it %(n)d times", n) % {"n": n})
    if n := one["did"]:
        said.append(ngettext("did %(n)d other thing with it", "did %(n)d other things with it", n) % {"n": n})
    if n := one["denied"]:
        said.append(ngettext("was turned away %(n)d time", "was turned away %(n)d times", n) % {"n": n})
    return ", ".join(said)


def when(moment):
    """A moment in islands' time beside UTC: "2026-03-03 09:12:41 (13:12:41 UTC)"."""
    here = local(moment)
    utc = moment.astimezone(UTC)
    said = f"{utc:%H:%M:%S}" if utc.date() == here.date() else f"{utc:%Y-%m-%d %H:%M:%S}"
    return f"{here:%Y-%m-%d %H:%M:%S} ({said} UTC)"


def count(lines):
    return lines.order_by().count()


def paper(reader, label, words_of_line):
    """The receipt as a PDF (bytes): the people, then the newest lines. `words_of_line` says a line."""
    lines, now = audit_search.lines_about(reader, label), clock.now()
    total, newest = count(lines), list(lines[:PRINTED])
    given = _("%(name)s, %(organization)s") % {"name": reader.name, "organization": reader.organization.name}
    intro = _(
        "Who opened this record or did something with it, and why they could. A list or a search that showed"
        " its number among others is not in it. Times are St. Thomas time, UTC beside it."
    )
    shown = _("All lines of the audit about it: %(total)d.") % {"total": total}
    if total > len(newest):
        shown = _("The newest %(n)d of %(total)d lines of the audit about it.") % {
            "n": len(newest),
            "total": total,
        }
    document = {
        "language": "en",
        "title": _("Access receipt of %(label)s") % {"label": label},
        "subtitle": exactly(now),
        "watermark": f"{reader.name} · {local(now):%Y-%m-%d %H:%M}",
        "page": _("Page"),
        "foot": [
            _("Printed by %(given)s, %(when)s") % {"given": given, "when": exactly(now)},
            _("Confidential under federal law (34 U.S.C. 12291): do not copy, leave lying or pass on."),
        ],
        "sections": [
            {"note": intro},
            {
                "title": _("Who, and why they could"),
                "moments": [
                    {
                        "when": str(Role(one["role"]).label) if one["role"] else "",
                        "heading": one["name"] or _("The clock"),
                        "text": [_sentence(said) for said in one["why"]],
                        "why": f"{one['times'][:1].upper()}{one['times'][1:]}: {one['span']}",
                    }
                    for one in people(reader, label, lines)
                ],
            },
            {
                "title": _("Each time"),
                "note": shown,
                "facts": [[when(line.at), words_of_line(line)] for line in newest],
            },
        ],
    }
    return pdf(document)


def _sentence(said):
    said = str(said)
    return f"{said[:1].upper()}{said[1:]}."


__all__ = ["Reason", "count", "paper", "people", "teller", "when"]
