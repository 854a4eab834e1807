"""What was written and what was given. A note is the organization's own and is never overwritten (R34)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel


class Note(TenantModel):
    """One note; a correction is an addendum that points at it. The database refuses to change or delete one.

    `attempt` is the try to reach the person of which it tells. Written by `Case.add_note`.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notes")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="addenda")
    attempt = models.ForeignKey("cases.ContactAttempt", models.PROTECT, null=True, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    text = SealedTextField(_("note"), max_length=8000)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["case", "-at"], name="notes_newest")]


class Service(TenantModel):
    """A service given, by the codes of the federal reports (OVC PMT). Written by `Case.add_service`."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="services")
    code = models.CharField(max_length=8)
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=0)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    attempt = models.ForeignKey("cases.ContactAttempt", models.PROTECT, null=True, related_name="services")

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["case", "-on"], name="services_newest"),
            models.Index(fields=["organization", "on", "code"], name="services_by_day"),
        ]
