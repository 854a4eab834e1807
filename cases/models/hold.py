"""A legal hold: while it stands, nothing about the person of a case is purged, whatever its age (R35)."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from orgs import clock, codes
from orgs.record import IllegalMove
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel


class LegalHold(TenantModel):
    """Who put it, why, and when somebody looks again; it ends by a supervisor's word and never by itself."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="holds")
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=24)
    note = SealedTextField(_("which matter"), max_length=300, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    review_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(lifted_at=None), name="one_hold_stands_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(review_at__gt=models.F("placed_at")), name="hold_is_looked_at_again"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=models.Q(lifted_at=None), name="holds_of_person")
        ]

    @classmethod
    def standing_for(cls, member):
        """Those that stand, on cases which this member may see (R42)."""
        from .case import Case

        seen = Case.objects.visible_to(member).order_by().values("pk")
        return cls.objects.filter(lifted_at=None, case__in=seen)

    @classmethod
    def place(cls, case, *, actor, reason, review_at, note=""):
        """Hold everything about the person of `case`, or go on; somebody looks again at `review_at`.

        `reason` is a code of hold_reasons, `review_at` an aware moment to come.
        """
        with transaction.atomic():
            _one_at_a_time(case)
            with case.moving("place_hold", actor, reason=reason):
                standing = cls.objects.filter(case=case, lifted_at=None).first()
                hold = standing or cls(
                    organization_id=case.organization_id,
                    case=case,
                    person_id=case.person_id,
                    placed_at=clock.now(),
                    placed_by=actor,
                )
                hold.reason, hold.note, hold.review_at = reason, note, review_at
                hold.save()
                case.legal_hold, case.hold_review_at = True, review_at
        return hold

    def lift(self, reason, *, actor):
        """It need not be held any more; `reason` is a code of hold_lift_reasons."""
        with transaction.atomic():
            _one_at_a_time(self.case)
            with self.case.moving("lift_hold", actor, reason=reason):
                if not self.case.legal_hold:
                    raise IllegalMove("lift_hold", self.case, _("Nothing holds it any more."))
                self.lifted_at, self.lifted_by, self.lift_reason = clock.now(), actor, reason
                self.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
                self.case.legal_hold, self.case.hold_review_at = False, None

    @property
    def reason_in_words(self):
        return codes.load("cases", "hold_reasons").label(self.reason)


def _one_at_a_time(case):
    """Take the person's row, as a purge does: a hold and a purge come one after the other."""
    type(case.person).objects.select_for_update(of=("self",)).get(pk=case.person_id)
