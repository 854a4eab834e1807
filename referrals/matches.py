"""Who may be the same person, looked for inside one organization and nowhere else (R8)."""

from dataclasses import dataclass, field

from django.db.models import Q

from cases.models import Case, Person
from cases.walls import walled
from referrals.models import Intake

MOST = 10


@dataclass
class Match:
    """One person here whose name, alias or number rings like that of an intake."""

    person: Person
    intakes: list = field(default_factory=list)
    cases: list = field(default_factory=list)


def matches(intake, member):
    """At most ten `Match`es that `member` may see, each with its intakes and cases; walls are kept (R42).

    Of a case the desk learns the number and whose it is, so that nobody is helped twice by two; of a
    restricted one it learns nothing, unless its page is open to the member anyway.
    """
    known = intake.person
    texts = {text for text in (known.name, known.alias, known.phone) if text}
    if not texts:
        return []
    alike = Q()
    for text in sorted(texts):
        alike |= Q(pk__in=Person.objects.matching(member, text).values("pk"))
    people = {person.pk: Match(person) for person in Person.objects.filter(alike).exclude(pk=known.pk)[:MOST]}
    if not people:
        return []
    for other in Intake.objects.visible_to(member).filter(person__in=people).order_by("-arrived_at")[:50]:
        people[other.person_id].intakes.append(other)
    for case in known_cases(member).filter(person__in=people).order_by("-opened_at")[:50]:
        people[case.person_id].cases.append(case)
    return [match for match in people.values() if match.intakes or match.cases]


def known_cases(member):
    """The cases of the member's organization of which it may be said that they are there."""
    here = Case.objects.filter(organization_id=member.organization_id, restricted=False)
    here = here.exclude(walled(member, "person_id"))
    return (here | Case.objects.visible_to(member)).select_related("assigned_to", "person")
