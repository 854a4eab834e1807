"""A handoff in words: how it stands, who comes, what is needed. It names nobody; both sides may read it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import codes
from orgs.words import exactly


def state_in_words(handoff):
    """How it stands, as a sentence for either side."""
    receiver = handoff.receiver.name
    return {
        "draft": _("Draft. Nothing has left the organization."),
        "discarded": _("Put away before it was sent."),
        "supervisor_review": _("With a supervisor for review. Nothing has left the organization."),
        "returned": _("Came back from review."),
        "offered": _("Offered to %(receiver)s, not yet read there.") % {"receiver": receiver},
        "acknowledged": _("Read by %(receiver)s, not yet answered.") % {"receiver": receiver},
        "accepted": _("Accepted. Both advocates confirm once the person has arrived.")
        if handoff.identified
        else _("%(receiver)s has a place.") % {"receiver": receiver},
        "declined": _("%(receiver)s cannot take it.") % {"receiver": receiver},
        "recalled": _("Taken back by the sender.")
        if handoff.reason != "release_ended" and not handoff.release_has_ended
        else _("The release has ended, and the handoff with it."),
        "connected": _("Connected. %(receiver)s is responsible now.") % {"receiver": receiver},
        "completed": _("Completed."),
    }[handoff.standing]


REASONS = {
    "declined": "handoff_decline_reasons",
    "recalled": "handoff_recall_reasons",
    "returned": "handoff_return_reasons",
}


def reason_in_words(state, reason):
    """Why a handoff is in this state, by the code that it holds; "" where that gives none."""
    return str(codes.load("referrals", REASONS[state]).label(reason)) if state in REASONS and reason else ""


def people(handoff):
    """ "1 adult, 2 children"."""
    parts = []
    if handoff.adults:
        parts.append(ngettext("%(n)d adult", "%(n)d adults", handoff.adults) % {"n": handoff.adults})
    if handoff.children:
        parts.append(ngettext("%(n)d child", "%(n)d children", handoff.children) % {"n": handoff.children})
    return ", ".join(parts)


def shared_facts(handoff):
    """What both sides may know of it, and names nobody."""
    needs, islands = codes.load("referrals", "needs"), codes.load("orgs", "islands")
    urgent = codes.load("referrals", "priority").label(handoff.priority)
    facts = [
        (_("Who"), people(handoff)),
        (_("Needs"), ", ".join(str(needs.label(code)) for code in handoff.needs)),
        (_("Island"), islands.label(handoff.island) if handoff.island else ""),
        (_("From"), exactly(handoff.needed_from) if handoff.needed_from else _("as soon as there is room")),
        (_("Urgency"), str(urgent).split(":")[0]),
    ]
    return [fact for fact in facts if fact[1]]


def in_a_line(handoff):
    """The line below a handoff in a list: which one, whether it presses, who comes, how it stands."""
    parts = (handoff.reference, pressing(handoff), _in_a_line(handoff), because(handoff))
    return " · ".join(filter(None, parts))


def because(handoff):
    """The reason of a no or of a return; that the release has ended is in the state's own words."""
    over = handoff.standing != handoff.state or handoff.reason == "release_ended"
    return "" if over else reason_in_words(handoff.state, handoff.reason)


def came_back(handoff):
    """Whether it lies with the sender again, who has not said yet how it goes on."""
    return handoff.standing in REASONS and not handoff.put_away_at


def whose(handoff, member):
    """In whose hands the sender's half is, to a member of the sender's."""
    if handoff.sender_advocate_id == member.pk:
        return _("with you")
    return (
        _("with %(name)s") % {"name": handoff.sender_advocate.name}
        if handoff.sender_advocate_id
        else _("with nobody")
    )


def pressing(handoff):
    """The urgency in a word, where it is more than ordinary."""
    if handoff.priority not in ("crisis", "high_risk"):
        return ""
    return str(codes.load("referrals", "priority").label(handoff.priority)).split(":")[0]


def _in_a_line(handoff):
    if handoff.state == "supervisor_review":  # its list says how it stands
        facts = dict(shared_facts(handoff))
        asks = "" if handoff.identified else _("Question about a place")
        return " · ".join(filter(None, (asks, facts[_("Who")], facts.get(_("Needs")))))
    return f"{people(handoff)} · {state_in_words(handoff)}"
