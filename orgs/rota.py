"""Who is on at a desk, as it will be: the week, its changes, and whom they cannot count on.

Somebody who is away, whose account is closed, who is past their last day or works at no desk any more is on
for nobody: their hours are a gap, and what comes then goes to the supervisors at once.
"""

from datetime import UTC, datetime, timedelta

from . import audit, clock, duty, ringing
from .models import DutyChange, DutyShift
from .roles import DESK
from .words import local

AHEAD = 14  # days that are looked at
FOR_EVER = datetime.max.replace(tzinfo=UTC)


def stands(member, moment):
    """Whether a member can be on at a desk at an aware moment, but for an absence: they can come in, and read
    what arrives (C9)."""
    gone = member.leaves_at and member.leaves_at <= moment and not member.kept_since
    return member.is_active and member.role in DESK and not (gone or member.is_dormant)


def on_duty(organization_id, moment, away=None):
    """The ids of the members who are on at the desk at an aware moment; empty where nobody is.

    `away` are the ids of those who are away at that moment, asked for where they are not given.
    """
    shifts = DutyShift.objects.filter(organization_id=organization_id).select_related("user")
    around = DutyChange.around(organization_id, local(moment).date())
    changes = [change for change in around.select_related("user") if change.covers(moment)]
    on = {shift.user_id: shift.user for shift in shifts if shift.covers(moment)}
    for change in changes:
        on.pop(change.instead_of_id, None)
    on |= {change.user_id: change.user for change in changes if change.user}
    if away is None:
        away = {member for member, *_ in ringing.absent(moment, moment)} if on else ()
    return sorted(pk for pk, member in on.items() if stands(member, moment) and pk not in away)


def coming(organization_id, days=AHEAD):
    """The desk's next days as they will be, for `orgs.duty`."""
    today = clock.today()
    shifts = list(DutyShift.objects.filter(organization_id=organization_id).select_related("user"))
    changes = DutyChange.objects.filter(
        organization_id=organization_id,
        day__gte=today - timedelta(days=1),
        day__lt=today + timedelta(days=days),
    )
    changes = list(changes.select_related("user", "instead_of"))
    now = clock.now()
    absent = ringing.absent(now, now + timedelta(days=days + 1)) if shifts or changes else []
    return ahead(shifts, changes, absent, days)


def ahead(shifts, changes, absent, days=AHEAD):
    """The same, of shifts, changes and absences (id of a member, from, until) that were asked for already,
    those of other days among them or not."""
    absent, today, now = list(absent), clock.today(), clock.now()
    for member in {one.user_id: one.user for one in (*shifts, *changes) if one.user}.values():
        if not stands(member, now):
            absent.append((member.pk, now - timedelta(days=2), FOR_EVER))
        elif member.leaves_at and not member.kept_since:
            absent.append((member.pk, member.leaves_at, FOR_EVER))
    return duty.ahead(shifts, changes, today, days, absent)


def hours_without(organization_id):
    """For how many of the hours to come nobody is on."""
    return duty.hours_without(coming(organization_id))


def hours_of(member, starts_at, ends_at):
    """The member's hours at the desk between two aware moments: those `orgs.duty.Day`s that have any."""
    first = local(max(starts_at, clock.now())).date()
    days = max((local(ends_at - timedelta(microseconds=1)).date() - first).days + 1, 0)
    shifts = list(DutyShift.objects.filter(user=member).select_related("user"))
    changes = DutyChange.objects.filter(organization_id=member.organization_id)
    changes = changes.filter(day__gte=first - timedelta(days=1), day__lt=first + timedelta(days=days))
    theirs = [one for one in changes.select_related("user") if member.pk in (one.user_id, one.instead_of_id)]
    for one in theirs:  # what others do in their place is no hour of theirs
        one.user = one.user if one.user_id == member.pk else None
    return [day for day in duty.ahead(shifts, theirs, first, days) if day.on]


def put_on(member, instead_of, days, *, because, actor):
    """`member` is on instead of another in all of their hours in `days` (of `hours_of`); one audit line.

    `because` is the record for which it is so: without it, it is not so any more (`put_back`).
    """
    made = DutyChange.objects.bulk_create(
        DutyChange(
            organization_id=actor.organization_id,
            day=day.date,
            starts=hour.starts,
            ends=hour.ends,
            user=member,
            instead_of=instead_of,
            because=because.pk,
            made_at=clock.now(),
            made_by=actor,
        )
        for day in days
        for hour in day.on
    )
    if made:
        said = {"day": str(made[0].day), "until": str(made[-1].day), "count": len(made)}
        audit.write(actor, "change_duty", made[0], instead_of=str(instead_of.pk), on=str(member.pk), **said)
    return made


def put_back(because, *, actor, first=None, last=None):
    """What was put on for a record, and is to come, is as every week again; but not from `first` to `last`.

    Both are dates on the islands, both in the stretch that stays; one audit line.
    """
    gone = DutyChange.objects.filter(because=because.pk, day__gte=clock.today()).order_by("day")
    if first and last:
        gone = gone.exclude(day__gte=first, day__lte=last)
    if gone := list(gone):
        said = {"day": str(gone[0].day), "until": str(gone[-1].day), "count": len(gone)}
        audit.write(actor, "unchange_duty", gone[0], **said)
        DutyChange.objects.filter(pk__in=[one.pk for one in gone]).delete()


def is_away(member, begins, ends):
    """Whether a member cannot be counted on for the whole of a stretch between two aware moments."""
    gone = member.leaves_at and member.leaves_at < ends and not member.kept_since
    return bool(gone) or any(away == member.pk for away, *_ in ringing.absent(begins, ends))
