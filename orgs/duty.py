"""The week of a desk: who is on when, and when nobody is. Pure, in local time."""

from datetime import time
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

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


def stretch(shift):
    """A shift as (first minute, last minute) of a week that begins on Monday; it may run past its end."""
    starts, ends = minutes(shift.starts), minutes(shift.ends)
    if ends == DAY - 1:  # 23:59 is how people write the end of a day
        ends = DAY
    begins = shift.weekday * DAY + starts
    return begins, begins + (ends - starts if ends > starts else ends - starts + DAY)


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
