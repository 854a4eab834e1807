"""What is written on a packet lies twice: each side reads its own copy and never the other's (R16)."""

from django.db import models

from orgs.sealing import LetterField
from orgs.tenancy import TenantModel


class ReferralCopy(TenantModel):
    """One side's own copy of what was written, sealed to it (R16). `organization` is whose copy it is."""

    referral = models.ForeignKey("referrals.Referral", models.CASCADE, related_name="copies")
    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    content = LetterField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "referral"], name="one_copy_a_side")]


class Message(TenantModel):
    """One message on a packet, in two copies: the writer's and the reader's."""

    referral = models.ForeignKey("referrals.Referral", models.CASCADE, related_name="messages")
    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # question, answer, message
    topic = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    # In an agency's box: the officer who filed, where a service writes to the heads of unit alone (R42).
    kept_from = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    content = LetterField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["referral", "organization", "at"], name="messages_of_side")]
