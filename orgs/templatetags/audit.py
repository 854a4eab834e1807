"""How lines of the audit are written: exact times in UTC, details as codes."""

from datetime import UTC

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext

from orgs import receipts
from orgs.audit_search import says_who_is_walled

register = template.Library()


@register.simple_tag
def utc(moment):
    """A moment in UTC to the hundredth of a second (C13)."""
    here = moment.astimezone(UTC)
    said = f"{here:%Y-%m-%d %H:%M:%S}.{here.microsecond // 10000:02d}"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), said)


@register.filter
def islands_and_utc(moment):
    """A moment in islands' time with UTC beside it."""
    return receipts.when(moment)


@register.filter
def details(line):
    """The codes of a line, as "from delivered, to acknowledged"; never who on the staff is walled (R42)."""
    if says_who_is_walled(line.verb, line.details):
        return ""
    return ", ".join(
        f"{name} {_said(value)}" for name, value in line.details.items() if value not in ("", None, [])
    )


@register.filter
def ground(permission):
    """ "view_case by name" in words: which permission opened it, and under what grant (C12)."""
    codename, _, by = permission.partition(" by ")
    words = {
        "name": gettext("given to them by name"),
        "cover": gettext("standing in for somebody who was away"),
        "role": gettext("given to their role"),
        "emergency": gettext("the glass was broken"),
    }
    return f"{codename.replace('_', ' ')}, {words[by]}" if by in words else codename.replace("_", " ")


def _said(value):
    if isinstance(value, list):
        return " ".join(str(part) or "–" for part in value)
    return str(value).replace("_", " ")
