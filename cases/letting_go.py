"""What goes back to the supervisors when a wall goes up between a member and a person: nothing is dropped.

Rooms above this one register what they hold of a person. Whoever ends in a wall, or in a case for a person,
calls `hold` before the first line in the audit: everybody takes the same locks in the same order, so that of
a wall and an acceptance at once one waits for the other, and neither for ever.
"""

from typing import NamedTuple

from django.db.models import Q

from cases import covering
from orgs import audit

_rooms = []


class Room(NamedTuple):
    """What a room above this one does for its own records about people.

    `lock(keys)` locks them by the people's keys; `let_go(person, members, actor)` takes them back;
    `same(keys)` gives the keys of people who, by its records, are the same people; `join(keys, actor)` makes
    the stricter of what it holds about any of them hold for all, when they are found to be one (R25).
    """

    lock: object
    let_go: object
    same: object
    join: object


def register(lock, let_go, same, join):
    """Add a room; registering twice is registering once."""
    if (room := Room(lock, let_go, same, join)) not in _rooms:
        _rooms.append(room)


def all_of(person):
    """Every record of this person in the organization: what was joined, or put together with another record,
    is one person in several records."""
    from cases.models import Person

    keys, more = set(), {person.pk}
    while more:
        keys |= more
        more = ({key for room in _rooms for key in room.same(more)} | _merged(more) | _said(more)) - keys
    others = Person.objects.filter(pk__in=keys - {person.pk}) if len(keys) > 1 else ()
    return [person, *others]


def _merged(keys):
    """The keys of the records that these were put together with, on either side (`Merge`)."""
    from cases.models import Person

    either = Q(merged_into__in=keys) | Q(pk__in=keys, merged_into__isnull=False)
    pairs = Person.objects.filter(either).values_list("pk", "merged_into")
    return {key for pair in pairs for key in pair}


def _said(keys):
    """The keys of the records that somebody said are of the same person (`SamePerson`), on either side."""
    from cases.models import SamePerson

    pairs = SamePerson.objects.filter(Q(one__in=keys) | Q(other__in=keys)).values_list("one", "other")
    return {key for pair in pairs for key in pair}


def hold(*people):
    """Lock people, by key, and after them all that is worked about them, until the transaction ends.

    The people themselves without their keys, so that a row that only names one of them never waits.
    """
    from cases.models import Case, CaseAssignment, Person

    audit.crossing()
    keys = {person.pk for person in people}
    _locked(Person.objects.filter(pk__in=keys), no_key=True)
    for room in _rooms:
        room.lock(keys)
    _locked(Case.objects.filter(person__in=keys))
    _locked(CaseAssignment.objects.filter(case__person__in=keys, state="offered"))


def join(keys, actor):
    """The people with these keys, whose rows are held, are one person from now on."""
    for room in _rooms:
        room.join(keys, actor)


def _locked(rows, no_key=False):
    list(rows.order_by("pk").select_for_update(of=("self",), no_key=no_key).values_list("pk"))


def let_go(person, members, *, actor):
    """Take back from members what they work, or were asked to work, of a person; the clocks run on."""
    from cases.duties import DUTIES
    from cases.models import Case, CaseAssignment

    keys = [member.pk for member in members]
    offers = CaseAssignment.objects.filter(case__person=person, state="offered", assignee__in=keys)
    for offer in offers.select_related("case"):
        offer.supersede(actor=actor)
    for case in Case.objects.open().filter(person=person, assigned_to__in=keys).select_related("person"):
        case.let_go(actor=actor)
    for model in DUTIES:  # of a closed case, or of none yet
        for duty in model.objects.select_for_update(of=("self",)).filter(person=person, owner__in=keys):
            duty.belong_to(None)
    for room in _rooms:
        room.let_go(person, members, actor)
    covering.settle(person.organization_id, person=person)
