"""A case on hold rests until a day, and never for ever. Mixed into `cases.models.Case`."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.duty_words import morning_of
from orgs import clock

USUAL, LONGEST = timedelta(days=14), timedelta(days=90)
TO_COME = _("Give a day that is to come.")
TOO_LONG = _("It can rest for 90 days. On that day somebody looks, and it can rest for longer.")


class Resting(models.Model):
    """`rests_until` is the morning on which whoever has the case is asked to look; None where it does not
    rest. `rests_since` is when that day was said."""

    rests_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @staticmethod
    def until_a_day():
        """The constraint: what is on hold has a day, at most so far off, and nothing else has one."""
        rests = Q(rests_since__isnull=False, rests_until__isnull=False, rests_until__gt=F("rests_since"))
        bounded = Q(rests_until__lte=F("rests_since") + timedelta(days=91))  # the 90th day, in the morning
        return models.CheckConstraint(
            condition=Q(state="on_hold") & rests & bounded
            | ~Q(state="on_hold") & Q(rests_since=None, rests_until=None),
            name="case_rests_until_a_day",
        )

    def hold(self, until=None, *, actor):
        """Rest a case until a day on the islands (None: for two weeks), when somebody is asked to look.

        The clock of "no contact" stops, follow-ups go on. Raises `ValidationError` for a day that has been,
        or is more than 90 days off.
        """
        until = until or clock.today() + USUAL
        with self.moving("hold", actor, until=until.isoformat()):
            self._rest(until)

    def extend(self, until, reason, *, actor):
        """Let it rest for longer, until a day; `reason` is a code of rest_reasons. Raises as `hold`."""
        with self.moving("extend", actor, until=until.isoformat(), reason=reason):
            self._rest(until)

    def resume(self, *, actor):
        """Work goes on."""
        with self.moving("resume", actor):
            self.rest_no_more()

    def rest_no_more(self):
        """It rests no more; in a move that sets another state."""
        self.rests_since = self.rests_until = None

    def _rest(self, until):
        must_be_ahead(until)
        self.rests_since, self.rests_until = clock.now(), morning_of(until)


def must_be_ahead(day):
    """Raises `ValidationError` for a day on which nothing can rest until: it has been, or is too far off."""
    if day <= clock.today():
        raise ValidationError(TO_COME)
    if day > clock.today() + LONGEST:
        raise ValidationError(TOO_LONG)
