"""Days and hours on the islands: what a clock may count, and when it may ring.

Everything here is a pure function of its arguments. Moments come in as aware datetimes of any
zone and go out in UTC; days and hours are those of America/St_Thomas, which is UTC-4 all year.

The holidays are those of 1 V.I.C. 171 as the `holidays` package has them for the U.S. Virgin
Islands (`tests/unit/test_calendar.py` holds them against a table written from the law). A holiday
that the Governor proclaims for one day is not in any table: the desk's hours do not know it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

ISLANDS = ZoneInfo("America/St_Thomas")
_HOLIDAYS = holidays.country_holidays("US", subdiv="VI")
_MONDAY_TO_FRIDAY = range(5)


@dataclass(frozen=True)
class Calendar:
    """The working hours of one desk, in local time.

    Arguments: `desk_open` and `desk_close`, the hours on a business day (equal: round the clock);
    `quiet_start` and `quiet_end`, when nothing but a crisis rings (equal: never quiet);
    `holidays_on`, whether V.I. holidays are days off.
    Raises ValueError when the desk closes before it opens.
    """

    desk_open: time = time(8)
    desk_close: time = time(17)
    quiet_start: time = time(20)
    quiet_end: time = time(7)
    holidays_on: bool = True

    def __post_init__(self):
        if self.desk_close < self.desk_open:
            raise ValueError("A desk cannot close before it opens.")


DEFAULT_CALENDAR = Calendar()


def holiday_name(day: date) -> str:
    """The name of the V.I. holiday on `day`, or an empty string."""
    return _HOLIDAYS.get(day, "")


def is_business_day(day: date, calendar: Calendar = DEFAULT_CALENDAR) -> bool:
    """Whether the desk works on `day`: Monday to Friday, and no holiday unless they are switched off."""
    return day.weekday() in _MONDAY_TO_FRIDAY and not (calendar.holidays_on and day in _HOLIDAYS)


def is_desk_open(moment: datetime, calendar: Calendar = DEFAULT_CALENDAR) -> bool:
    """Whether the desk works at `moment`; at the minute of closing it is closed."""
    local = _local(moment)
    if not is_business_day(local.date(), calendar):
        return False
    if calendar.desk_open == calendar.desk_close:
        return True
    return calendar.desk_open <= local.time() < calendar.desk_close


def next_opening(moment: datetime, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """`moment` itself when the desk is open then, otherwise the next opening."""
    if is_desk_open(moment, calendar):
        return moment.astimezone(UTC)
    local = _local(moment)
    opens = time.min if calendar.desk_open == calendar.desk_close else calendar.desk_open
    if is_business_day(local.date(), calendar) and local.time() < opens:
        return _at(local.date(), opens)
    return _at(_business_day_after(local.date(), calendar), opens)


def add_business_days(moment: datetime, n: int, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """The same local time `n` business days after `moment`.

    A moment when the desk is closed counts from the next opening, so Friday 18:00 plus one day is
    Tuesday at opening time. Raises ValueError when `n` is negative.
    """
    if n < 0:
        raise ValueError("Business days are counted forward.")
    local = _local(next_opening(moment, calendar))
    day = local.date()
    for _ in range(n):
        day = _business_day_after(day, calendar)
    return _at(day, local.time())


def business_days_before(moment: datetime, n: int, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """The same local time `n` business days before the day of `moment`, whatever day that is."""
    local = _local(moment)
    day = local.date()
    for _ in range(n):
        day -= timedelta(days=1)
        while not is_business_day(day, calendar):
            day -= timedelta(days=1)
    return _at(day, local.time())


def next_business_day_end(moment: datetime, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """When the desk closes on the first business day after the local day of `moment`."""
    day = _business_day_after(_local(moment).date(), calendar)
    if calendar.desk_open == calendar.desk_close:
        return _at(day, time.max)
    return _at(day, calendar.desk_close)


def end_of_day(moment: datetime) -> datetime:
    """The last microsecond of the local day of `moment`: it still reads as that day on a page."""
    return _at(_local(moment).date(), time.max)


def is_quiet(moment: datetime, start: time = time(20), end: time = time(7)) -> bool:
    """Whether `moment` lies in the quiet hours, `start` included and `end` not; equal: never quiet."""
    clock = _local(moment).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def leave_quiet_hours(moment: datetime, start: time = time(20), end: time = time(7)) -> datetime:
    """`moment`, or the `end` of the quiet hours that it lies in. Never earlier than `moment`."""
    if not is_quiet(moment, start, end):
        return moment.astimezone(UTC)
    local = _local(moment)
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return _at(day, end)


def next_morning(moment: datetime, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """The next hour of the desk's opening after `moment`, on any day; later where quiet hours end later."""
    local = _local(moment)
    day = local.date() + timedelta(days=local.time() >= calendar.desk_open)
    return leave_quiet_hours(_at(day, calendar.desk_open), calendar.quiet_start, calendar.quiet_end)


def _business_day_after(day: date, calendar: Calendar) -> date:
    day += timedelta(days=1)
    while not is_business_day(day, calendar):
        day += timedelta(days=1)
    return day


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment.astimezone(ISLANDS)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ISLANDS).astimezone(UTC)
