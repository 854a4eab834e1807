"""What an organization owes as a whole, whoever works there: it has a clock, and so a row."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from orgs import clock
from orgs.roles import Role
from orgs.tenancy import TenantModel


class HouseDuty(TenantModel):
    """One such duty. `since` is what its clock counts from; empty while nothing is owed."""

    class What(models.TextChoices):
        REVIEW_ACCOUNTS = "review_accounts"  # C9: from the account that waits longest
        CHANGE_KEYS = "change_keys"  # C19: from when somebody left while nobody's secrets were open
        NAME_SUPERVISOR = "name_supervisor"  # R42: while no supervisor can open some record
        CLOSE_HOUSE = (
            "close_house"  # of the operator: while something runs in an organization that was closed
        )
        REVIEW_AUDIT = "review_audit"  # C16: from the end of the oldest week that nobody has read

    what = models.CharField(max_length=20, choices=What.choices)
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "what"], name="house_duty_once"),
            models.CheckConstraint(
                condition=Q(what__in=["change_keys", "name_supervisor", "close_house"])
                | Q(what__in=["review_accounts", "review_audit"], since__isnull=False),
                name="house_duty_is_known",
            ),
        ]

    def clocks(self):
        """Each duty is its own clock; administrators hear of it, from the first rung on."""
        from orgs.reminders import Clock

        if self.since:
            yield Clock(self.what, self.since, team=Role.ADMINISTRATOR)

    def count_from(self, since):
        """Start the clock anew at an aware moment; with None it stops."""
        from orgs import reminders

        self.since = since
        self.save()
        reminders.settle(self, self.organization_id)

    @classmethod
    def begin(cls, organization_id, what):
        """The organization owes `what` from now on, if it does not already."""
        duty = cls.objects.filter(organization_id=organization_id, what=what).first()
        duty = duty or cls(organization_id=organization_id, what=what)
        if duty.since is None:
            duty.count_from(clock.now())

    @classmethod
    def owed(cls, what):
        """A condition on members: their organization owes `what` now."""
        ours = cls.objects.filter(organization=OuterRef("organization"), what=what, since__isnull=False)
        return Exists(ours)

    @classmethod
    def done(cls, organization_id, what):
        """It is done, however it came to be."""
        for duty in cls.objects.filter(organization_id=organization_id, what=what).exclude(since=None):
            duty.count_from(None)
