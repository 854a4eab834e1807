"""Time and telephone numbers as people say them. Pure: the present comes in as an argument."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ISLANDS = ZoneInfo("America/St_Thomas")
REGION = "VI"
MINUTE, HOUR, DAY = 60, 3600, 86400
SOON = timedelta(hours=2)


def span(length):
    """A length of time (timedelta, its sign is ignored) in at most two units: "1 h 20 min", "2 days"."""
    seconds = int(abs(length).total_seconds())
    if seconds < HOUR:
        return _("%(n)d min") % {"n": max(1, seconds // MINUTE)}
    if seconds < 2 * DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        if minutes and hours < 10:
            return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
        return _("%(h)d h") % {"h": hours}
    return days(seconds // DAY)


def days(count):
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


def in_words(value, now, style="when"):
    """Say a moment (aware datetime) or a day (date) as seen from `now` (aware datetime).

    Styles: "when" ("yesterday 16:30", "in 45 min"), "due" ("35 min late", "in 2 days"),
    "left" ("35 min late", "2 days left"), "ago" ("34 days ago").
    """
    if not isinstance(value, datetime):
        return _day(value, local(now).date(), style)
    if style == "when":
        return _moment(value, now)
    gap = value - now
    if abs(gap) < timedelta(minutes=1):
        return _("now")
    return _relative(span(gap), gap > timedelta(0), style)


def _relative(length, ahead, style):
    if style == "ago" and not ahead:
        return _("%(span)s ago") % {"span": length}
    if not ahead:
        return _("%(span)s late") % {"span": length}
    if style == "left":
        return _("%(span)s left") % {"span": length}
    return _("in %(span)s") % {"span": length}


def _day(day, today, style):
    gap = (day - today).days
    if gap == 0:
        return _("today")
    if style != "when":
        if gap == 1 and style == "due":
            return _("tomorrow")
        return _relative(days(abs(gap)), gap > 0, style)
    return _near(gap) or _far(day, gap, today)


def _moment(moment, now):
    gap = moment - now
    if abs(gap) < timedelta(minutes=1):
        return _("just now") if gap <= timedelta(0) else _("now")
    if abs(gap) < timedelta(hours=1):
        return _relative(span(gap), gap > timedelta(0), "ago")
    here, today = local(moment), local(now).date()
    away = (here.date() - today).days
    day = _("today") if away == 0 else _near(away) or _far(here.date(), away, today)
    return f"{day} {here:%H:%M}"


def _near(gap):
    return {-1: _("yesterday"), 1: _("tomorrow")}.get(gap)


def _far(day, gap, today):
    """Days of the coming week have names; other days have dates, and other years have years."""
    if 1 < gap < 7:
        return dateformat.format(day, "l")
    # Translators: a day of this year, of another year, and in full, as Django's `date` filter spells them.
    return dateformat.format(day, _("j M") if day.year == today.year else _("j M Y"))


def exactly(value):
    """The moment or day in full, in St. Thomas time: "Monday 23 November 2026, 10:42"."""
    if isinstance(value, datetime):
        return dateformat.format(local(value), _("l j F Y, H:i"))
    return dateformat.format(value, _("l j F Y"))


def local(moment):
    """The same moment on the islands' clocks."""
    return moment.astimezone(ISLANDS)


def clock_state(due, now, soon=SOON):
    """How a clock stands: "late", "soon" or "". A day is late once it is over, and soon the day before."""
    if isinstance(due, datetime):
        return "late" if due < now else "soon" if due - now <= soon else ""
    today = local(now).date()
    return "late" if due < today else "soon" if due <= today + timedelta(days=1) else ""


def is_day(value):
    return isinstance(value, date) and not isinstance(value, datetime)


def phone(number):
    """A stored number ("+13407739272", perhaps with ";ext=12") as it is read aloud: "340 773 9272"."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number  # 911 and the like
    national = str(parsed.national_number)
    if parsed.country_code != 1 or len(national) != 10:
        said = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    else:
        prefix = "1 " if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE else ""
        said = f"{prefix}{national[:3]} {national[3:6]} {national[6:]}"
    if parsed.extension:
        said = said.split(" ext.")[0] + " " + _("ext. %(n)s") % {"n": parsed.extension}
    return said
