"""That an administrator has looked at one account, and what they decided (C9)."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from orgs.roles import Role
from orgs.tenancy import TenantModel


class AccountReview(TenantModel):
    """One look at one account. Rows are only ever added.

    Nobody looks at their own account, except the only administrator of an organization, who can do no more
    than keep it; `alone` says that it was so.
    """

    class Decision(models.TextChoices):
        KEEP = "keep", _("kept")
        CHANGE = "change", _("changed")
        CLOSE = "close", _("closed")
        REOPEN = "reopen", _("opened again")

    member = models.ForeignKey("orgs.User", models.PROTECT, related_name="reviews")
    reviewed_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices)
    role = models.CharField(max_length=20, choices=Role.choices)  # which the account had after it
    alone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["organization", "member", "-at"], name="reviews_of_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["keep", "change", "close", "reopen"]),
                name="account_review_decides",
            ),
            models.CheckConstraint(
                condition=(Q(alone=False) & ~Q(member=F("reviewed_by")))
                | Q(alone=True, member=F("reviewed_by"), decision="keep"),
                name="account_reviewed_by_another",
            ),
        ]

    @classmethod
    def with_looks(cls, members):
        """Members with `looked_at`: when somebody last looked at the account, or since when it is there."""
        last = cls.objects.filter(member=OuterRef("pk")).order_by("-at")
        return members.annotate(
            looked_at=Coalesce(Subquery(last.values("at")[:1]), F("joined_at")),
            looked_by=Subquery(last.values("reviewed_by__name")[:1]),
            decided=Subquery(last.values("decision")[:1]),
        )
