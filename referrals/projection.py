"""What a referrer may see of a packet (R1): one pure function, from a list of what is allowed.

Every page, list, message and answer to a referrer is made from a `Projection` and from nothing else. What
is not in `SEEN` cannot reach it: not the intake, not who read it, not why it was sent on. The receiving side
moves of it that it was delivered, acknowledged, asked about, sent on or not deliverable, and the clock that
its time is over; the sentences that say so are constant.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from types import SimpleNamespace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import words as say
from orgs.clocks import clock_interval
from orgs.codes import load
from referrals import packet

WRITTEN = (
    "reference", "basis", "priority", "victimizations", "trafficking_kind", "indicators", "needs",
    "island_now", "island_needed", "language", "interpreter", "age_group", "is_group", "group_size",
    "group_minors", "step", "saved_at", "sent_at",
)  # fmt: skip
MOVED = ("state", "delivered_at", "acknowledged_at", "closes_at", "reason", "rerouted_by_id")
RECEIVER = ("receiver.name", "receiver.hotline", "receiver.office_phone", "receiver.is_active")
SEEN = (*WRITTEN, *MOVED, *RECEIVER)

STATES = {
    "draft": (gettext_lazy("Not sent"), gettext_lazy("A draft that only you can see.")),
    "delivered": (
        gettext_lazy("Delivered, not read yet"),
        gettext_lazy("It lies at the desk. Nobody has read it yet."),
    ),
    "acknowledged": (
        gettext_lazy("Read by the desk"),
        gettext_lazy(
            "A person at the desk has read it. This is the last thing you see move: federal law does not let "
            "anyone tell you more, unless the person signs a release to you."
        ),
    ),
    "information_requested": (
        gettext_lazy("A question for you"),
        gettext_lazy("The desk asks about the referral as you wrote it. Please answer."),
    ),
    "undeliverable": (
        gettext_lazy("Not delivered: please call"),
        gettext_lazy("Nobody could be given this referral. Call the numbers below now, and tell the person."),
    ),
    "recalled": (
        gettext_lazy("Recalled"),
        gettext_lazy("You took it back before anybody had read it."),
    ),
    "entered_in_error": (
        gettext_lazy("Entered in error"),
        gettext_lazy("It is kept, struck through, and the desk sees that it should not have been sent."),
    ),
    "closed_to_referrer": (
        gettext_lazy("Closed to you"),
        gettext_lazy("Federal law does not let us say whether any person has sought or received services."),
    ),
}
STATES["sent"] = STATES["delivered"]
OPEN_TO = {
    "delivered": {"write", "recall", "mark_error"},
    "acknowledged": {"write", "mark_error"},
    "information_requested": {"answer", "write", "mark_error", "hand_on"},
    "undeliverable": {"mark_error"},
}
REASONS = {"recalled": "recall_reasons", "entered_in_error": "error_reasons"}
CLOSING = ("acknowledged", "information_requested")
TO_THEM = {"answer", "write"}  # and who has closed hears neither


@dataclass(frozen=True)
class Said:
    """One message as the referrer reads it. `mine` is whether the referrer's own side wrote it."""

    at: datetime
    kind: str
    topic: str
    text: str
    by: str
    mine: bool


@dataclass(frozen=True)
class Projection:
    """A packet as its referrer sees it. `moves` are the verbs that its state, by the clock, leaves open."""

    reference: str
    state: str
    state_words: str
    sentence: str
    reason: str
    called: str
    priority: str
    priority_words: str
    island: str
    is_group: bool
    step: int
    saved_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    was_sent_on: bool
    receiver: str
    receiver_phone: str
    receiver_has_closed: bool
    numbers: tuple
    moves: frozenset
    sections: tuple
    messages: tuple
    outcomes: tuple = ()

    @property
    def is_struck(self):
        return self.state == "entered_in_error"


def projection(referral, now, words=None, messages=(), outcomes=()):
    """What the referrer of `referral` sees at `now` (aware).

    `words` is the referrer's own copy, `messages` the referrer's own copies of what was said, `outcomes` what
    a release of the person lets this reader read at this moment (R2), each in the ledger already. Pure: reads
    the attributes in `SEEN` and nothing else, and asks the database for nothing.
    """
    seen, words = read(referral), words or {}
    state = "closed_to_referrer" if _is_over(seen, now) else seen.state
    state_words, sentence = STATES[state]
    has_closed = seen.receiver_is_active is False and state in OPEN_TO
    return Projection(
        reference=seen.reference,
        state=state,
        state_words=str(state_words),
        sentence=str(sentence),
        reason=_reason(state, seen.reason),
        called=_("Group notice") if seen.is_group else packet.called(words),
        priority=seen.priority,
        priority_words=packet.labels("referrals", "priority", filter(None, [seen.priority])).partition(":")[
            0
        ],
        island=packet.labels("orgs", "islands", filter(None, [seen.island_needed])),
        is_group=seen.is_group,
        step=seen.step,
        saved_at=seen.saved_at,
        sent_at=seen.sent_at,
        delivered_at=seen.delivered_at,
        acknowledged_at=seen.acknowledged_at if state in CLOSING else None,
        was_sent_on=seen.rerouted_by_id is not None,
        receiver=seen.receiver_name or "",
        receiver_phone=seen.receiver_hotline or seen.receiver_office_phone or "",
        receiver_has_closed=has_closed,
        numbers=numbers_of(seen.island_needed),
        moves=frozenset(OPEN_TO.get(state, set()) - (TO_THEM if has_closed else set())),
        sections=tuple(packet.sections(seen, words)),
        messages=tuple(map(said, messages)),
        outcomes=tuple(outcomes),
    )


def question_alone(seen):
    """What a head of another unit sees of it: the reference, and what was asked and answered (R42)."""
    said = tuple(one for one in seen.messages if one.kind != "message")
    about = {"called": _("A question about a referral"), "island": "", "numbers": (), "sections": ()}
    return replace(seen, messages=said, is_group=False, outcomes=(), moves=seen.moves & {"answer"}, **about)


def read(referral):
    """The values of `SEEN`, with dots as underscores; None where there is no receiver yet."""
    values = {}
    for path in SEEN:
        try:
            values[path.replace(".", "_")] = attrgetter(path)(referral)
        except AttributeError:
            if not path.startswith("receiver."):
                raise
            values[path.replace(".", "_")] = None
    return SimpleNamespace(**values)


def read_within(priority):
    """How soon a desk is to read a packet of this priority, in words that are the same for all desks (R3)."""
    interval = clock_interval("acknowledge_referral", priority)
    if interval.seconds:
        return _("within %(span)s") % {"span": say.span(timedelta(seconds=interval.seconds))}
    return _("within one business day")


def numbers_of(island):
    """The published numbers to call at once for help on an island (its code), as `Code`s."""
    return tuple(
        number
        for number in load("orgs", "numbers")
        if number.extra["kind"] in ("emergency", "help")
        and (island in number.extra["islands"] or number.code == "emergency")
    )


def _is_over(seen, now):
    """By the clock, whether or not the timer has run (R5)."""
    return seen.state in CLOSING and seen.closes_at <= now


def _reason(state, code):
    return str(load("referrals", REASONS[state]).label(code)) if state in REASONS and code else ""


def said(message):
    """One side's own copy of a message as that side reads it."""
    content = message.content
    return Said(
        at=message.at,
        kind=message.kind,
        topic=str(load("referrals", "question_kinds").label(message.topic)) if message.topic else "",
        text=content.get("text", ""),
        by=content.get("by", ""),
        mine=message.written_by_id == message.organization_id,
    )
