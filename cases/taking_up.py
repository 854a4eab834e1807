"""What a supervisor gives to somebody unasked: it waits, with a clock, until they have taken it up.

Whoever accepted, or took it themselves, has seen it; a case or an intake that is directed, comes with a
caseload that was moved, or is opened again would otherwise be somebody's who never learns of it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs import clock
from orgs.record import IllegalMove

TAKEN_UP = _("Whoever has it has taken it up already.")


class Handed(models.Model):
    """Mixed into what an advocate has in hand; `handed_at` stands until they say that they have it."""

    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @staticmethod
    def to_somebody(noun):
        """The constraint of a model that is handed over: by somebody, to somebody."""
        return models.CheckConstraint(
            condition=Q(handed_at=None, handed_by=None)
            | Q(handed_at__isnull=False, handed_by__isnull=False, assigned_to__isnull=False)
            & ~Q(handed_by=F("assigned_to")),
            name=f"{noun}_handed_to_somebody",
        )

    def be_handed(self, by):
        """It is from now on whose it is; `by` who gave it to them unasked, None where they know of it."""
        unasked = by is not None and self.assigned_to_id not in (None, by.pk)
        self.handed_at, self.handed_by = (clock.now(), by) if unasked else (None, None)

    def take_up(self, *, actor):
        """Whoever it was given to has it, or whoever stands in for them knows of it.

        Raises `IllegalMove` where it waits for neither.
        """
        with self.moving("take_up", actor):
            theirs = self.assigned_to_id == actor.pk or (self.is_covered and self.covered_by_id == actor.pk)
            if self.handed_at is None or not theirs:
                self.refresh_from_db(fields=["state"])
                raise IllegalMove("take_up", self, TAKEN_UP)
            self.be_handed(None)
