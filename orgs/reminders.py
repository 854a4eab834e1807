"""Clocks as rows: set by a state, claimed when due, never scheduled anywhere else.

`settle` makes the rows of a record equal to what its policy of clocks says. `claim` takes the due ones of
the acting organization and writes one outbox row for each person who must hear, in one statement. Nothing
here knows what a record is about, and nothing that is sent says it (R38).
"""

import logging
from datetime import timedelta
from typing import NamedTuple

from django.db import connection, transaction

from . import clock as the_clock
from . import outbox, ringing, rota
from .calendar import leave_quiet_hours, next_morning
from .clocks import (
    AHEAD,
    AT_THEIR_HOUR,
    FIXED_RUNGS,
    NEVER_GATHERED,
    OWNERS,
    clock_interval,
    fire_at,
    rings_by_night,
)
from .ladder import due
from .models import Counter, Heartbeat, Organization, Reminder, User
from .roles import Role
from .tenancy import current

RUNGS = 4
ONCE = frozenset({"release_ends", "court_date"})  # their ladders have an end: the moment has come
DAILY = timedelta(days=1)
BATCH = 500
A_DAY_OF_TRIES = 24
logger = logging.getLogger(__name__)
_before = []


class Clock(NamedTuple):
    """One clock that a state runs.

    `name` is of `orgs.clocks`; `start` the aware moment from which it counts; `due_at` is given where the due
    time is somebody's choice, `before` a moment before which it must be due; `owner` the id of the member who
    must act, None for the desk on duty; `team` the role that hears next; `of` the organization, where a
    record has two sides.
    """

    name: str
    start: object
    priority: str = "standard"
    due_at: object = None
    owner: object = None
    team: str = Role.SUPERVISOR
    of: object = None
    before: object = None


def settle(record, organization_id):
    """Make the reminders of one record, on one side, those that its clocks ask for.

    A changed due date is a new version of it and starts a new ladder; one that is changed back goes on where
    its own stood. A changed owner only turns the rungs that have not fired, and so does what has become a
    crisis; a clock that no longer runs takes its unfired rungs with it.
    """
    wanted = {c.name: c for c in record.clocks() if (c.of or record.organization_id) == organization_id}
    past, ringing = {}, set()
    rows = Reminder.objects.filter(organization_id=organization_id, subject_id=record.pk)
    for row in rows.order_by("version", "rung"):
        past.setdefault(row.clock, []).append(row)
        if row.fired_at is None:
            ringing.add(row.clock)
    fresh, stopped = [], ringing - wanted.keys()
    for name, clock in wanted.items():
        ladders = past.get(name, [])
        last = ladders[-1] if ladders else None
        if last and last.fired_at is None and _is_same(last, clock):
            now = {"owner_id": clock.owner, "team": clock.team, **loudness(clock)}
            if any(getattr(last, field) != said for field, said in now.items()):
                rows.filter(clock=name, fired_at=None).update(**now)
                if name in AT_THEIR_HOUR:
                    rows.filter(clock=name, fired_at=None, rung=0).update(by_night=True, urgent=True)
            continue
        if name in ringing:
            stopped.add(name)
        told = {row.rung for row in ladders if row.fired_at and _is_same(row, clock)}
        version = last.version + 1 if last else 1
        ladder = rungs(record, clock, _organization_of(record, organization_id), version)
        fresh += _go_on(ladder, told)
    if stopped:
        _stop(record, organization_id, stopped)
    Reminder.objects.bulk_create(fresh)


def loudness(clock):
    """Whether the rungs of a clock ring in the quiet hours, and whether nobody can mute them."""
    by_night = rings_by_night(clock.name, clock.priority)
    urgent = by_night or clock.priority == "crisis" or clock.name in NEVER_GATHERED
    return {"by_night": by_night, "urgent": urgent}


def _go_on(ladder, told):
    """What is left of a ladder that stood still for a while: nothing that was told is told again."""
    left = [row for row in ladder if row.rung not in told]
    if told and not left and ladder[-1].repeat_after:
        last = ladder[-1]
        last.rung, last.fire_at = max(told) + 1, the_clock.now() + last.repeat_after
        left = [last]
    return left


def _is_same(row, clock):
    """Whether a standing ladder is what the clock asks for: same start, and same due time if given."""
    return row.started_at == clock.start and clock.due_at in (None, row.due_at)


def _organization_of(record, organization_id):
    """The organization whose settings count, without asking for one that is loaded already."""
    loaded = record._state.fields_cache.get("organization")
    if loaded is not None and loaded.pk == organization_id:
        return loaded
    return Organization.objects.get(pk=organization_id)


def _stop(record, organization_id, names):
    """Take the unfired rungs of some clocks away; they have told nobody, so nothing hangs on them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM orgs_reminder "
            "WHERE organization_id = %s AND subject_id = %s AND fired_at IS NULL AND clock = ANY(%s)",
            [organization_id, record.pk, list(names)],
        )


def rungs(record, clock, organization, version):
    """The rows of one clock's ladder; the last of them repeats until someone acts."""
    calendar, previous, made = organization.calendar(), None, []
    fixed = FIXED_RUNGS.get(clock.name)
    due_at = clock.due_at
    if not due_at and not fixed:
        due_at = due(clock.start, clock_interval(clock.name, clock.priority, organization.clocks), calendar)
    if clock.before:  # half of the time that is left, where the interval is longer
        due_at = min(due_at, clock.start + (clock.before - clock.start) / 2)
    for rung in range(len(organization.clocks.get(clock.name, fixed)) if fixed else RUNGS):
        moment = fire_at(
            clock.name,
            clock.priority,
            clock.start,
            rung,
            calendar=calendar,
            overrides=organization.clocks,
            due_at=due_at if clock.before else clock.due_at,
        )
        if moment is None:
            break
        previous = max(moment, previous or moment)
        made.append(
            Reminder(
                organization=organization,
                subject_type=record._meta.label_lower,
                subject_id=record.pk,
                clock=clock.name,
                version=version,
                rung=rung,
                started_at=clock.start,
                due_at=due_at or (made[0].due_at if made else moment),
                fire_at=previous,
                owner_id=clock.owner,
                team=clock.team,
                **loudness(clock),
                clocks_version=organization.clocks_version,
            )
        )
    if clock.name in AT_THEIR_HOUR or (clock.before and made[0].fire_at >= clock.before):
        _ring_at_its_hour(made[0], clock, organization)
    if clock.name in OWNERS:
        made = _what_has_passed_once(made)
    if clock.name not in ONCE:
        made[-1].repeat_after = timedelta(days=30) if clock.name == "no_contact" else DAILY
    return made


def _ring_at_its_hour(first, clock, organization):
    """Whoever agreed to speak by night is not reminded in the morning; the others hear as ever."""
    early = first.due_at - AHEAD.get(clock.name, timedelta())
    first.fire_at, first.by_night, first.urgent = max(clock.start, early), True, True


def _what_has_passed_once(ladder):
    """Of the rungs that would ring at once the last: one member is told once that a day is near."""
    now = the_clock.now()
    later = [*(row.fire_at for row in ladder[1:]), None]
    return [row for row, after in zip(ladder, later, strict=True) if after is None or after > now]


def audiences(organization_id, desk=True, away=None):
    """Who hears what in one organization now. An empty place falls to the next one up, never to nobody.

    Where nobody in a place would read it now, because mail comes back (`cut_off`) or they are `away`, the
    next one up hears besides; above the administrators there are the supervisors again. Who is on duty is
    asked for where `desk` says so. `away` are the ids of those who are away, asked for where they are not
    given: what is theirs and nobody's to cover goes `above`, to a supervisor who is here.
    """
    members = list(
        User.objects.filter(organization_id=organization_id, is_active=True).values_list(
            "pk", "role", "mailbox__came_back_at"
        )
    )
    away = ringing.away() if away is None else away
    of = {role: [pk for pk, r, _ in members if r == role] for role in Role.values}
    cut_off = {pk for pk, _, came_back_at in members if came_back_at}
    reads_nothing = cut_off.union(away)

    def heard_by(place, above):
        if not reads_nothing.issuperset(place):
            return place
        return [*place, *(pk for pk in above if pk not in place)]

    heads = of[Role.SUPERVISOR] or of[Role.UNIT_SUPERVISOR]
    administrators = heard_by(of[Role.ADMINISTRATOR] or of[Role.OPERATOR], heads)
    supervisors = heard_by(of[Role.SUPERVISOR], administrators)
    here = [pk for pk in of[Role.SUPERVISOR] if pk not in away]
    on = (desk and rota.on_duty(organization_id, the_clock.now(), away)) or []
    return {
        "active": [pk for pk, *_ in members],
        "cut_off": sorted(cut_off),
        "on_duty": heard_by(on, supervisors),
        "intake": heard_by(of[Role.INTAKE_WORKER], supervisors),
        "advocates": heard_by(of[Role.ADVOCATE], supervisors),
        "supervisors": supervisors,
        "administrators": administrators,
        "away": list(away),
        "above": supervisors if reads_nothing.issuperset(here) else here,
    }


def claim(batch=BATCH, only=None):
    """Fire what is due in the acting organization, at most `batch`; returns (reminders fired, notices).

    With `only`, the id of one reminder, nothing else. The rungs of a ladder are fired one after the other,
    whoever has the one below in hand.

    Call it in a transaction: the rung is marked, the next daily one is made and the outbox is filled
    together, or none of it is. Two workers never take the same row. What comes late, or meets quiet hours
    that were changed, waits in the outbox for their end, unless it rings by night.
    """
    fired = told = 0
    while fired < batch:
        rung, heard = _claim_a_rung(batch - fired, only)
        if not rung:
            break
        fired, told = fired + rung, told + heard
    return fired, told


def _claim_a_rung(batch, only):
    """The same for the lowest rung of each ladder that has one due."""
    organization_id, moment = current.get(), the_clock.now()
    with connection.cursor() as cursor:
        cursor.execute(ringing.DUE, {"organization": organization_id, "batch": batch, "only": only})
        due = cursor.fetchall()
        if not due:
            return 0, 0
        organization = Organization.objects.get(pk=organization_id)
        calendar = organization.calendar()
        walled_from, walled = ringing.walls_of((label, subject) for _, label, subject, *_ in due)
        away = ringing.away()
        known = ringing.covers_of([row[1:4] for row in due], away) | {
            "due": [pk for pk, *_ in due],
            "day": leave_quiet_hours(moment, calendar.quiet_start, calendar.quiet_end),
            "opening": next_morning(moment, calendar),
            "may_gather": organization.may_gather,
            "may_mute": organization.may_mute,
            "walled_from": walled_from,
            "walled": walled,
        }
        known |= ringing.heads_of((label, subject, team) for _, label, subject, _owner, team in due)
        cursor.execute(ringing.CLAIM, known | audiences(organization_id, away=away))
        return cursor.fetchone()


def claim_all():
    """Fire everything that is due in the acting organization, a batch a transaction. Call it outside of one.

    Where a batch cannot be rung, each of it is by itself: one row that is broken stops nobody else's clock.
    What a record opens before its next rung (`before_ringing`) is opened first.
    """
    _open_before()
    fired = BATCH
    while fired == BATCH:
        try:
            with transaction.atomic():
                fired, _ = claim()
            _count(fired)
        except outbox.GONE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one row can do, the others ring
            logger.warning("reminders are rung one by one after %s", type(error).__name__)
            fired = claim_one_by_one()


def before_ringing(prepare):
    """Register `prepare()`, which opens to whoever is next what is about to ring, in the acting organization;
    a decorator. It gets a transaction of its own, and one that fails keeps no clock from ringing."""
    if prepare not in _before:
        _before.append(prepare)
    return prepare


def _open_before():
    for prepare in _before:
        try:
            with transaction.atomic():
                prepare()
        except outbox.GONE:
            raise
        except Exception as error:  # noqa: BLE001
            logger.warning("what rings next is not opened after %s", type(error).__name__)


def _count(fired):
    """For an operator's figures, in a transaction of its own: nobody's claim waits for a count."""
    if fired:
        with transaction.atomic():
            Counter.take(current.get(), "rung", fired)


def claim_one_by_one(batch=BATCH):
    """Fire what is due, each in its own transaction; what fails is put off. Returns how many were due."""
    due = Reminder.objects.filter(organization_id=current.get(), fired_at=None, fire_at__lte=the_clock.Now())
    due = due.exclude(not_before__gt=the_clock.Now()).order_by("fire_at")
    with transaction.atomic():
        keys = list(due.values_list("pk", flat=True)[:batch])
    for key in keys:
        try:
            with transaction.atomic():
                fired, _ = claim(only=key)
            _count(fired)
        except outbox.GONE:
            raise
        except Exception as error:  # noqa: BLE001
            with transaction.atomic():
                _put_off(key, error)
    return len(keys)


def _put_off(key, error):
    """Try this reminder again, each time after longer, and never give up: administrators hear of it daily."""
    row = Reminder.objects.select_for_update().get(pk=key)
    row.failures, row.failed_as = row.failures + 1, type(error).__name__
    wait = min(15 * 2 ** min(row.failures, 8), outbox.LONGEST_WAIT)
    row.not_before = the_clock.now() + timedelta(seconds=wait)
    row.save(update_fields=["failures", "failed_as", "not_before"])
    if row.failures >= outbox.TRIES and (row.failures - outbox.TRIES) % A_DAY_OF_TRIES == 0:
        outbox.tell_administrators(row.organization_id)


def beat_now():
    """Remember that the clocks ticked."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": the_clock.Now()})


def clock_was_set_back():
    """Whether the last beat lies ahead of the clock, which was set back then. Call it in a transaction."""
    ticked = last_beat()
    return ticked is not None and ticked > the_clock.now() + outbox.CLOCKS_MAY_DIFFER


def last_beat():
    """When the clocks last ticked, or None."""
    return Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()


def figures():
    """The queues of the whole installation, as {name: count or aware moment}; of nobody in particular."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM installation_figures()")
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def left_running():
    """How many clocks run in organizations that are not active, where nobody could come in to stop them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT left_running()")
        return cursor.fetchone()[0]


def health():
    """What an operator watches, in seconds: since the clocks ticked, how long the oldest of a queue waits.

    None where they never ticked, or where nothing waits. Call it inside a transaction.
    """
    moment, told, ticked = the_clock.now(), figures(), last_beat()

    def waits(first):
        return round((moment - first).total_seconds()) if first and first <= moment else None

    return {
        "seconds_since_beat": max(0, round((moment - ticked).total_seconds())) if ticked else None,
        "seconds_oldest_unsent": waits(told["oldest_waiting"]),
        "seconds_oldest_due": waits(told["oldest_due"]),
        "set_aside": told["set_aside"] + told["stuck"],
        "left_running": told["left_running"],
        "rung": told["rung"],
        "sent": told["sent"],
        "pushed": told["pushed"],
        "push_failed": told["push_failed"],
    }
