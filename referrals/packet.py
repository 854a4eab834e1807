"""What was written on a packet, as facts to read. Both sides see the same, each from its own copy."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import words as say
from orgs.codes import load


class Section(NamedTuple):
    """The answers of one page of the form: its name and title, and (label, value) pairs."""

    name: str
    title: str
    facts: list


def labels(app, table, codes):
    """The labels of some codes, in one line of text."""
    return "; ".join(str(load(app, table).label(code)) for code in codes)


def called(words):
    """The name to use for the person of a packet: the alias, else the name, else that there is none."""
    return words.get("alias") or words.get("name") or _("No name given")


def sections(packet, words):
    """What the referrer wrote, as `Section`s in the order of the form, without what was left empty.

    `packet` has the answers that lie in the open, `words` is one side's copy of the sealed ones.
    """
    pages = [
        ("asked", _("Who asked"), _asked(packet, words)),
        ("urgent", _("How urgent"), _urgent(packet)),
        ("where", _("Where, and what is needed"), _where(packet)),
        ("reach", _("Reaching the person safely"), _reach(words)),
        ("who", _("Who it is about"), _who(packet, words)),
    ]
    if packet.is_group:
        pages = [page for page in pages if page[0] != "reach"]
    return [Section(name, title, [f for f in facts if f[1]]) for name, title, facts in pages]


def sender(words):
    """Who sent it and how to reach them, as the receiver's copy has it."""
    agency = ", ".join(filter(None, (words.get("agency"), words.get("agency_unit"))))
    phone = words.get("referrer_phone", "")
    facts = [
        (_("Name"), words.get("referrer_name", "")),
        (_("Agency"), agency),
        (_("Phone"), say.phone(phone)),
    ]
    return [fact for fact in facts if fact[1]]


def _asked(packet, words):
    return [
        (_("Did the person agree?"), labels("referrals", "basis", filter(None, [packet.basis]))),
        (_("Law or protocol"), words.get("citation", "")),
    ]


def _urgent(packet):
    kind = [packet.trafficking_kind] if packet.trafficking_kind else []
    return [
        (_("Urgency"), labels("referrals", "priority", filter(None, [packet.priority]))),
        (_("Kind of crime"), labels("cases", "victimization", packet.victimizations)),
        (_("Trafficking"), labels("cases", "trafficking_kind", kind)),
        (_("Signs seen"), labels("referrals", "trafficking_indicators", packet.indicators)),
    ]


def _where(packet):
    return [
        (_("People"), _people(packet) if packet.is_group and packet.group_size else ""),
        (_("Is now on"), labels("orgs", "islands", filter(None, [packet.island_now]))),
        (_("Help is wanted on"), labels("orgs", "islands", filter(None, [packet.island_needed]))),
        (_("Needs"), labels("referrals", "needs", packet.needs)),
        (_("Language"), labels("orgs", "languages", filter(None, [packet.language]))),
        (_("Interpreter"), _("Yes, needed") if packet.interpreter else _("No")),
    ]


def _people(packet):
    people = ngettext("about %(n)d person", "about %(n)d people", packet.group_size) % {
        "n": packet.group_size
    }
    if packet.group_minors is None:
        return people
    if not packet.group_minors:
        return _("%(people)s, none of them under 18") % {"people": people}
    return _("%(people)s, %(minors)d of them under 18") % {"people": people, "minors": packet.group_minors}


def _reach(words):
    way = [words["reach_way"]] if words.get("reach_way") else []
    return [
        (_("Way"), labels("referrals", "contact_ways", way)),
        (_("Phone number"), say.phone(words.get("phone", ""))),
        (_("Who answers, or whom to ask for"), words.get("reach_who", "")),
        (_("Safe times"), labels("referrals", "contact_times", words.get("times", ()))),
        (_("Never do"), words.get("never", "")),
    ]


def _who(packet, words):
    facts = [(_("Name"), words.get("name", "")), (_("Alias"), words.get("alias", ""))]
    if packet.is_group:
        facts = []
    elif not words.get("name") and not words.get("alias"):
        facts = [(_("Name"), _("No name given"))]
    age = [packet.age_group] if packet.age_group and not packet.is_group else []
    return [
        *facts,
        (_("Age"), labels("referrals", "age_groups", age)),
        (_("Note"), words.get("note", "")),
    ]


def as_written(packet, words):
    """What was written about the person and how to reach them, as lines of text."""
    told = [section for section in sections(packet, words) if section.name in ("where", "reach", "who")]
    return [f"{label}: {value}" for section in told for label, value in section.facts]
