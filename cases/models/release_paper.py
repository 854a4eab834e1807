"""The signed paper of a release, photographed or scanned: sealed in its row, and never shown in a page."""

from django.db import models
from django.db.models import Q

from orgs import uploads
from orgs.sealing import SealedBytesField
from orgs.tenancy import TenantModel

TYPES = {"jpeg": ("image/jpeg", "jpg"), "pdf": ("application/pdf", "pdf")}


class ReleasePaper(TenantModel):
    """What was sent, after `orgs.uploads.read_paper` looked at it and made it new."""

    release = models.OneToOneField("cases.Release", models.PROTECT, related_name="paper")
    kind = models.CharField(max_length=4)
    content = SealedBytesField(max_length=uploads.LARGEST)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(TYPES)), name="release_paper_kind_is_known"),
            models.CheckConstraint(condition=Q(content__isnull=False), name="release_paper_is_not_empty"),
        ]

    @property
    def file(self):
        """(content type, file name): the name says nothing."""
        kind, ending = TYPES[self.kind]
        return kind, f"document.{ending}"
