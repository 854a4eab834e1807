"""The week of a desk: who is on when, and when nobody is. Pure, in local time."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from orgs.calendar import ISLANDS, holiday_name

DAY = 24 * 60
WEEK = 7 * DAY
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class Gap(NamedTuple):
    """A stretch of one day in which nobody is on; `ends` is midnight for the day's end."""

    starts: time
    ends: time


def minutes(moment):
    """A time of day in whole minutes since midnight."""
    return moment.hour * 60 + moment.minute


def hours(one):
    """The minutes from and to which a shift or a change runs, counted from its day's midnight."""
    starts, ends = minutes(one.starts), minutes(one.ends)
    if ends == DAY - 1:  # 23:59 is how people write the end of a day
        ends = DAY
    return starts, ends if ends > starts else ends + DAY


def stretch(shift):
    """A shift as (first minute, last minute) of a week that begins on Monday; it may run past its end."""
    starts, ends = hours(shift)
    return shift.weekday * DAY + starts, shift.weekday * DAY + ends


class Stretch(NamedTuple):
    """A stretch of one day in which one member is on; `ends` is midnight for the day's end."""

    starts: time
    ends: time
    name: str


class Day(NamedTuple):
    """One day at the desk: who is on, when nobody is, what is not as every week, which holiday it is, and the
    names of those who would be on and are not here."""

    date: date
    on: list
    gaps: list
    changes: list
    holiday: str
    away: list


def ahead(shifts, changes, first, days=14, absent=()):
    """`days` days from the date `first` on, as they will be: `Day` by `Day`.

    `absent` are (id of a member, from, until), two aware moments between which nobody counts on them.
    """
    return [_day(first + timedelta(days=n), shifts, changes, absent) for n in range(days)]


def _day(on, shifts, changes, absent):
    """Everybody's minutes of this day: of the week, less who is replaced, and who is on instead; and of all
    that less who is not here."""
    minutes_of, names = {}, {}
    for shift in shifts:
        begins, ends = stretch(shift)
        names[shift.user_id] = shift.user.name
        mine = minutes_of.setdefault(shift.user_id, bytearray(DAY))
        first = on.weekday() * DAY
        for start in (begins, begins - WEEK, begins + WEEK):
            _mark(mine, start - first, start - first + ends - begins, 1)
    for change in changes:
        if change.instead_of_id in minutes_of:
            _mark(minutes_of[change.instead_of_id], *_within(change, on), 0)
    for change in changes:
        if change.user_id:
            names[change.user_id] = change.user.name
            _mark(minutes_of.setdefault(change.user_id, bytearray(DAY)), *_within(change, on), 1)
    not_here = set()
    midnight = datetime.combine(on, time(), ISLANDS)
    for user, since, until in absent:
        if user in minutes_of:
            begins, ends = (
                max(min(round((at - midnight).total_seconds() / 60), DAY), 0) for at in (since, until)
            )
            if any(minutes_of[user][begins:ends]):
                not_here.add(names[user])
                _mark(minutes_of[user], begins, ends, 0)
    covered = bytearray(any(mine[m] for mine in minutes_of.values()) for m in range(DAY))
    stretches = [
        Stretch(gap.starts, gap.ends, names[user])
        for user, mine in minutes_of.items()
        for gap in _of_day(bytearray(not on for on in mine))
    ]
    today, stretches = [change for change in changes if change.day == on], sorted(stretches, key=_by_time)
    return Day(on, stretches, _of_day(covered), today, holiday_name(on), sorted(not_here))


def _by_time(one):
    return one.starts, one.name


def _within(change, day):
    """The minutes of `day` from and to which a change holds, counted from its midnight."""
    (starts, ends), away = hours(change), (change.day - day).days * DAY
    return starts + away, ends + away


def _mark(covered, begins, ends, value):
    for minute in range(max(begins, 0), min(ends, DAY)):
        covered[minute] = value


def hours_without(days):
    """For how many hours nobody is on in these days."""
    return round(sum(length(gap) for day in days for gap in day.gaps) / 60)


def length(gap):
    """A gap in minutes."""
    return (minutes(gap.ends) or DAY) - minutes(gap.starts)


def gaps(shifts):
    """The gaps of each weekday, from Monday: seven lists of `Gap`."""
    covered = bytearray(WEEK)
    for shift in shifts:
        begins, ends = stretch(shift)
        for minute in range(begins, ends):
            covered[minute % WEEK] = 1
    return [_of_day(covered[day * DAY : (day + 1) * DAY]) for day in range(7)]


def _of_day(covered):
    found, begins = [], None
    for minute in range(DAY + 1):
        on = minute == DAY or covered[minute]
        if not on and begins is None:
            begins = minute
        elif on and begins is not None:
            found.append(Gap(_time(begins), _time(minute)))
            begins = None
    return found


def _time(minute):
    return time(minute // 60 % 24, minute % 60)
