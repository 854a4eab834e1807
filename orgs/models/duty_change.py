"""One day at the desk that is not as every week: a swap, a holiday, somebody more."""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import F, Q

from orgs.duty import hours
from orgs.tenancy import TenantModel
from orgs.words import ISLANDS


class DutyChange(TenantModel):
    """`user` is on instead of `instead_of`; without the one nobody is, without the other they are on besides.

    Hours are local; an end that is not after the start is on the next day, as with a shift. `because` is the
    record for which it was made, such as an absence, and with which it goes.
    """

    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    user = models.ForeignKey("orgs.User", models.CASCADE, null=True, related_name="duty_changes")
    instead_of = models.ForeignKey("orgs.User", models.CASCADE, null=True, related_name="+")
    because = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "starts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(instead_of__isnull=False), name="duty_change_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(user=F("instead_of")) | Q(user=None) | Q(instead_of=None),
                name="duty_change_of_two",
            ),
        ]
        indexes = [models.Index(fields=["organization", "day"], name="duty_changes")]

    def span(self):
        """Its first and its last moment (aware, the last not in it)."""
        midnight = datetime.combine(self.day, time(0), ISLANDS)
        return tuple(midnight + timedelta(minutes=n) for n in hours(self))

    def covers(self, moment):
        """Whether an aware moment lies in it."""
        begins, ends = self.span()
        return begins <= moment < ends

    @classmethod
    def around(cls, organization_id, day):
        """Those of an organization that can cover a moment of this day."""
        return cls.objects.filter(organization_id=organization_id, day__in=(day, day - timedelta(days=1)))
