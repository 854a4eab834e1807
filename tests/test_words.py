"""Time and telephone numbers are said the way people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs import words

NOW = datetime(2026, 11, 23, 14, 42, tzinfo=UTC)  # Monday, 10:42 on the islands


def minutes(count):
    return NOW + timedelta(minutes=count)


def days(count):
    return date(2026, 11, 23) + timedelta(days=count)


@pytest.mark.parametrize(
    ("value", "style", "said"),
    [
        (minutes(-35), "due", "35 min late"),
        (minutes(-80), "due", "1 h 20 min late"),
        (minutes(-60 * 11 - 5), "due", "11 h late"),
        (minutes(-60 * 24 * 4), "due", "4 days late"),
        (minutes(0), "due", "now"),
        (minutes(45), "due", "in 45 min"),
        (minutes(45), "left", "45 min left"),
        (minutes(60 * 49), "left", "2 days left"),
        (minutes(-60 * 24 * 34), "ago", "34 days ago"),
        (minutes(0), "when", "just now"),
        (minutes(0.5), "when", "now"),
        (minutes(45), "when", "in 45 min"),
        (minutes(-5), "when", "5 min ago"),
        (minutes(-90), "when", "today 09:12"),
        (minutes(60 * 6), "when", "today 16:42"),
        (minutes(-60 * 18 - 12), "when", "yesterday 16:30"),
        (minutes(60 * 24), "when", "tomorrow 10:42"),
        (minutes(60 * 24 * 4), "when", "Friday 10:42"),
        (minutes(-60 * 24 * 3), "when", "20 Nov 10:42"),
        (minutes(60 * 24 * 60), "when", "22 Jan 2027 10:42"),
        (days(0), "when", "today"),
        (days(-1), "when", "yesterday"),
        (days(3), "when", "Thursday"),
        (days(30), "when", "23 Dec"),
        (days(0), "due", "today"),
        (days(1), "due", "tomorrow"),
        (days(9), "due", "in 9 days"),
        (days(9), "left", "9 days left"),
        (days(-1), "due", "1 day late"),
    ],
)
def test_time_is_said_in_words_first(value, style, said):
    assert words.in_words(value, NOW, style) == said


def test_the_day_turns_at_midnight_on_the_islands_not_in_greenwich():
    late_evening = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # 23:30 on the 23rd
    assert words.in_words(datetime(2026, 11, 23, 13, 0, tzinfo=UTC), late_evening) == "today 09:00"
    assert words.clock_state(date(2026, 11, 23), late_evening) == "soon"


def test_the_exact_time_is_st_thomas_time():
    assert words.exactly(NOW) == "Monday 23 November 2026, 10:42"


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (minutes(-1), "late"),
        (minutes(1), "soon"),
        (minutes(120), "soon"),
        (minutes(121), ""),
        (days(-1), "late"),
        (days(0), "soon"),
        (days(1), "soon"),
        (days(2), ""),
    ],
)
def test_a_clock_is_late_soon_or_neither(due, state):
    assert words.clock_state(due, NOW) == state


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_what_is_late_in_colour_is_late_in_words(gap):
    due = NOW + gap
    said, state = words.in_words(due, NOW, "due"), words.clock_state(due, NOW)
    assert said == "now" or said.endswith("late") == (state == "late")


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("+13407739272", "340 773 9272"),
        ("+13407739272;ext=12", "340 773 9272 ext. 12"),
        ("+18883737888", "1 888 373 7888"),
        ("911", "911"),
        ("+18095551234", "809 555 1234"),
        ("+33123456789", "+33 1 23 45 67 89"),
        ("ask at the shop", "ask at the shop"),
    ],
)
def test_a_telephone_number_is_written_as_it_is_read_aloud(stored, said):
    assert words.phone(stored) == said
