"""The clock table: how long each clock runs, for each priority, until an organization says otherwise.

The figures are settings of the receiving organization (R4). What an organization overrides is JSON,
`{"acknowledge_referral": {"crisis": {"seconds": 900}}, "no_contact": [7, 14, 30]}`; the duties that a
statute times may be made shorter and never longer.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.calendar import DEFAULT_CALENDAR, Calendar, business_days_before, leave_quiet_hours
from orgs.ladder import Interval, due, rung_at

PRIORITIES = ("crisis", "high_risk", "standard", "information")

_DAY = Interval(business_days=1)
_NEXT_DAY = Interval(next_business_day=True)
_LONGEST = {"seconds": 366 * 86400, "business_days": 260}
_MONTH, _QUARTER, _TWO_YEARS = Interval.days(30), Interval.days(90), Interval.days(730)


def _clock(crisis: Interval, high_risk: Interval, standard: Interval) -> dict[str, Interval]:
    return {"crisis": crisis, "high_risk": high_risk, "standard": standard, "information": standard}


def _same(interval: Interval) -> dict[str, Interval]:
    return dict.fromkeys(PRIORITIES, interval)


DEFAULT_CLOCKS = {
    "acknowledge_referral": _clock(Interval.minutes(30), Interval.hours(4), _DAY),
    "acknowledge_inquiry": _clock(Interval.minutes(30), Interval.hours(4), _DAY),
    "answer_inquiry": _clock(Interval.minutes(30), Interval.hours(4), _DAY),
    "accept_assignment": _clock(Interval.hours(1), Interval.hours(4), _DAY),
    "take_up_work": _clock(Interval.hours(1), Interval.hours(4), _DAY),  # what a supervisor gave to somebody
    "first_outreach": _clock(Interval(same_day=True), Interval.hours(24), _NEXT_DAY),
    "answer_information_request": _same(_DAY),
    "review_handoff": _clock(Interval.hours(2), Interval.hours(8), _DAY),
    "acknowledge_handoff": _clock(Interval.hours(2), Interval.hours(8), _DAY),
    "accept_handoff": _clock(Interval.hours(4), _DAY, Interval(business_days=2)),
    "revise_handoff": _clock(Interval.hours(2), Interval.hours(8), _DAY),
    "connect_handoff": _clock(Interval.hours(4), _DAY, Interval(business_days=2)),
    "answer_call": _clock(Interval.hours(1), Interval.hours(4), _DAY),
    "call_handoff": _clock(Interval.minutes(30), Interval.hours(1), Interval.hours(1)),  # between rungs
    "answer_recall": _clock(Interval.hours(1), Interval.hours(4), _DAY),  # what becomes of their own case
    "tell_plan": _clock(Interval.minutes(30), Interval.hours(1), Interval.hours(4)),  # R37: theirs is older
    "complete_handoff": _same(Interval(business_days=5)),
    "review_closure": _same(Interval(business_days=2)),
    "review_purge": _same(Interval(business_days=5)),  # R35
    "review_hold": _same(Interval(business_days=5)),  # between rungs: its due date is given
    "review_rest": _clock(Interval.hours(4), Interval.hours(8), _DAY),  # between rungs: its day is chosen
    "review_breakglass": _same(Interval.hours(4)),  # R32
    "follow_up": _clock(Interval.hours(1), Interval.hours(4), _DAY),  # between rungs: its due date is given
    "confirm_plan": _same(_MONTH),  # R37
    "report_abuse_orally": _same(Interval.hours(1)),  # "at once", 5 V.I.C. 2533
    "report_abuse": _same(Interval.hours(48)),  # R29, 5 V.I.C. 2533-2541: the written report
    "tell_of_report": _same(_DAY),  # that the person learns of it, 34 U.S.C. 12291(b)(2)(C)
    "request_otip": _same(Interval.hours(24)),  # R30
    "copy_domestic_violence_report": _same(Interval.days(5)),  # 16 V.I.C. 93
    "report_crime": _same(Interval.hours(24)),  # victim compensation asks that the police were told
    "claim_compensation": _same(_QUARTER),
    "claim_compensation_late": _same(_TWO_YEARS),
    "review_goal": _same(_MONTH),  # a goal of a person is looked at again together
    "court_outcome": _same(_DAY),  # after a court date, until somebody says what came of it
    "answer_certification": _same(Interval.days(14)),  # R31: ask again when nobody has answered
    "notify_grantor": _same(Interval.hours(24)),  # R43
    "notify_persons": _same(Interval.hours(72)),  # R43, 14 V.I.C. 2208, 2209
    "notify_territory": _same(Interval.hours(72)),  # R43, the same
    "close_breach": _same(Interval(business_days=2)),
    "take_up_demand": _clock(Interval.minutes(30), Interval.hours(4), Interval.hours(4)),  # R28
    "review_accounts": _same(_QUARTER),  # C9
    "cover_absence": _clock(Interval.hours(1), Interval.hours(4), _DAY),  # who covers somebody who is away
    "know_cover": _clock(Interval.hours(1), Interval.hours(4), _DAY),  # between rungs: its due date is given
    "take_over_work": _same(_DAY),  # what somebody who is gone still holds
    "change_keys": _same(_DAY),  # C19
    "name_supervisor": _same(_DAY),  # R42: while no supervisor can open some record
    "replace_administrator": _same(_DAY),  # the last one, whose last day is over
    "read_senderword": _clock(Interval.minutes(30), Interval.hours(4), _DAY),
    "take_shiftnote": _same(Interval.hours(2)),
    "close_house": _same(_DAY),  # what runs in an organization that was closed; the operator's
    "review_audit": _same(Interval.days(7)),  # C16: the week after the one that is read
}

# A duty that runs for days is not chased in steps of its whole length.
_CHASED_EVERY = {
    "confirm_plan": _DAY,
    "report_abuse_orally": Interval.hours(1),
    "report_abuse": Interval.hours(4),
    "request_otip": Interval.hours(4),
    "copy_domestic_violence_report": _DAY,
    "report_crime": Interval.hours(4),
    "claim_compensation": _DAY,
    "claim_compensation_late": _DAY,
    "notify_grantor": Interval.hours(4),
    "notify_persons": Interval.hours(4),
    "notify_territory": Interval.hours(4),
    "review_accounts": _DAY,
    "review_audit": _DAY,
    "review_goal": Interval(business_days=5),
}

STATUTORY = frozenset(_CHASED_EVERY) - {"review_goal"}  # how often a plan is looked at is the house's own

# Told of at the last moment a duty of the law would be told of too late: whoever must act hears this much
# before it is due, the others when it is.
AHEAD = {
    "call_handoff": timedelta(minutes=30),  # both are reminded before they speak
    "take_up_demand": timedelta(hours=4),  # whoever took the paper may not be who works it
    "report_abuse": timedelta(hours=12),
    "request_otip": timedelta(hours=12),
    "copy_domestic_violence_report": timedelta(days=1),
    "report_crime": timedelta(hours=6),
    "notify_grantor": timedelta(hours=12),
    "notify_persons": timedelta(hours=24),
    "notify_territory": timedelta(hours=24),
    "claim_compensation": timedelta(days=21),
    "claim_compensation_late": timedelta(days=90),
    "review_accounts": timedelta(days=7),
    "review_audit": timedelta(days=6),
    "take_up_work": timedelta(days=366),  # at once: nobody asked them, so nothing else says that it came
    "close_house": timedelta(days=366),  # at once: nobody who works there hears it any more
    "know_cover": timedelta(days=366),  # at once: who covers is to know long before it begins
    "read_senderword": timedelta(days=366),  # at once: it may say that a call would harm
}
# What nobody can gather for the morning mail, or mute: it must be read before the next call is made.
NEVER_GATHERED = frozenset({"read_senderword"})
# Night is no reason to miss what the law counts in hours.
DAY_AND_NIGHT = {"report_abuse_orally", "report_abuse", "request_otip"}

# The first rung rings when it is, also in the quiet hours: whoever must act chose that hour.
AT_THEIR_HOUR = frozenset({"call_handoff"})

# Days from an anchor, one rung each: after the last contact with an active case, before an end.
FIXED_RUNGS = {
    "no_contact": (7, 14, 30),
    "release_ends": (7, 2, 0),
    "answer_demand": (7, 2, 0),
    "member_leaves": (7, 1),
    "court_date": (3, 1),
}
BEFORE = frozenset(  # their rungs come before the moment
    {"release_ends", "answer_demand", "member_leaves", "court_date"}
)
IN_BUSINESS_DAYS = frozenset({"court_date"})  # the day before a Monday is a Friday
OWNERS = frozenset({"court_date"})  # every rung is for whoever must act: what comes after has its own clock


def clock_interval(name: str, priority: str, overrides: dict | None = None) -> Interval:
    """The interval of one clock, the organization's own if `overrides` has one.

    Raises KeyError for a clock or a priority that does not exist.
    """
    default = DEFAULT_CLOCKS[name][priority]
    own = (overrides or {}).get(name, {}).get(priority)
    return Interval.from_json(own) if own else default


def fire_at(
    name: str,
    priority: str,
    start: datetime,
    rung: int,
    *,
    calendar: Calendar = DEFAULT_CALENDAR,
    overrides: dict | None = None,
    due_at: datetime | None = None,
) -> datetime | None:
    """When rung number `rung` of any clock fires; None when its ladder has no such rung.

    `start` is what the clock is counted from: the delivery, the assignment, the last contact, for
    `release_ends` the release's end. `due_at` is given for clocks whose due time is somebody's choice.
    """
    if name in FIXED_RUNGS:
        return _fixed_rung(name, start, rung, calendar, overrides)
    interval = clock_interval(name, priority, overrides)
    due_at = due_at or due(start, interval, calendar)
    step = _CHASED_EVERY.get(name, interval)
    if name in AHEAD:
        early = max(start, due_at - AHEAD[name])
        rung, due_at = (rung - 1, due_at) if rung else (0, early)
    return rung_at(start, step, calendar, rings_by_night(name, priority), rung, due_at=due_at)


def rings_by_night(name: str, priority: str) -> bool:
    """Whether this clock rings in the quiet hours too."""
    return name not in FIXED_RUNGS and (priority == "crisis" or name in DAY_AND_NIGHT)


def _fixed_rung(
    name: str, anchor: datetime, rung: int, calendar: Calendar, overrides: dict | None
) -> datetime | None:
    days = (overrides or {}).get(name, FIXED_RUNGS[name])
    if name in BEFORE:
        if rung >= len(days):
            return None
        moment = anchor - timedelta(days=days[rung])
        if name in IN_BUSINESS_DAYS:
            moment = business_days_before(anchor, days[rung], calendar)
    else:
        # Silence goes on: after the last step the same step again, so that no case is forgotten.
        after = days[min(rung, len(days) - 1)] + days[-1] * max(rung - len(days) + 1, 0)
        moment = anchor + timedelta(days=after)
    return leave_quiet_hours(moment, calendar.quiet_start, calendar.quiet_end)


def validate_overrides(overrides: dict) -> None:
    """Raises ValidationError with one message for every fault in an organization's own figures."""
    if not isinstance(overrides, dict):
        raise ValidationError(_("The clock settings must be a table of clocks."), code="shape")
    faults = []
    for name, own in overrides.items():
        if name in FIXED_RUNGS:
            faults += _faults_in_days(name, own)
        elif name in DEFAULT_CLOCKS:
            faults += _faults_in_clock(name, own)
        else:
            faults.append(_fault(_("There is no clock “%(clock)s”."), "clock", clock=name))
    if faults:
        raise ValidationError(faults)


def _faults_in_days(name: str, days) -> list[ValidationError]:
    shape = isinstance(days, (list, tuple)) and all(type(day) is int and 0 <= day <= 366 for day in days)
    if not shape or not days:
        text = _("“%(clock)s” must be a list of whole days, each between 0 and 366.")
        return [_fault(text, "days", clock=name)]
    if name == "no_contact" and (days[0] < 1 or sorted(set(days)) != list(days)):
        return [_fault(_("“%(clock)s” must begin with 1 day or more, and rise."), "days", clock=name)]
    if name in BEFORE and sorted(set(days), reverse=True) != list(days):
        return [_fault(_("“%(clock)s” must fall from one day to the next."), "days", clock=name)]
    return []


def _faults_in_clock(name: str, own) -> list[ValidationError]:
    if not isinstance(own, dict):
        return [_fault(_("“%(clock)s” must be a table of priorities."), "shape", clock=name)]
    faults = []
    for priority, data in own.items():
        if priority not in PRIORITIES:
            text = _("“%(clock)s” has no priority “%(priority)s”.")
            faults.append(_fault(text, "priority", clock=name, priority=priority))
            continue
        try:
            interval = Interval.from_json(data)
        except ValueError:
            text = _("“%(clock)s” for “%(priority)s” is not a length of time that a clock can have.")
            faults.append(_fault(text, "interval", clock=name, priority=priority))
            continue
        faults += _faults_in_length(name, priority, interval)
    return faults


def _faults_in_length(name: str, priority: str, interval: Interval) -> list[ValidationError]:
    if name not in STATUTORY and any(getattr(interval, unit) > n for unit, n in _LONGEST.items()):
        text = _("“%(clock)s” for “%(priority)s” is longer than a year.")
        return [_fault(text, "long", clock=name, priority=priority)]
    if name in STATUTORY and not 0 < interval.seconds <= DEFAULT_CLOCKS[name][priority].seconds:
        text = _("“%(clock)s” is timed by law: it may be shorter than the default, never longer.")
        return [_fault(text, "statutory", clock=name, priority=priority)]
    return []


def _fault(text, code: str, **params) -> ValidationError:
    return ValidationError(text, code=code, params=params)
