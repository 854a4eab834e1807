"""That an administrator has read a week of the audit, and what they answered to what stood out (C16)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.findings import KINDS
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

WEEK = "week"


class AuditReview(TenantModel):
    """One answer to one finding, or the last word on a week. Rows are only ever added; the newest decides.

    `week` is its Monday on the islands. `shown` are the figures that the reader had before them. Nobody
    answers for themselves, except the only administrator of an organization; `alone` says that it was so,
    and then it says why.
    """

    class Decision(models.TextChoices):
        NOTHING = "nothing", _("looked at: nothing to it")
        LOOK = "look", _("needs a look")
        DEALT = "dealt", _("looked into, and dealt with")
        READ = "read", _("the week is read")

    week = models.DateField()
    kind = models.CharField(max_length=12)
    member = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    record = models.CharField(max_length=40, blank=True)  # a reference or number, never a name
    shown = models.JSONField(default=dict)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    note = SealedTextField(_("what was found"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    alone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organization", "week", "-at"], name="audit_reviews_of_week")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "week"], condition=Q(kind=WEEK), name="audit_week_read_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=[WEEK, *KINDS]), name="audit_review_kind_is_known"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="audit_week_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(kind=WEEK, decision="read", member=None, record="")
                | (~Q(kind=WEEK) & Q(decision__in=["nothing", "look", "dealt"])),
                name="audit_review_decides",
            ),
            models.CheckConstraint(
                condition=Q(alone=True, member=F("reviewed_by"), note__isnull=False)
                | (Q(alone=False) & (Q(member=None) | ~Q(member=F("reviewed_by")))),
                name="audit_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["nothing", "read"]) | Q(note__isnull=False),
                name="audit_review_says_what_was_found",
            ),
        ]

    @property
    def label(self):
        """What the audit calls it: the record that the finding is about, so that a wall hides both (R42)."""
        return self.record

    @property
    def key(self):
        """Which finding of its week it answers."""
        return self.kind, str(self.member_id or ""), self.record
