"""What a handoff may carry, and what opens each piece. Pure: the release's categories come in as an argument.

The list is closed: nothing else goes. Notes, this case's number and who referred are not on it (R34).
"""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs import codes, words

TRANSFER = "TRANSFER"


class Item(NamedTuple):
    """One piece of a hand-over file: its key in the letter, its name, and the category that releases it."""

    key: str
    label: object
    category: str
    text: bool = True  # written by the advocate; the others are copied from the person's own record


ITEMS = (
    Item("name", _("Name to use"), TRANSFER),
    Item("reach", _("Safe way to reach them"), TRANSFER, text=False),
    Item("language", _("Language"), TRANSFER, text=False),
    Item("age_group", _("Age"), TRANSFER, text=False),
    Item("needs", _("Needs, in words"), TRANSFER),
    Item("safety", _("Safety now"), "SAFETY"),
    Item("court", _("Court dates and orders"), "COURT"),
    Item("attend", _("Interviews, and who goes along"), "ATTEND"),
    Item("services", _("Services they receive"), "SERVICES"),
    Item("certification", _("T or U certification"), "IMMIG_CERT"),
    Item("documents", _("Documents that go along"), "DOCS"),
    Item("travel", _("How they travel"), "TRAVEL", text=False),  # legs: dicts of `LEG_KEYS`, in their order
)
KEYS = frozenset(item.key for item in ITEMS)
LEGS, LEG_KEYS = 4, ("way", "leaves_at", "leaves", "arrives", "with")
REACH_KEYS = ("ways", "reach_at", "times", "when", "ask_for", "never")


def only_items(content):
    """The content with empty pieces left out. Raises `ValueError` for a key that no handoff carries (R34)."""
    unknown = content.keys() - KEYS
    if unknown:
        raise ValueError(f"A handoff does not carry {', '.join(sorted(unknown))}.")
    return {item.key: content[item.key] for item in ITEMS if content.get(item.key)}


def beyond(content, categories):
    """The items of `content` that go further than these categories of a release, in the order of the list."""
    return [item for item in ITEMS if content.get(item.key) and item.category not in categories]


def categories_of(content):
    """The categories that the content needs, each once."""
    return sorted({item.category for item in ITEMS if content.get(item.key)})


def reach_of(plan):
    """A safe-contact plan as the letter carries it; {} where there is none."""
    return {key: getattr(plan, key) for key in REACH_KEYS if getattr(plan, key)} if plan else {}


def language_of(person):
    return {"code": person.language, "interpreter": person.interpreter} if person.language else {}


def said(content, categories=None):
    """The content as facts to read: (label, words, flag), flagged where `categories` do not cover it."""
    facts = []
    for item in ITEMS:
        if value := content.get(item.key):
            outside = categories is not None and item.category not in categories
            flag = gettext("not released") if outside else ""
            facts.append((item.label, _words(item.key, value), flag))
    return facts


def summary(content):
    """One line for the ledger of disclosures: which pieces went, and what was in them."""
    return "; ".join(f"{label}: {value}" for label, value, _flag in said(content))[:2000]


def _words(key, value):
    match key:
        case "reach":
            return _reach(value)
        case "language":
            language = str(codes.load("orgs", "languages").label(value["code"]))
            return f"{language}, {gettext('interpreter needed')}" if value.get("interpreter") else language
        case "age_group":
            return codes.load("referrals", "age_groups").label(value)
        case "travel":
            return " · ".join(f"{n}. {_leg(leg)}" for n, leg in enumerate(value, 1))
    return value


def _reach(plan):
    ours, theirs = codes.load("cases", "contact_methods"), codes.load("referrals", "contact_ways")
    times = codes.load("referrals", "contact_times")
    parts = [str((ours if way in ours else theirs).label(way)) for way in plan.get("ways", ())]
    parts += [words.phone(plan["reach_at"])] if plan.get("reach_at") else []
    parts += [str(times.label(time)) for time in plan.get("times", ())]
    parts += [plan["when"]] if plan.get("when") else []
    if plan.get("ask_for"):
        parts.append(gettext("if somebody else answers: %(text)s") % {"text": plan["ask_for"]})
    if plan.get("never"):
        parts.append(gettext("never: %(text)s") % {"text": plan["never"]})
    return " · ".join(parts)


def _leg(leg):
    """One leg in words: how, from where to where, when, and who goes along or meets them."""
    said = gettext("%(way)s from %(leaves)s to %(arrives)s") % {
        **leg,
        "way": codes.load("referrals", "travel_ways").label(leg["way"]),
    }
    when = words.exactly(datetime.fromisoformat(leg["leaves_at"])) if leg.get("leaves_at") else ""
    return ", ".join(filter(None, (said, when, leg.get("with"))))
