"""What the referrer's side does with a packet. Mixed into `Referral`."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from orgs import audit
from orgs.clock import Now, now
from orgs.codes import load
from orgs.models import User
from orgs.record import IllegalMove
from orgs.reference import new_reference
from orgs.roles import REFERRERS
from orgs.still_open import must_be_open
from orgs.tenancy import acting_for
from referrals.models import routes
from referrals.models.arrival import Arrival
from referrals.models.copies import ReferralCopy
from referrals.models.sender_word import SenderWord

STEPS = ("asked", "urgent", "where", "reach", "who", "check")
GROUP_STEPS = ("asked", "urgent", "where", "who", "check")  # a notice without names has nobody to reach yet
IN_THE_OPEN = frozenset(
    "basis priority victimizations trafficking_kind indicators needs island_now island_needed language "
    "interpreter age_group group_size group_minors".split()
)
SEALED = frozenset("name alias phone reach_way reach_who times never note citation referrer_phone".split())
FROM_NOTICE = ("basis", "priority", "victimizations", "trafficking_kind", "indicators", "needs", "island_now",
               "island_needed", "language", "interpreter")  # fmt: skip
TRIES = 5
TOO_LATE_TO_RECALL = _(
    "The desk has read it, so it can no longer be recalled. Write a message on the packet, or call the desk."
)
NOT_COMPLETE = _("Some answers are still missing.")
CANNOT_ANSWER = _("This member cannot answer: their account is closed, or they have the question already.")
TAKES_NOBODY = ("entered_in_error", "recalled")
NOTICE_IS_OVER = _(
    "The notice about several people was taken back, or marked as entered in error: nobody is added to it. "
    "For somebody who needs help, begin a new referral; what you wrote in the draft stays there to be read."
)


class SenderVerbs:
    """Draft, send, recall, answer: the moves that start on the referrer's side, under its tenant."""

    @classmethod
    def begin(cls, *, actor, group=False, notice=None):
        """A new draft of `actor`; `group` for a notice without names, `notice` to add a person to one.

        Starts from what is most often so: the island of the actor's unit, or of their last packet; English.
        """
        if notice and notice.state in TAKES_NOBODY:
            raise IllegalMove("begin", notice, NOTICE_IS_OVER)
        island = (actor.unit.island if actor.unit_id else "") or cls._last_island(actor)
        draft = cls(
            organization_id=actor.organization_id,
            unit_id=actor.unit_id,
            referrer=actor,
            state="draft",
            language="en",
            island_now=island,
            island_needed=island,
            is_group=group,
            notice=notice,
        )
        if notice:
            for name in FROM_NOTICE:
                setattr(draft, name, getattr(notice, name))
        return draft._start(actor)

    def _start(self, actor):
        """Write the draft under a reference that nobody has; two may fall together, so ask again."""
        for tries in range(1, TRIES + 1):
            self.reference, self.saved_at = new_reference(), now()
            try:
                with transaction.atomic(), self.starting(actor, "begin"):
                    pass
            except IntegrityError:
                if tries == TRIES:
                    raise
            else:
                return self

    @classmethod
    def _last_island(cls, actor):
        mine = cls.objects.filter(organization=actor.organization_id, referrer=actor)
        return mine.order_by("-saved_at", "-pk").values_list("island_needed", flat=True).first() or ""

    @property
    def steps(self):
        """The names of the pages of this packet's form, in order."""
        return GROUP_STEPS if self.is_group else STEPS

    def save_step(self, number, cleaned, *, actor):
        """Keep one page of answers: `number` from 1, `cleaned` by field name, see `IN_THE_OPEN` and `SEALED`.

        Raises `KeyError` for an answer that a packet does not have, `IllegalMove` once it is no draft.
        """
        unknown = cleaned.keys() - IN_THE_OPEN - SEALED
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        words = {name: cleaned[name] for name in cleaned.keys() & SEALED}
        with self.moving("edit", actor, step=number):
            for name in cleaned.keys() & IN_THE_OPEN:
                setattr(self, name, cleaned[name])
            self.step = min(max(self.step, number + 1), len(self.steps))
            self.saved_at = now()
            if words:
                self._keep(words)

    def _keep(self, words):
        """Write the sender's own copy, with these words changed."""
        copy = self.copy_for(self.organization_id) or self._copy_of(self.organization)
        copy.content = {**copy.content, **words}
        copy.save()

    def words(self):
        """The sender's own copy of what is sealed, by name; {} while nothing was written."""
        copy = self.copy_for(self.organization_id)
        return copy.content if copy else {}

    def _copy_of(self, organization, content=None):
        return ReferralCopy(
            organization=organization,
            referral=self,
            written_by_id=self.organization_id,
            content=content or {},
        )

    def missing(self, words=None):
        """The numbers of the pages on which something is missing that a packet cannot go without."""
        words = self.words() if words is None else words
        kinds = self.victimizations or self.trafficking_kind
        answers = {
            "asked": self.basis and (words.get("citation") or not _needs_citation(self.basis)),
            "urgent": self.priority and kinds,
            "where": self.island_needed and self.language and (self.group_size or not self.is_group),
            "reach": words.get("reach_way"),
            "who": self.is_group or self.age_group,
            "check": True,
        }
        return [number for number, name in enumerate(self.steps, 1) if not answers[name]]

    def send(self, *, actor, to=None):
        """Send the packet to the organization of its island, and deliver it, in one transaction.

        `to` is one of `routes.receivers_of`, where the sender has chosen. The receiver gets a copy of its
        own (R16), its clock starts (R4), its desk is told. Where nobody helps, or nobody there could ever
        hear, the packet is `undeliverable` at once. Raises `IllegalMove` when answers are missing.
        """
        with transaction.atomic():
            audit.crossing()
            self._send(actor, to)
        return self

    def _send(self, actor, to):
        with self.moving("send", actor):
            words = self.words()
            if self.missing(words):
                self.refuse("send", "draft", NOT_COMPLETE)
            self.sent_at = self.saved_at = now()
            self.referrer = actor  # whoever sends it has filed it, also what a member who left had begun
            if self.notice_id:
                self.notice = type(self).objects.select_for_update(of=("self",)).get(pk=self.notice_id)
                if self.notice.state in TAKES_NOBODY:
                    self.refuse("send", "draft", NOTICE_IS_OVER)
            receiver = to
            if self.notice_id or not to:
                receivers = routes.receivers_of(self)
                receiver = to if to in receivers else next(iter(receivers), None)
            if receiver:
                self.deliver(receiver, {**words, **_sender_of(actor, words)})
            else:
                self.state, self.reason, self.ended_at = "undeliverable", "no_desk", now()

    def deliver(self, receiver, content):
        """Lay the packet into the receiver's inbox: the second half of `send`, in its transaction."""
        self.receiver, self.state, self.delivered_at = receiver, "delivered", now()
        self._copy_of(receiver, content).save(force_insert=True)
        with acting_for(receiver.pk):
            audit.write(None, "deliver", self)
            Arrival.record(self, content)
            routes.tell_desk(self)

    def discard(self, *, actor):
        """Throw a draft away, with every word of it."""
        with self.moving("discard", actor):
            self.copies.filter(organization_id=self.organization_id).delete()
            self.ended_at = now()

    def answer(self, text, *, actor):
        """Answer the desk's question; the packet is acknowledged as before.

        Raises `IllegalMove` where the desk's organization has closed.
        """
        with self._heard("answer"), self.moving("answer", actor):
            of_unit = self.unit_id and actor.unit_id == self.unit_id
            if self.climbed_at and not of_unit and actor.pk != self.referrer_id:
                self.answerer = actor  # who answered can go on reading what they answered
            self.climbed_at = self.answers_now = None  # the next question is for who filed it
            self.say("answer", text, actor)

    @contextmanager
    def _heard(self, verb):
        """In a transaction in which whoever received it is open."""
        with transaction.atomic():
            must_be_open(self.receiver_id, verb, self)
            yield

    def climb(self):
        """Nobody of the unit has answered: now every head of the agency can (the clock's own move)."""
        with self.moving("climb", None):
            self.climbed_at = self.climbed_at or now()

    def hand_on(self, member, *, actor):
        """Give the question to another member of the agency, who can read the packet and answer from now on.

        Whoever filed it stays who filed it; what the clock has told stays told. Raises `IllegalMove` for a
        member who cannot answer.
        """
        with self.moving("hand_on", actor, member=str(member.pk)):
            if member.pk not in self.can_answer().values_list("pk", flat=True):
                self.refuse("hand_on", self.state, CANNOT_ANSWER)
            self.answers_now = self.answerer = member
        routes.tell_referrer(self)

    def give_back(self):
        """Whoever was given the question cannot answer any more: it is for who filed it (the clock's)."""
        with self.moving("hand_on", None, member=str(self.referrer_id)):
            self.answers_now = None

    def who_answers(self):
        """The id of whoever has the question: whom it was given to while they can answer, or who filed it;
        under any tenant."""
        if self.answers_now_id:
            with acting_for(self.organization_id):
                if User.objects.in_role(*REFERRERS).filter(pk=self.answers_now_id).exists():
                    return self.answers_now_id
        return self.referrer_id

    def can_answer(self):
        """The members of the agency to whom the question can be given: not whoever has it now."""
        ours = User.objects.in_role(*REFERRERS).filter(organization_id=self.organization_id)
        ours = ours.exclude(leaves_at__lte=Now())
        return ours.exclude(pk=self.who_answers()).order_by("name")

    def recall(self, reason, text="", *, actor):
        """Take the packet back before anybody has read it; `reason` is of the code table `recall_reasons`.

        Raises `IllegalMove`, whose reason says what to do instead, once it was acknowledged.
        """
        load("referrals", "recall_reasons")[reason]
        try:
            with self.moving("recall", actor, reason=reason):
                self.reason, self.ended_at = reason, now()
                if text:
                    self.say("message", text, actor)
        except IllegalMove as late:
            if late.record.state in ("acknowledged", "information_requested"):
                late.reason = TOO_LATE_TO_RECALL
            raise

    def mark_error(self, reason, *, actor):
        """Say that the packet should not have been; it is kept, struck through (`error_reasons`)."""
        load("referrals", "error_reasons")[reason]
        with self.moving("mark_error", actor, reason=reason):
            self.reason, self.ended_at = reason, now()
            if self.receiver_id and self.receiver.is_active:
                SenderWord.come(self)


def _needs_citation(basis):
    code = load("referrals", "basis").get(basis)
    return bool(code and code.extra.get("needs_citation"))


def _sender_of(actor, words):
    """How the receiver reaches whoever sent it, as the packet carries it."""
    return {
        "referrer_name": actor.name,
        "referrer_phone": words.get("referrer_phone") or actor.phone,
        "agency": actor.organization.name,
        "agency_unit": actor.unit.name if actor.unit_id else "",
    }
