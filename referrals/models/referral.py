"""The packet that a referrer sends to an organization: a message, and nothing about a person's help (R1)."""

from contextlib import contextmanager
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from cases.walls import walled_from_packet
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.clock import Now, now
from orgs.models import Organization
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import Role
from orgs.still_open import must_be_open
from referrals import access, reminders
from referrals.models import routes
from referrals.models.copies import Message, ReferralCopy
from referrals.models.frozen import FrozenVerbs
from referrals.models.receiver import ReceiverVerbs
from referrals.models.sender import SenderVerbs
from referrals.models.sender_word import SenderWord

__all__ = ["Message", "Referral", "ReferralCopy", "ReferralGroupGrant", "ReferralUserGrant"]

SAID_TWICE = timedelta(minutes=2)  # the same words within this time are one press too many
MOVES = {
    "edit": ({"draft"}, None),
    "discard": ({"draft"}, "discarded"),
    "send": ({"draft"}, "sent"),
    "deliver": ({"sent"}, "delivered"),
    "fail": ({"sent", "delivered"}, "undeliverable"),
    "acknowledge": ({"delivered"}, "acknowledged"),
    "ask": ({"acknowledged"}, "information_requested"),
    "answer": ({"information_requested"}, "acknowledged"),
    "climb": ({"information_requested"}, None),
    "hand_on": ({"information_requested"}, None),
    "write": ({"sent", "delivered", "acknowledged", "information_requested"}, None),
    "recall": ({"sent", "delivered"}, "recalled"),
    "reroute": ({"delivered", "acknowledged"}, "delivered"),
    "mark_error": (
        {"sent", "delivered", "acknowledged", "information_requested", "undeliverable"},
        "entered_in_error",
    ),
    "close": ({"acknowledged", "information_requested"}, "closed_to_referrer"),
}
STATES = (
    "draft",
    "discarded",
    "sent",
    "delivered",
    "undeliverable",
    "acknowledged",
    "information_requested",
    "recalled",
    "entered_in_error",
    "closed_to_referrer",
)


class ReferralQuerySet(RecordQuerySet):
    def sent_by(self, member):
        """What a member filed, or for the head of a unit what the unit filed; newest first."""
        mine = Q(referrer=member) | Q(answerer=member)
        if member.role == Role.UNIT_SUPERVISOR and member.unit_id:
            mine |= Q(unit=member.unit_id) | Q(unit=None, state="draft")  # of one who left without a unit
        if member.role == Role.UNIT_SUPERVISOR:
            mine |= Q(climbed_at__isnull=False)
        return self.filter(mine, organization=member.organization_id).order_by("-saved_at", "-pk")

    def before(self, moment, pk):
        """What comes after a row of `sent_by`, by that row's `saved_at` and key: the next page."""
        return self.filter(Q(saved_at__lt=moment) | Q(saved_at=moment, pk__lt=pk))

    def questions(self):
        """Where the desk asks and can still be answered."""
        return self.filter(state="information_requested", closes_at__gt=Now())

    def to_close(self):
        """What the timer has to close: by the clock it is closed already (R5)."""
        return self.filter(state__in=("acknowledged", "information_requested"), closes_at__lte=Now())


class Referral(SenderVerbs, ReceiverVerbs, FrozenVerbs, Record):
    """What both sides see. `organization` is the sender's; names and free text are in each side's copy."""

    MOVES = MOVES
    grants, clocks = access.referral_grants, reminders.referral_clocks

    objects = ReferralQuerySet.as_manager()

    reference = models.CharField(max_length=10, unique=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+")
    referrer = models.ForeignKey("orgs.User", models.PROTECT, related_name="referrals")
    receiver = models.ForeignKey("orgs.Organization", models.PROTECT, null=True, related_name="+")
    step = models.PositiveSmallIntegerField(default=1)
    saved_at = models.DateTimeField()

    basis = models.CharField(max_length=24, blank=True)
    priority = models.CharField(max_length=12, blank=True)
    victimizations = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    trafficking_kind = models.CharField(max_length=8, blank=True)
    indicators = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    island_now = models.CharField(max_length=3, blank=True)
    island_needed = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=3, blank=True)
    interpreter = models.BooleanField(default=False)
    age_group = models.CharField(max_length=16, blank=True)

    is_group = models.BooleanField(default=False)  # a notice without names; packets are added later
    group_size = models.PositiveSmallIntegerField(null=True)
    group_minors = models.PositiveSmallIntegerField(null=True)
    notice = models.ForeignKey("self", models.PROTECT, null=True, related_name="packets")

    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    # Of a question that the unit has not answered: since when all heads of the agency can; who has it instead
    # of who filed it, while it waits; and who answered, or has it, and reads on.
    climbed_at = models.DateTimeField(null=True)
    answers_now = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    answerer = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(
        max_length=24, blank=True
    )  # of a recall, an error, or why it cannot be delivered
    reroute_reason = models.CharField(max_length=24, blank=True)
    rerouted_by = models.ForeignKey("orgs.Organization", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("referral", MOVES)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="referral_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "discarded", "undeliverable", "entered_in_error"))
                | Q(receiver__isnull=False, sent_at__isnull=False),
                name="sent_referral_has_a_receiver",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "referrer", "-saved_at", "-id"], name="my_referrals"),
            models.Index(fields=["organization", "unit", "-saved_at", "-id"], name="unit_referrals"),
            models.Index(fields=["answerer"], condition=Q(answerer__isnull=False), name="handed_questions"),
            models.Index(
                fields=["organization"], condition=Q(climbed_at__isnull=False), name="climbed_questions"
            ),
            models.Index(
                fields=["receiver", "delivered_at", "id"], condition=Q(state="delivered"), name="inbox"
            ),
            models.Index(fields=["receiver", "-sent_at", "-id"], name="received"),
            models.Index(
                fields=["closes_at"],
                condition=Q(state__in=("acknowledged", "information_requested")),
                name="closing_packets",
            ),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled_from_packet(user)

    def sides(self):
        return (
            (self.organization_id, self.receiver_id)
            if self.sent_at and self.receiver_id
            else (self.organization_id,)
        )

    def get_absolute_url(self):
        return reverse("view_referral", args=[self.reference])

    def copy_for(self, organization_id):
        """One side's own copy, or None; the other side's is never found, whoever asks (R16)."""
        return self.copies.filter(organization_id=organization_id).first()

    def is_closed(self, moment):
        """Whether it is closed to its referrer at an aware moment, by the clock and not by a task (R5)."""
        return self.state == "closed_to_referrer" or (
            self.state in ("acknowledged", "information_requested") and self.closes_at <= moment
        )

    @contextmanager
    def moving(self, verb, actor, **details):
        """As every record moves; and nothing but the timer moves a packet whose time is over."""
        with super().moving(verb, actor, **details):
            if verb != "close" and self.closes_at and self.closes_at <= now():
                self.refuse(verb, "closed_to_referrer")
            yield

    def refuse(self, verb, state, reason=""):
        """Raise `IllegalMove`: the packet stays in `state`, and `reason` says what to do."""
        self.state = state
        raise IllegalMove(verb, self, reason)

    def write_message(self, text, *, actor):
        """Write to the other side, from either; the same words pressed twice are kept once.

        From a desk that has marked the officer who filed, nothing reaches the referrer (R42). Raises
        `IllegalMove` where the other side has closed.
        """
        there = self.organization_id if actor.organization_id == self.receiver_id else self.receiver_id
        with transaction.atomic():
            if there:
                must_be_open(there, "write", self)
            if actor.organization_id == self.receiver_id and self.state == "delivered":
                self.mark_again("write", actor)
            self.lock_row("write")
            if self._was_said(text, actor):
                return
            if actor.organization_id == self.receiver_id and self.is_frozen(actor):
                self.write_inside(text, actor)
                return
            with self.moving("write", actor):
                self.say("message", text, actor)
                if actor.organization_id == self.receiver_id:
                    SenderWord.answered(self, actor)
        if actor.organization_id == self.receiver_id:
            routes.tell_referrer(self)

    def _was_said(self, text, actor):
        mine = self.messages.filter(organization_id=actor.organization_id).exclude(kept_from=actor.pk)
        latest = mine.last()
        return bool(
            latest
            and latest.written_by_id == actor.organization_id
            and latest.at > now() - SAID_TWICE
            and latest.content["text"] == text
        )

    def messages_for(self, member):
        """Their side's copies of what was said, less what is kept from them; the way of every page.

        What was written to the heads of unit alone no officer reads, also one who answers for another.
        """
        said = self.messages.filter(organization_id=member.organization_id)
        if member.refers and not self.is_head(member):
            return said.filter(kept_from=None)
        return said.exclude(kept_from=member.pk)

    def is_head(self, member):
        """Whether a member is a head of the unit that filed it, and not who filed it."""
        ours = bool(self.unit_id) and member.unit_id == self.unit_id
        return ours and member.role == Role.UNIT_SUPERVISOR and member.pk != self.referrer_id

    def opens_question_alone(self, member):
        """Whether a member is a head of another unit, to whom a question climbed: of the packet they read its
        reference and what was asked and answered, and nothing of the person (R42)."""
        elsewhere = member.organization_id == self.organization_id and member.role == Role.UNIT_SUPERVISOR
        filed_it = member.pk == self.referrer_id or self.state == "draft"
        return elsewhere and not filed_it and not self.is_head(member)

    def say(self, kind, text, actor, topic=""):
        """Lay one message into both boxes. Who wrote at the desk stands in the desk's copy alone (R1).

        Where a service writes to the heads of unit alone, what they write is kept from the officer too; but
        never an answer, whose question the officer has read.
        """
        writer, kept_from = actor.organization_id, self.kept_from(actor) if kind == "message" else None
        sides = Organization.objects.in_bulk([self.organization_id, self.receiver_id])
        Message.objects.bulk_create(
            Message(
                organization=side,
                referral=self,
                written_by_id=writer,
                kind=kind,
                topic=topic,
                at=now(),
                kept_from_id=kept_from if side.pk == self.organization_id else None,
                content={"text": text, "by": actor.name if writer in (side.pk, self.organization_id) else ""},
            )
            for side in sides.values()
        )
        if writer == self.organization_id:
            SenderWord.come(self)


class ReferralUserGrant(UserGrant):
    content_object = models.ForeignKey(Referral, models.CASCADE, related_name="user_grants")


class ReferralGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Referral, models.CASCADE, related_name="group_grants")
