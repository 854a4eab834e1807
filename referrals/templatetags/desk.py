"""Short words of the desk."""

from django import template

from orgs import codes

register = template.Library()


@register.filter
def urgency(priority):
    """The priority in one or two words: "Crisis", "High risk"."""
    return str(codes.load("referrals", "priority").label(priority)).split(":")[0]


@register.filter
def island(code):
    """An island by its code."""
    return codes.load("orgs", "islands").label(code) if code else ""
