"""What a packet was like when it came to one organization: codes of the sender's own doing (R46, R47)."""

from datetime import timedelta

from django.db import models

from orgs.clock import now
from orgs.tenancy import TenantModel

WATCHED = timedelta(days=30)  # how long after it came a question, or sending on, is counted


class Arrival(TenantModel):
    """One packet about one person, as it came. `organization` is the one to which it came.

    The row is written in the transaction that delivers, and nothing of it follows what is done with the
    person: not the intake, not who works it, not how it ends. A copy that is purged leaves it as it is.
    """

    referral = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="arrivals")
    agency = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+")
    sender = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")  # to know that it is of several
    came_at = models.DateTimeField()
    can_be_reached = models.BooleanField()
    asked_at = models.DateTimeField(null=True)  # the first question about what was written
    sent_on_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "referral"], name="one_arrival_a_packet")
        ]
        indexes = [models.Index(fields=["organization", "came_at"], name="arrivals_by_time")]

    @classmethod
    def record(cls, referral, content):
        """A packet came to its receiver, whose tenant acts; `content` is what was written on it.

        A group notice names nobody and is not counted. One that comes back has come once.
        """
        if referral.is_group:
            return
        cls.objects.get_or_create(
            organization_id=referral.receiver_id,
            referral=referral,
            defaults={
                "agency_id": referral.organization_id,
                "unit_id": referral.unit_id,
                "sender_id": referral.referrer_id,
                "came_at": now(),
                "can_be_reached": can_be_reached(content),
            },
        )

    @classmethod
    def remark(cls, referral, organization_id, column):
        """The first time that this was done with the packet: "asked_at" or "sent_on_at"."""
        ours = cls.objects.filter(organization_id=organization_id, referral=referral)
        ours.filter(**{column: None}).update(**{column: now()})


def can_be_reached(content):
    """Whether a packet says how the person is reached safely and when, and how its sender is (R15, R36).

    A name is never asked for. Whoever calls by themselves, or is met with the officer, needs no hour.
    """
    return not unsaid(content)


def unsaid(content):
    """What a packet does not say of that: of "way", "times" and "sender" those that are missing."""
    way = content.get("reach_way", "")
    missing = set() if content.get("referrer_phone") else {"sender"}
    if way in ("", "not_known"):
        missing.add("way")
    elif way not in ("in_person", "person_will_call") and not content.get("times"):
        missing.add("times")
    return missing
