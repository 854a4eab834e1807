"""Which clocks run on a record: since when, who has heard, what comes next and to whom.

Who hears is worked out by the statement that rings the clocks (`orgs.ringing`), so that a page cannot say
otherwise than what happens; whoever is on duty is asked for the moment at which the desk will hear.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from . import clock, ringing, rota
from .clock_words import RUNNING_NAMES
from .models import OutboxMessage, Reminder
from .reminders import audiences
from .roles import Role

SHOWN = 40  # clocks on a page, the next to ring first
LATELY = timedelta(days=31)  # how far back a page says who has heard
_belonging = {}


class Rung(NamedTuple):
    """One rung: when it rang or will, and the names of who heard or will hear; `told` tells which."""

    at: datetime
    names: list
    told: bool
    sent: bool = False  # whether every mail of it has left


class Running(NamedTuple):
    """One clock. `rungs` in their order; after `again_after` days, if any, the last rings again."""

    what: str
    url: str
    since: datetime | None  # None where it counts to a moment that is still to come
    due_at: datetime
    rungs: list
    again_after: int


def belonging(label):
    """Register `find(record, member)`, which yields (rows, whether each has a page of its own) pairs: what
    belongs to a record of model `label` and has clocks, as far as the member may see it; a decorator."""

    def register(find):
        if find not in _belonging.setdefault(label, []):
            _belonging[label].append(find)
        return find

    return register


def clocks_of(record, member):
    """The clocks that run on a record and on what belongs to it, on the side of the member's organization."""
    beside = [one for find in _belonging.get(record._meta.label_lower, ()) for one in find(record, member)]
    of = Q(subject_id=record.pk)
    for rows, _page in beside:
        of |= Q(subject_id__in=rows.order_by().values("pk"))
    now = clock.now()
    lately = Q(fired_at=None) | Q(fired_at__gt=now - LATELY)
    rows = Reminder.objects.filter(of, lately, organization_id=member.organization_id)
    to_come, told = {}, {}
    for row in rows.order_by("fire_at", "rung"):
        (told if row.fired_at else to_come).setdefault((row.subject_id, row.clock), []).append(row)
    shown = dict(list(to_come.items())[:SHOWN])
    urls = _addresses(beside, {ladder[0].subject_type for ladder in shown.values()})
    heard = _heard([row for key in shown for row in told.get(key, ())])
    hear = _would_hear(member.organization_id, [row for ladder in shown.values() for row in ladder])
    return [
        Running(
            RUNNING_NAMES[name],
            urls.get(pk, ""),
            ladder[0].started_at if ladder[0].started_at <= now else None,
            ladder[0].due_at,
            [
                *(_rung(row, heard) for row in told.get((pk, name), ()) if row.version == ladder[0].version),
                *(Rung(row.fire_at, hear.get(row.pk, []), told=False) for row in ladder),
            ],
            again_after=repeats.days if (repeats := ladder[-1].repeat_after) else 0,
        )
        for (pk, name), ladder in shown.items()
    ]


def _rung(row, heard):
    who = heard.get(row.pk, [])
    return Rung(row.fired_at, [name for name, _ in who], told=True, sent=all(sent for _, sent in who))


def _addresses(beside, labels):
    """{record: its page}, of what belongs to a record and has a page of its own."""
    rows = [rows for rows, page in beside if page and rows.model._meta.label_lower in labels]
    return {one.pk: one.get_absolute_url() for some in rows for one in some}


def _heard(rows):
    """{rung: (name, whether all is told that was to be) of each who heard}."""
    if not rows:
        return {}
    mails = OutboxMessage.objects.filter(reminder__in=[row.pk for row in rows]).order_by("recipient__name")
    heard = {}
    for reminder, name, state in mails.values_list("reminder_id", "recipient__name", "state"):
        if state == "shown":
            name = _("%(who)s, in the page") % {"who": name}
        heard.setdefault(reminder, []).append((name, state in ("sent", "shown")))
    return heard


def _would_hear(organization_id, rows):
    """{rung: the names of who will hear it}, as things stand now."""
    if not rows:
        return {}
    walled_from, walled = ringing.walls_of({(row.subject_type, row.subject_id) for row in rows})
    known = {"organization": organization_id, "walled_from": walled_from, "walled": walled}
    away = ringing.away()
    known |= ringing.covers_of([(row.subject_type, row.subject_id, row.owner_id) for row in rows], away)
    known |= ringing.heads_of((row.subject_type, row.subject_id, row.team) for row in rows)
    known |= audiences(organization_id, desk=False, away=away)
    names = {}
    with connection.cursor() as cursor:
        for on, due in _by_desk(organization_id, rows, known["supervisors"]):
            cursor.execute(ringing.WOULD_HEAR, known | {"on_duty": on, "due": due})
            for rung, name in cursor.fetchall():
                names.setdefault(rung, []).append(name)
    return names


def _by_desk(organization_id, rows, else_on):
    """(who is on at the desk, rungs) pairs: the desk's rungs by who is on when they ring, all others once."""
    others, desk = [], {}
    for row in rows:
        if row.rung == 0 and row.team == Role.INTAKE_WORKER:
            desk.setdefault(max(row.fire_at, clock.now()), []).append(row.pk)
        else:
            others.append(row.pk)
    if others:
        yield else_on, others
    for moment, due in desk.items():
        yield rota.on_duty(organization_id, moment) or else_on, due
