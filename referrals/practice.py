"""A referral for practice: the questions of the real one, what a desk would ask back, and nothing kept.

Nothing here is a `Referral`, nor becomes one: answers are read from one request and told to who sent it.
"""

from types import SimpleNamespace
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from referrals import packet, signs
from referrals.forms.referral_steps import FORMS
from referrals.models.arrival import unsaid
from referrals.models.sender import IN_THE_OPEN, SEALED, STEPS
from referrals.projection import STATES

SHOWN = ("delivered", "acknowledged", "information_requested", "closed_to_referrer")
URGENT = ("crisis", "high_risk")


class Page(NamedTuple):
    """One page of the real form, here one part of the page."""

    name: str
    form: object
    signs: list


class Gap(NamedTuple):
    """Something that the desk would have to ask for: on which page it is, what, and why it matters."""

    page: str
    missing: str
    why: str


GAPS = {
    "signs": Gap(
        "urgent",
        _("Which signs you saw"),
        _("It may be trafficking, and no sign is ticked. One that you saw yourself tells whom to call."),
    ),
    "interpreter": Gap(
        "where",
        _("Whether an interpreter is needed"),
        _("Another language than English is best, and no interpreter is asked for. Is that so?"),
    ),
    "way": Gap(
        "reach",
        _("A safe way to reach the person"),
        _("Right, if you could not ask. If you can still be alone with them, ask once before you go."),
    ),
    "times": Gap(
        "reach",
        _("When it is safe"),
        _("A call at the wrong hour may be answered by the wrong person."),
    ),
    "whom": Gap(
        "reach",
        _("Who answers, or whom to ask for"),
        _("An advocate who does not know who answers has to hang up."),
    ),
    "never": Gap(
        "reach",
        _("What an advocate must not do"),
        _("Most often: leave a message, write, or say where the call comes from."),
    ),
    "age": Gap(
        "who",
        _("Whether the person may be under 18"),
        _("If you think so, say so: other people are then called, and other duties begin."),
    ),
    "safety": Gap(
        "who",
        _("Whether the person is safe now, and until when"),
        _("You say that it is urgent. A few words on who is near, or comes back, and when."),
    ),
    "sender": Gap(
        "who",
        _("How the desk reaches you"),
        _("What cannot be read is asked of you first. Give your own number at work."),
    ),
}


def pages(member, data=None):
    """The pages of the real form for `member`, filled with what was sent in, if anything was."""
    draft = SimpleNamespace(is_group=False, trafficking_kind="")
    first = {"language": "en", "referrer_phone": member.phone}
    shown = []
    for name in STEPS[:-1]:
        form = FORMS[name](data, initial=first, referral=draft, kind=member.organization.kind)
        form.question = ""  # one heading for all of them
        shown.append(Page(name, form, signs.beside(name)))
    return shown


def answers_of(shown):
    """All answers by name, or None while one of the pages would be refused."""
    if not all([page.form.is_valid() for page in shown]):  # each of them, so that all mistakes show
        return None
    return {name: value for page in shown for name, value in page.form.cleaned_data.items()}


def asked_back(answers):
    """What a desk would have to ask for, as `Gap`s in the order of the form; a name never is (R36)."""
    way, gaps = answers["reach_way"], unsaid(answers)
    found = {
        "signs": answers["trafficking_kind"] and not answers["indicators"],
        "interpreter": answers["language"] != "en" and not answers["interpreter"],
        "whom": way == "call" and not answers["reach_who"],
        "never": way in ("call", "trusted_person") and not answers["never"],
        "age": answers["age_group"] == "unknown",
        "safety": answers["priority"] in URGENT and not answers["note"],
        **dict.fromkeys(gaps, True),
    }
    return [gap for name, gap in GAPS.items() if found.get(name)]


def as_read(answers):
    """The answers as a desk would read them."""
    nothing = {"group_size": None, "group_minors": None}
    open_ = {name: answers[name] for name in IN_THE_OPEN & answers.keys()}
    words = {name: answers[name] for name in SEALED & answers.keys()}
    return packet.sections(SimpleNamespace(is_group=False, **nothing | open_), words)


def states():
    """What a referrer sees of a real packet, one after the other: (words, sentence)."""
    return [STATES[state] for state in SHOWN]
