"""The packet that a referrer sends to an organization: a message, and nothing about a person's help (R1)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import LetterField
from orgs.tenancy import TenantModel
from referrals import access, reminders

MOVES = {
    "edit": ({"draft"}, None),
    "discard": ({"draft"}, "discarded"),
    "send": ({"draft"}, "sent"),
    "deliver": ({"sent"}, "delivered"),
    "fail": ({"sent", "delivered"}, "undeliverable"),
    "acknowledge": ({"delivered"}, "acknowledged"),
    "ask": ({"acknowledged"}, "information_requested"),
    "answer": ({"information_requested"}, "acknowledged"),
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


class Referral(Record):
    """What both sides see. `organization` is the sender's; names and free text are in each side's own copy."""

    MOVES = MOVES
    grants, clocks = access.referral_grants, reminders.referral_clocks

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

    def sides(self):
        return (
            (self.organization_id, self.receiver_id)
            if self.sent_at and self.receiver_id
            else (self.organization_id,)
        )


class ReferralUserGrant(UserGrant):
    content_object = models.ForeignKey(Referral, models.CASCADE, related_name="user_grants")


class ReferralGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Referral, models.CASCADE, related_name="group_grants")


class ReferralCopy(TenantModel):
    """One side's own copy of what was written, sealed to it (R16). `organization` is whose copy it is."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="copies")
    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    content = LetterField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "referral"], name="one_copy_a_side")]


class Message(TenantModel):
    """One message on a packet, in two copies: the writer's and the reader's."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="messages")
    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # question, answer, message
    topic = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    content = LetterField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["referral", "organization", "at"], name="messages_of_side")]
