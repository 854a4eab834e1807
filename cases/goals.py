"""The goals beside a case, of a row with `cases.duties.duties_beside`: no question.

Their words are sealed in that row too, and opened here for whoever may see the case.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.urls import reverse
from django.utils.text import Truncator

from cases.models.goal import KINDS, PROGRESS, REASONS, STATES
from orgs.words import local

FIRST_WORDS = 90  # characters


class Aim(NamedTuple):
    """One goal in a list: `look_on` is the day of the next look, None where it has ended."""

    pk: UUID
    kind: str
    words: str
    state: str
    progress: str
    reason: str
    look_on: date | None

    @property
    def url(self):
        return reverse("view_goal", args=[self.pk])

    @property
    def what(self):
        """Its kind and the first words."""
        return f"{KINDS.label(self.kind)}: {Truncator(' '.join(self.words.split())).chars(FIRST_WORDS)}"

    @property
    def why(self):
        """How far it is, or how it ended."""
        if self.look_on:
            return PROGRESS.label(self.progress)
        return ": ".join(str(part) for part in (STATES[self.state], REASONS.label(self.reason)) if part)


def of_case(case):
    """What is worked toward first, the next to be looked at on top; below it what has ended."""
    model = apps.get_model("cases", "Goal")
    sealed = model._meta.get_field("words")

    def opened(row):
        words = sealed.from_db_value(bytes.fromhex(row["words"].removeprefix("\\x")), None, None)
        known = UUID(row["pk"]), case.organization_id, words
        goal = model.from_db(None, ["id", "organization_id", "words"], known)
        day = row["due"] and local(datetime.fromisoformat(row["due"])).date()
        return Aim(goal.pk, row["kind"], goal.words, row["state"], row["progress"], row["reason"], day)

    found = [opened(row) for row in case.duty_goal]
    return [goal for goal in found if goal.look_on], [goal for goal in found if not goal.look_on]
