"""How a person may be reached, and each time that somebody tried (R37)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel


class SafeContactPlan(TenantModel):
    """How, when and by what name a person may be reached; a new version supersedes, none is overwritten."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="plans")
    ways = ArrayField(models.CharField(max_length=24), default=list)  # codes of referrals' contact ways
    reach_at = SealedTextField(_("number or place"), max_length=200, blank=True)
    times = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    when = SealedTextField(_("when"), max_length=200, blank=True)
    ask_for = SealedTextField(_("what to say if somebody else answers"), max_length=200, blank=True)
    never = SealedTextField(_("what never to do"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(superseded_at=None), name="one_plan_stands_a_person"
            )
        ]


class ContactAttempt(TenantModel):
    """One try to reach a person; the database takes it and lets nobody change it."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="attempts")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="attempts")
    plan = models.ForeignKey(SafeContactPlan, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    way = models.CharField(max_length=24)
    outcome = models.CharField(max_length=24)
    minutes = models.PositiveSmallIntegerField(default=0)
    note = SealedTextField(_("what was said and agreed"), max_length=4000, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person", "-at"], name="attempts_newest")]
