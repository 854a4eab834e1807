"""Clocks count the islands' days and hours, and their ladders only ever climb."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orgs.calendar import (
    DEFAULT_CALENDAR,
    ISLANDS,
    Calendar,
    add_business_days,
    end_of_day,
    holiday_name,
    is_business_day,
    is_desk_open,
    is_quiet,
    leave_quiet_hours,
    next_business_day_end,
    next_opening,
)
from orgs.clocks import (
    AHEAD,
    DAY_AND_NIGHT,
    DEFAULT_CLOCKS,
    FIXED_RUNGS,
    PRIORITIES,
    STATUTORY,
    clock_interval,
    fire_at,
    validate_overrides,
)
from orgs.ladder import Interval, due, ladder, rung_at, rung_holder

# 1 V.I.C. 171, written out by hand for two years; federal days that move off a weekend included.
HOLIDAYS = """
2025-01-01 2025-01-06 2025-01-20 2025-02-17 2025-03-31 2025-04-17 2025-04-18 2025-04-21 2025-05-26
2025-06-19 2025-07-03 2025-07-04 2025-09-01 2025-10-13 2025-11-01 2025-11-11 2025-11-27 2025-12-25
2025-12-26 2026-01-01 2026-01-06 2026-01-19 2026-02-16 2026-03-31 2026-04-02 2026-04-03 2026-04-06
2026-05-25 2026-06-19 2026-07-03 2026-07-04 2026-09-07 2026-10-12 2026-11-01 2026-11-11 2026-11-26
2026-12-25 2026-12-26
""".split()

ROUND_THE_CLOCK = Calendar(desk_open=time(0), desk_close=time(0), quiet_start=time(0), quiet_end=time(0))
NO_HOLIDAYS = Calendar(holidays_on=False)

moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
calendars = st.sampled_from([DEFAULT_CALENDAR, ROUND_THE_CLOCK, NO_HOLIDAYS, Calendar(quiet_start=time(22))])
intervals = st.one_of(
    st.integers(60, 40 * 86400).map(lambda n: Interval(seconds=n)),
    st.integers(1, 10).map(lambda n: Interval(business_days=n)),
    st.just(Interval(same_day=True)),
    st.just(Interval(next_business_day=True)),
)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ISLANDS)


def test_the_holidays_are_those_of_the_virgin_islands():
    found = [
        day.isoformat()
        for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(730))
        if holiday_name(day)
    ]
    assert found == HOLIDAYS


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-06", "Three Kings Day"),
        ("2026-03-31", "Transfer Day"),
        ("2026-04-02", "Holy Thursday"),
        ("2026-04-06", "Easter Monday"),
        ("2025-07-03", "Emancipation Day"),
        ("2025-11-01", "Liberty Day"),
        ("2025-12-26", "Christmas Second Day"),
        ("2026-01-07", ""),
    ],
)
def test_a_holiday_has_its_name(day, name):
    assert holiday_name(date.fromisoformat(day)) == name


def test_holidays_can_be_switched_off_and_weekends_cannot():
    assert not is_business_day(date(2026, 3, 31))
    assert is_business_day(date(2026, 3, 31), NO_HOLIDAYS)
    assert not is_business_day(date(2026, 3, 28), NO_HOLIDAYS)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-01-12 10:00", 0, "2026-01-12 10:00"),
        ("2026-01-12 10:00", 1, "2026-01-13 10:00"),
        ("2026-01-12 06:30", 1, "2026-01-13 08:00"),  # before opening: from 8
        ("2026-01-12 17:00", 1, "2026-01-14 08:00"),  # closed at 17: from the next morning
        ("2026-01-16 10:00", 1, "2026-01-20 10:00"),  # Friday, over M. L. King Day
        ("2026-01-16 18:00", 1, "2026-01-21 08:00"),
        ("2026-01-17 12:00", 0, "2026-01-20 08:00"),
        ("2026-04-01 09:00", 1, "2026-04-07 09:00"),  # over Holy Thursday to Easter Monday
        ("2025-12-24 16:59", 2, "2025-12-30 16:59"),
        ("2026-07-02 11:00", 1, "2026-07-06 11:00"),
    ],
)
def test_business_days_are_counted_in_desk_hours(start, n, end):
    assert add_business_days(local(start), n) == local(end)


def test_a_desk_round_the_clock_is_open_at_night_and_not_on_sunday():
    night = local("2026-01-12 23:30")
    assert is_desk_open(night, ROUND_THE_CLOCK)
    assert add_business_days(night, 1, ROUND_THE_CLOCK) == night + timedelta(days=1)
    assert next_opening(local("2026-01-11 12:00"), ROUND_THE_CLOCK) == local("2026-01-12 00:00")
    assert next_business_day_end(night, ROUND_THE_CLOCK) == local("2026-01-13 23:59:59.999999")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-12 10:00", "2026-01-13 17:00"),
        ("2026-01-12 00:10", "2026-01-13 17:00"),
        ("2026-01-16 22:00", "2026-01-20 17:00"),
        ("2026-01-18 10:00", "2026-01-20 17:00"),
    ],
)
def test_the_next_business_day_ends_when_its_desk_closes(start, end):
    assert next_business_day_end(local(start)) == local(end)


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("2026-01-12 19:59", "2026-01-12 19:59"),
        ("2026-01-12 20:00", "2026-01-13 07:00"),
        ("2026-01-13 00:00", "2026-01-13 07:00"),
        ("2026-01-13 06:59", "2026-01-13 07:00"),
        ("2026-01-13 07:00", "2026-01-13 07:00"),
    ],
)
def test_quiet_hours_end_at_seven(moment, left):
    assert leave_quiet_hours(local(moment)) == local(left)


def test_the_day_ends_on_the_islands_and_not_in_utc():
    assert end_of_day(local("2026-01-12 22:00")) == local("2026-01-12 23:59:59.999999")
    assert end_of_day(datetime(2026, 1, 13, 2, tzinfo=UTC)) == local("2026-01-12 23:59:59.999999")


def test_a_moment_without_a_zone_and_a_desk_that_closes_before_it_opens_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        end_of_day(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="before it opens"):
        Calendar(desk_open=time(18), desk_close=time(2))
    with pytest.raises(ValueError, match="forward"):
        add_business_days(local("2026-01-12 10:00"), -1)


@given(moments, moments, st.integers(0, 15), calendars)
def test_business_days_keep_the_order_of_moments(one, other, n, calendar):
    first, last = sorted([one, other])
    assert add_business_days(first, n, calendar) <= add_business_days(last, n, calendar)
    assert is_desk_open(add_business_days(first, n, calendar), calendar)
    assert add_business_days(first, n, calendar) >= first


@given(moments, st.integers(0, 8), st.integers(0, 8), calendars)
def test_business_days_add_up(moment, n, m, calendar):
    there = add_business_days(add_business_days(moment, n, calendar), m, calendar)
    assert there == add_business_days(moment, n + m, calendar)


@given(moments, st.times(), st.times())
def test_leaving_quiet_hours_leaves_them_and_never_goes_back(moment, start, end):
    left = leave_quiet_hours(moment, start, end)
    assert moment <= left <= moment + timedelta(days=1)
    assert not is_quiet(left, start, end)
    assert left.tzinfo is UTC


@pytest.mark.parametrize(
    "data", [{"seconds": 1800}, {"business_days": 2}, {"same_day": True}, {"next_business_day": True}]
)
def test_an_interval_is_read_as_it_was_written(data):
    assert Interval.from_json(data).as_json() == data


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"seconds": 0},
        {"seconds": -5},
        {"seconds": True},
        {"seconds": "9"},
        {"hours": 1},
        {"same_day": False},
    ]
    + [{"same_day": 1}, {"seconds": 1, "business_days": 1}, [], None, {"seconds": 1.5}],
)
def test_what_is_no_interval_is_refused(data):
    with pytest.raises(ValueError):
        Interval.from_json(data)


@pytest.mark.parametrize(
    ("interval", "crisis", "times"),
    [
        # due 15:30; +30 min, +1 h, +2 h, then daily
        (Interval.minutes(30), True, "12 15:30|12 16:00|12 16:30|12 17:30|13 17:30|14 17:30"),
        # due 19:00; 23:00 and 03:00 wait for 07:00, 11:00 does not
        (Interval.hours(4), False, "12 19:00|13 07:00|13 07:00|13 11:00|14 11:00|15 11:00"),
        (Interval.hours(4), True, "12 19:00|12 23:00|13 03:00|13 11:00|14 11:00|15 11:00"),
        (Interval(business_days=1), False, "13 15:00|14 15:00|15 15:00|20 15:00|21 15:00|22 15:00"),
        (Interval(next_business_day=True), False, "13 17:00|14 17:00|15 17:00|20 17:00|21 17:00|22 17:00"),
    ],
)
def test_a_ladder_climbs_by_one_two_and_four_intervals_and_then_daily(interval, crisis, times):
    start = local("2026-01-12 15:00")
    expected = [local(f"2026-01-{time}") for time in times.split("|")]
    assert list(islice(ladder(start, interval, DEFAULT_CALENDAR, crisis), 6)) == expected


def test_a_day_that_was_missed_is_chased_at_its_own_pace_and_not_faster_than_hourly():
    late = local("2026-01-12 23:50")
    rungs = list(islice(ladder(late, Interval(same_day=True), crisis=True), 3))
    assert rungs[0] == end_of_day(late)
    assert [rung - rungs[0] for rung in rungs[1:]] == [timedelta(hours=1), timedelta(hours=2)]


def test_a_follow_up_climbs_from_the_date_that_was_given():
    start, promised = local("2026-01-05 10:00"), local("2026-01-12 10:00")
    assert rung_at(start, Interval.hours(4), due_at=promised) == promised
    assert rung_at(start, Interval.hours(4), rung=1, due_at=promised) == local("2026-01-12 14:00")


def test_the_assignee_hears_first_and_the_administrator_until_someone_acts():
    assert [rung_holder(n) for n in range(6)] == [
        *("assignee", "team", "supervisor"),
        *("administrator", "administrator", "administrator"),
    ]


@given(moments, intervals, calendars, st.booleans())
def test_no_rung_fires_before_the_one_below_it(start, interval, calendar, crisis):
    rungs = list(islice(ladder(start, interval, calendar, crisis), 9))
    assert rungs == sorted(rungs)
    assert rungs[0] >= due(start, interval, calendar) >= start
    if not crisis:
        assert not any(is_quiet(rung, calendar.quiet_start, calendar.quiet_end) for rung in rungs)


@given(moments, moments, intervals, calendars)
def test_what_began_later_is_not_due_earlier(one, other, interval, calendar):
    first, last = sorted([one, other])
    assert due(first, interval, calendar) <= due(last, interval, calendar)


@pytest.mark.parametrize(
    ("name", "crisis", "high_risk", "standard"),
    [
        ("acknowledge_referral", {"seconds": 1800}, {"seconds": 14400}, {"business_days": 1}),
        ("accept_assignment", {"seconds": 3600}, {"seconds": 14400}, {"business_days": 1}),
        ("first_outreach", {"same_day": True}, {"seconds": 86400}, {"next_business_day": True}),
        ("acknowledge_handoff", {"seconds": 7200}, {"seconds": 28800}, {"business_days": 1}),
        ("accept_handoff", {"seconds": 14400}, {"business_days": 1}, {"business_days": 2}),
        ("answer_information_request", {"business_days": 1}, {"business_days": 1}, {"business_days": 1}),
        ("follow_up", {"seconds": 3600}, {"seconds": 14400}, {"business_days": 1}),
    ],
)
def test_the_clocks_begin_with_the_figures_of_the_domain(name, crisis, high_risk, standard):
    expected = dict(zip(PRIORITIES, (crisis, high_risk, standard, standard), strict=True))
    assert {priority: clock_interval(name, priority).as_json() for priority in PRIORITIES} == expected


def test_an_organization_sets_its_own_figures():
    """R4: the clock belongs to the receiving organization."""
    own = {"acknowledge_referral": {"crisis": {"seconds": 900}}}
    validate_overrides(own)
    assert clock_interval("acknowledge_referral", "crisis", own) == Interval.minutes(15)
    assert clock_interval("acknowledge_referral", "high_risk", own) == Interval.hours(4)
    with pytest.raises(KeyError):
        clock_interval("no_such_clock", "crisis", own)


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        ({}, []),
        ({"no_contact": [5, 10]}, []),
        ({"no_contact": [10, 5]}, ["days"]),
        ({"no_contact": [0, 5]}, ["days"]),
        ({"no_contact": []}, ["days"]),
        ({"release_ends": [2, 7]}, ["days"]),
        ({"release_ends": "soon"}, ["days"]),
        ([], ["shape"]),
        ({"follow_up": 5}, ["shape"]),
        ({"tea": {}}, ["clock"]),
        ({"follow_up": {"urgent": {"seconds": 5}}}, ["priority"]),
        ({"follow_up": {"crisis": {"seconds": 0}}}, ["interval"]),
        ({"follow_up": {"crisis": {"business_days": 999}}}, ["long"]),
        ({"follow_up": {"crisis": {}}, "tea": {}}, ["interval", "clock"]),
    ],
)
def test_faults_in_own_figures_are_named_one_by_one(own, codes):
    try:
        validate_overrides(own)
        found = []
    except ValidationError as error:
        found = [fault.code for fault in error.error_list]
    assert found == codes


@pytest.mark.parametrize("name", sorted(STATUTORY))
def test_what_the_law_times_is_made_shorter_and_never_longer(name):
    longest = DEFAULT_CLOCKS[name]["standard"].seconds
    validate_overrides({name: {"standard": {"seconds": longest - 60}}})
    for own in ({"seconds": longest + 60}, {"business_days": 1}):
        with pytest.raises(ValidationError, match="timed by law"):
            validate_overrides({name: {"standard": own}})


def test_a_plan_is_confirmed_after_thirty_days_and_then_asked_for_daily():
    start = local("2026-01-12 10:00")
    fires = [fire_at("confirm_plan", "standard", start, rung) for rung in range(3)]
    assert fires == [local("2026-02-11 10:00"), local("2026-02-12 10:00"), local("2026-02-13 10:00")]


def test_a_court_date_is_announced_on_days_on_which_somebody_works():
    """R4: the day before a Monday is the Friday, over Thanksgiving too; a Sunday's is the Friday as well."""
    for court, days in (
        ("2026-11-30 09:00", ("2026-11-24", "2026-11-27")),
        ("2026-11-15 09:00", ("2026-11-10", "2026-11-13")),
    ):
        fires = [fire_at("court_date", "standard", local(court), rung) for rung in range(3)]
        assert fires == [*(local(f"{day} 09:00") for day in days), None]
    validate_overrides({"court_date": [5, 1]})


def test_silence_is_noticed_after_7_14_and_30_days_and_goes_on_being_noticed():
    start = local("2026-01-12 10:00")
    days = [(fire_at("no_contact", "standard", start, rung) - start).days for rung in range(5)]
    assert days == [7, 14, 30, 60, 90]


def test_the_end_of_a_release_is_announced_three_times():
    end = local("2026-02-20 10:00")
    days = [(end - fire_at("release_ends", "standard", end, rung)).days for rung in range(3)]
    assert days == list(FIXED_RUNGS["release_ends"])
    assert fire_at("release_ends", "standard", end, 3) is None


@given(moments, st.sampled_from(sorted(DEFAULT_CLOCKS)), st.sampled_from(PRIORITIES))
def test_every_clock_fires_in_order_and_only_a_crisis_at_night(start, name, priority):
    fires = [fire_at(name, priority, start, rung) for rung in range(6)]
    assert fires == sorted(fires)
    by_night = priority == "crisis" or name in DAY_AND_NIGHT
    assert by_night or not any(is_quiet(moment) for moment in fires)


@pytest.mark.parametrize("name", sorted(AHEAD))
def test_a_duty_of_the_law_is_told_of_while_there_is_time(name):
    """R29, R30: whoever must act hears before it is due, the others no later than when it is."""
    start = local("2026-01-14 10:00")
    ends = due(start, clock_interval(name, "standard"))
    first, second = (fire_at(name, "standard", start, rung) for rung in (0, 1))
    assert start <= first < ends
    assert second == ends if name in DAY_AND_NIGHT else ends <= second <= ends + timedelta(hours=11)
    assert fire_at(name, "standard", start, 0, due_at=start + timedelta(minutes=5)) == start
