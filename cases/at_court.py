"""Court dates beside a case, of a row with `cases.duties.duties_beside`: no question, nothing sealed."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models.court_date import COURTS, KINDS, OUTCOMES
from orgs.words import exactly


class AtCourt(NamedTuple):
    """One court date in a list: `at` is when it is, `outcome` a code of what came of it."""

    pk: object
    kind: str
    court: str
    at: datetime
    goes_along: bool
    outcome: str
    to_come: bool

    @property
    def url(self):
        return reverse("view_courtdate", args=[self.pk])

    @property
    def what(self):
        return KINDS.label(self.kind)

    @property
    def why(self):
        """Where and when, who goes along, and what came of it, in a line."""
        along = _("we go along") if self.goes_along else ""
        came = OUTCOMES.label(self.outcome) if self.outcome else ""
        return " · ".join(
            str(part) for part in (came, COURTS.label(self.court), exactly(self.at), along) if part
        )


def of_case(case):
    """What is to come first, the next on top; below it what is over, the last on top."""
    found = [
        AtCourt(
            row["pk"], row["kind"], row["court"], datetime.fromisoformat(row["at"]), row["goes_along"],
            row["outcome"], row["due"] is not None,
        )
        for row in case.duty_courtdate
    ]  # fmt: skip
    coming = sorted((date for date in found if date.to_come), key=lambda date: date.at)
    over = sorted((date for date in found if not date.to_come), key=lambda date: date.at, reverse=True)
    return coming, over
