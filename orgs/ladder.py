"""Clocks and their ladders: when a thing is due, and who hears of it when it stays undone.

A clock has an interval. It is due one interval after its start; the assignee hears of it then, the
team one interval later, the supervisor two, the organization administrator four intervals after the
due time, and from there every day until someone acts. Nothing closes by itself. Whatever is not a
crisis waits for the end of the quiet hours. Pure functions: `orgs.reminders` makes rows of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from orgs.calendar import (
    DEFAULT_CALENDAR,
    Calendar,
    add_business_days,
    end_of_day,
    leave_quiet_hours,
    next_business_day_end,
)

RUNG_HOLDERS = ("assignee", "team", "supervisor", "administrator")

_MULTIPLES = (0, 1, 2, 4)
_UNITS = ("seconds", "business_days", "same_day", "next_business_day")
_SHORTEST_STEP = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """How long a clock runs; exactly one of the four is given, otherwise ValueError.

    `seconds` of wall time; `business_days` at the same time of day; `same_day`, until the local day
    ends; `next_business_day`, until the desk closes on it.
    """

    seconds: int = 0
    business_days: int = 0
    same_day: bool = False
    next_business_day: bool = False

    def __post_init__(self):
        amounts = [getattr(self, unit) for unit in _UNITS]
        if sum(bool(amount) for amount in amounts) != 1 or min(amounts) < 0:
            raise ValueError(f"An interval has exactly one of {', '.join(_UNITS)}, and more than nothing.")

    @classmethod
    def minutes(cls, amount: int) -> "Interval":
        return cls(seconds=amount * 60)

    @classmethod
    def hours(cls, amount: int) -> "Interval":
        return cls(seconds=amount * 3600)

    @classmethod
    def days(cls, amount: int) -> "Interval":
        """Days of 24 hours, weekends and holidays included."""
        return cls(seconds=amount * 86400)

    @classmethod
    def from_json(cls, data: dict) -> "Interval":
        """The interval of `{"seconds": 1800}`, `{"business_days": 1}`, `{"same_day": true}` or
        `{"next_business_day": true}`. Raises ValueError for anything else."""
        if not isinstance(data, dict) or len(data) != 1:
            raise ValueError("An interval is written as one unit and its amount.")
        [(unit, amount)] = data.items()
        if unit not in _UNITS:
            raise ValueError(f"An interval is written in one of {', '.join(_UNITS)}.")
        if type(amount) is not (int if unit in ("seconds", "business_days") else bool):
            raise ValueError(f"{amount!r} is not an amount of {unit}.")
        return cls(**data)

    def as_json(self) -> dict:
        """The form that `from_json` reads."""
        return {unit: getattr(self, unit) for unit in _UNITS if getattr(self, unit)}


def due(start: datetime, interval: Interval, calendar: Calendar = DEFAULT_CALENDAR) -> datetime:
    """When a clock that began at `start` is due. Quiet hours do not move it: they move the ringing."""
    if interval.seconds:
        return start.astimezone(UTC) + timedelta(seconds=interval.seconds)
    if interval.business_days:
        return add_business_days(start, interval.business_days, calendar)
    if interval.same_day:
        return end_of_day(start)
    return next_business_day_end(start, calendar)


def rung_at(
    start: datetime,
    interval: Interval,
    calendar: Calendar = DEFAULT_CALENDAR,
    crisis: bool = False,
    rung: int = 0,
    *,
    due_at: datetime | None = None,
) -> datetime:
    """When rung number `rung` (from 0) of the ladder fires; later rungs never fire before earlier ones.

    `due_at` is given when the due time is somebody's choice (a follow-up) and not `start` plus the
    interval. `crisis` rings in the quiet hours too.
    """
    if rung < 0:
        raise ValueError("The first rung is number 0.")
    due_at = due_at or due(start, interval, calendar)
    last = len(_MULTIPLES) - 1
    moment = _later(start, due_at, interval, calendar, _MULTIPLES[min(rung, last)])
    moment += timedelta(days=max(rung - last, 0))
    return moment if crisis else leave_quiet_hours(moment, calendar.quiet_start, calendar.quiet_end)


def ladder(
    start: datetime,
    interval: Interval,
    calendar: Calendar = DEFAULT_CALENDAR,
    crisis: bool = False,
    *,
    due_at: datetime | None = None,
) -> Iterator[datetime]:
    """The fire times of all rungs, without end. See `rung_at`."""
    for rung in count():
        yield rung_at(start, interval, calendar, crisis, rung, due_at=due_at)


def rung_holder(rung: int) -> str:
    """Who hears of rung number `rung`: one of RUNG_HOLDERS, the last of them for all that follow."""
    return RUNG_HOLDERS[min(rung, len(RUNG_HOLDERS) - 1)]


def _later(start: datetime, due_at: datetime, interval: Interval, calendar: Calendar, times: int) -> datetime:
    """`due_at` plus the interval so many `times`."""
    if not times:
        return due_at.astimezone(UTC)
    if interval.seconds:
        return due_at.astimezone(UTC) + times * timedelta(seconds=interval.seconds)
    if interval.business_days:
        return add_business_days(due_at, times * interval.business_days, calendar)
    if interval.same_day:
        # A day that was missed is chased at the pace it had: a night's call within hours, never
        # faster than hourly.
        return due_at.astimezone(UTC) + times * max(due_at - start, _SHORTEST_STEP)
    for _ in range(times):
        due_at = next_business_day_end(due_at, calendar)
    return due_at
