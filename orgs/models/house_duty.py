"""What an organization owes again and again, whoever works there: it has a clock, and so a row."""

from django.db import models
from django.db.models import Q

from orgs.roles import Role
from orgs.tenancy import TenantModel


class HouseDuty(TenantModel):
    """One such duty. `since` is what its clock counts from; doing it moves `since` on."""

    class What(models.TextChoices):
        REVIEW_ACCOUNTS = "review_accounts"  # C9: from the account that waits longest

    what = models.CharField(max_length=20, choices=What.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "what"], name="house_duty_once"),
            models.CheckConstraint(condition=Q(what__in=["review_accounts"]), name="house_duty_is_known"),
        ]

    def clocks(self):
        """Each duty is its own clock; administrators hear of it, from the first rung on."""
        from orgs.reminders import Clock

        yield Clock(self.what, self.since, team=Role.ADMINISTRATOR)

    def count_from(self, since):
        """Start the clock anew at an aware moment, or leave it where it runs from there already."""
        from orgs import reminders

        self.since = since
        self.save()
        reminders.settle(self, self.organization_id)
