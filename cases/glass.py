"""What an emergency can open, and what it means in a query (R32).

Rooms above this one register their records beside the case. A record that nobody registered, and every
list, count and search, stays shut: `orgs.access` asks only where a page says that it opens in an emergency.
"""

from typing import NamedTuple

from django.db.models import BooleanField, Exists, F, Func, OuterRef

from orgs import retention

HOUR = 1  # how long the glass stays broken, in hours; the database holds it to that
AT_ONCE = 3  # records that one member can have open in an emergency at a time
_kinds = {}


class Kind(NamedTuple):
    """A kind of record that can be opened by its number: the letter of the number, and the model."""

    letter: str
    model: type


def register(letter, model):
    """Let records of `model` be opened by a number with this letter ("C" for C-0412)."""
    _kinds[letter] = Kind(letter, model)


def kind_of(number):
    """The `Kind` of a number as it is written on a record, or None."""
    return _kinds.get(number[:1])


def reachable(member, number):
    """The record of this number in the member's organization, unless it is kept from them; or None.

    A wall and a restriction answer as a number that nobody has: the same question, the same nothing (R6).
    """
    kind = kind_of(number)
    if kind is None:
        return None
    rows = kind.model.objects.filter(organization_id=member.organization_id, number=number)
    rows = rows.exclude(kind.model.behind_wall(member)).exclude(_restricted("person_id"))
    return rows.select_related("person", "assigned_to").first()


def opened(member, person="person_id"):
    """A condition on rows: this member broke the glass over them, and the hour is not over by the clock.

    A restriction put up meanwhile shuts it at once; a wall does so for every way in.
    """
    from cases.models import BreakGlass

    mine = BreakGlass.objects.standing().filter(opened_by=member, subject_id=OuterRef("pk"))
    return Exists(mine) & ~_restricted(person)


class _restricted(Func):  # noqa: N801 - it reads as what it asks
    """Whether a person, or any record that was found to be the same person, has a restricted case.

    `person` is the path to the person's id. Joined by whatever joins two records: a case, an intake, a merge.
    """

    output_field = BooleanField()

    def __init__(self, person):
        super().__init__(F(person))

    @property
    def template(self):
        known = retention.everybody("SELECT %(expressions)s")
        return (
            "EXISTS (SELECT 1 FROM public.cases_case held WHERE held.restricted"  # noqa: S608 - constants of ours
            f" AND held.person_id IN ({known}))"
        )
