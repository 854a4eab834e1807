"""Short words of the desk."""

from django import template

from orgs import codes
from referrals import desk

register = template.Library()


@register.filter
def urgency(priority):
    """The priority in one or two words: "Crisis", "High risk"."""
    return str(codes.load("referrals", "priority").label(priority)).split(":")[0]


@register.filter
def island(code):
    """An island by its code."""
    return codes.load("orgs", "islands").label(code) if code else ""


@register.inclusion_tag("referrals/handoff/_of_case.html", takes_context=True)
def handoffs_of_case(context, case):
    """The panel of a case's handoffs, for the case's page; nothing where there are none."""
    return {"handoffs_of_case": desk.handoffs_of_case(case, context["request"].user)}
