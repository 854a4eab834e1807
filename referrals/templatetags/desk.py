"""Short words of the desk."""

from django import template

from orgs import codes
from referrals import desk, following, words_since
from referrals.models.handoff import RECEIVERS_NOW

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
    return {"handoffs_of_case": _handoffs(context, case)}


@register.inclusion_tag("referrals/handoff/_to_finish.html", takes_context=True)
def handoffs_to_finish(context, case):
    """The handoffs after which a case can close, as rows."""
    running = set(following.keep_open(case).values_list("pk", flat=True))
    return {
        "request": context["request"],
        "to_finish": [handoff for handoff in _handoffs(context, case) if handoff.pk in running],
    }


@register.inclusion_tag("referrals/handoff/_where.html", takes_context=True)
def where_the_case_lies(context, case):
    """Whether a case was handed on, to whom and since when; what came back and waits for an
    act, and who holds an older plan."""
    ours = [handoff for handoff in _handoffs(context, case) if handoff.side == "sender"]
    return {
        "request": context["request"],
        "case": case,
        "handed": next((handoff for handoff in ours if handoff.state in RECEIVERS_NOW), None),
        "back": [handoff for handoff in ours if handoff.came_back],
        "taken_back": [handoff for handoff in _handoffs(context, case) if handoff.taken_back],
        "older": [handoff for handoff in ours if handoff.untold],
    }


@register.inclusion_tag("referrals/word/_unread.html", takes_context=True)
def unread_of_case(context, case):
    """What the referrer of a case said since and nobody here has read: above every way to the person."""
    return {"words": _words(context, case), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("referrals/word/_read.html", takes_context=True)
def read_of_case(context, case):
    """What the referrer of a case said since and somebody here has read."""
    return {"words": _words(context, case)}


def _words(context, case):
    """What the referrers of the case of this page said since, asked for once."""
    if not hasattr(case, "words_listed"):
        case.words_listed = words_since.of_case(case, context["request"].user)
    return case.words_listed


def _handoffs(context, case):
    """The handoffs of the case of this page, asked for once."""
    if not hasattr(case, "handoffs_listed"):
        case.handoffs_listed = desk.handoffs_of_case(case, context["request"].user)
    return case.handoffs_listed
