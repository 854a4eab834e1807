"""What a member is asked to take, what was given to them unasked, and what nobody has, in one question."""

from typing import NamedTuple

from django.db.models import CharField, Value

from cases.models import Case, CaseAssignment
from orgs.clock import Now
from orgs.roles import Role
from referrals.models import Intake, IntakeAssignment

LIMIT = 60  # rows of one kind that are looked at; more than a day holds
ARRIVED = ("case_arrived", "intake_arrived")


class Offer(NamedTuple):
    """A case or an intake that somebody is asked to take: which number, by whom, and since when."""

    kind: str
    pk: object
    number: str
    priority: str
    offered_at: object
    who: str


class Arrived(NamedTuple):
    """What was given to somebody together, unasked: by whom, when, and each as an `Offer`."""

    who: str
    at: object
    given: list
    whose: object = None  # who it was given to, where the reader stands in for them

    @property
    def numbers(self):
        return [one.number for one in self.given]

    @property
    def mark(self):
        """Of this giving, for the press that takes all of it up."""
        return self.at.isoformat()


def case_offers(member):
    mine = CaseAssignment.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assignee=member, state="offered").order_by("offered_at", "id")


def intake_offers(member):
    mine = IntakeAssignment.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assignee=member, state="offered").order_by("offered_at", "id")


def covered(member, whose):
    """What was given unasked to `whose`, for whom this member stands in, as `Offer`s in one question."""
    cases, intakes = (
        given_to(member, model, whose.pk).order_by().values_list(
            Value(kind, CharField()), "pk", "number", "priority", "handed_at", "handed_by__name",
        )
        for kind, model in zip(ARRIVED, (Case, Intake), strict=True)
    )  # fmt: skip
    return map(Offer._make, cases.union(intakes, all=True).order_by("handed_at")[: 2 * LIMIT])


def offers(member):
    """What this member is asked to take, what was given to them unasked, and for a supervisor the cases that
    nobody has, as `Offer`s in one question: nothing shown of it is sealed."""
    asked = (("case_offer", "case__", case_offers), ("intake_offer", "intake__", intake_offers))
    first, *rest = (
        rows(member).order_by().values_list(
            Value(kind, CharField()), "pk", f"{of}number", "priority", "offered_at", "assigned_by__name",
        )
        for kind, of, rows in asked
    )  # fmt: skip
    rest += [
        rows.order_by().values_list(Value(kind, CharField()), "pk", "number", "priority", since, who)
        for kind, rows, since, who in unasked(member)
    ]
    return map(Offer._make, first.union(*rest, all=True).order_by("offered_at")[: 4 * LIMIT])


def unasked(member):
    """(kind, rows, since when, by whom) of what is a member's to look at though nobody asked them."""
    for kind, model in zip(ARRIVED, (Case, Intake), strict=True):
        yield kind, given_to(member, model), "handed_at", "handed_by__name"
    if member.role == Role.SUPERVISOR:
        yield "nobody", with_nobody(member), "assigned_at", Value("", CharField())


def given_to(member, model, whose=None):
    """The cases, or the intakes, that were given to this member unasked and wait to be taken up.

    With `whose` (a key), what was given to that one, as far as this member stands in for them.
    """
    mine = model.objects.visible_to(member).filter(organization_id=member.organization_id)
    if whose and whose != member.pk:
        mine = mine.filter(covered_by=member, covered_until__gt=Now())
    return mine.filter(assigned_to=whose or member.pk).handed()


def with_nobody(member):
    """The open cases that nobody has, for a supervisor to give to somebody."""
    ours = Case.objects.visible_to(member).filter(organization_id=member.organization_id)
    return ours.unassigned()
