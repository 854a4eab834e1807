"""A week of a service in figures: what began, what was done, what is late now. No name, no record, no member.

A supervisor's own figures: what they are walled from is in none (R42). They never leave the organization, so
small ones stay (R46 is about what others read).
"""

from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cases.models import Case, FollowUp
from orgs import clock, rota
from orgs.audit_week import Week
from referrals.board import unwalled
from referrals.models import Handoff, Intake


class Figure(NamedTuple):
    """One line: in words, of the week, and of the week before it."""

    label: str
    count: int
    before: int


def last_week():
    """The last week that is over on the islands."""
    return Week.of(clock.now()).after(-1)


def figures(member, week):
    """The lines of a week, one question for each kind of record."""
    return [
        *_counted(
            unwalled(Intake, member),
            week,
            (_("Came in"), "arrived_at", Q()),
            (_("Of these, as a referral"), "arrived_at", Q(referral__isnull=False)),
            (_("First tried to reach"), "outreach_at", Q()),
        ),
        *_counted(
            unwalled(Case, member),
            week,
            (_("Cases opened"), "opened_at", Q()),
            (_("Cases closed"), "closed_at", Q()),
        ),
        *_counted(
            unwalled(FollowUp, member),
            week,
            (_("Follow-ups due"), "due_at", Q()),
            (_("Follow-ups done"), "ended_at", Q(state="done")),
        ),
        *_counted(
            unwalled(Handoff, member),
            week,
            (_("Handoffs offered"), "offered_at", Q()),
            (_("Handoffs connected"), "connected_at", Q()),
        ),
    ]


def now(member):
    """Figures of this moment, as (label, count) pairs."""
    cases = unwalled(Case, member).exclude(state="closed")
    late = unwalled(FollowUp, member).filter(state="scheduled", due_at__lt=clock.now())
    nobody = cases.filter(assigned_to=None)
    yield _("Cases that are not closed"), cases.count()
    yield _("Of these, with nobody"), nobody.count()
    yield _("Follow-ups past their time"), late.count()
    yield (
        _("Hours in the next two weeks in which nobody is on at the desk"),
        rota.hours_without(member.organization_id),
    )


def _counted(rows, week, *asked):
    """A `Figure` for each (label, moment, condition), in one question."""
    parts = {}
    for place, (_label, moment, condition) in enumerate(asked):
        for name, one in (("week", week), ("before", week.after(-1))):
            within = Q(**{f"{moment}__gte": one.starts, f"{moment}__lt": one.ends})
            parts[f"{name}{place}"] = Count("pk", filter=condition & within, distinct=True)
    found = rows.aggregate(**parts)
    return [
        Figure(label, found[f"week{place}"], found[f"before{place}"])
        for place, (label, _moment, _condition) in enumerate(asked)
    ]
