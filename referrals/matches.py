"""Who may be the same person, looked for inside one organization and nowhere else (R8)."""

from dataclasses import dataclass, field

from django.db.models import Q

from cases.models import Case, Person, Wall
from cases.walls import walled
from referrals import alike
from referrals.alike import Known
from referrals.models import Intake

MOST = 10


@dataclass
class Match:
    """One person here whose name, alias or number rings like that of an intake."""

    person: Person
    reasons: list
    strength: tuple = ()
    intakes: list = field(default_factory=list)
    cases: list = field(default_factory=list)

    @property
    def in_words(self):
        """What they are called, and the numbers of their records."""
        return ", ".join([self.person.called, *(record.number for record in (*self.cases, *self.intakes))])

    @property
    def why(self):
        """Why it was found: "same phone number, same name"."""
        return ", ".join(self.reasons)


def matches(intake, member):
    """At most ten `Match`es that `member` may see, each with its intakes and cases; walls are kept (R42).

    Of a case the desk learns the number and whose it is, so that nobody is helped twice by two; of a
    restricted one it learns nothing, unless its page is open to the member anyway.
    """
    known = intake.person
    found = Person.objects.filter(sounding(member, (known.name, known.alias, known.phone)))
    return described(found.exclude(pk=known.pk)[:MOST], member, Known.of(known))


def matches_of(content, member):
    """The same for what a handoff says of a person (`handover`), before there is a record of them here."""
    name, number = texts_of(content)
    found = Person.objects.filter(sounding(member, (name, number)))
    return described(found[:MOST], member, Known((name,), (number,)))


def unseen(content, member):
    """The people here who match a handoff and from whom `member` is walled.

    For the strictest rule alone (R44): nobody can be asked who they are, so their walls hold.
    """
    texts, theirs = texts_of(content), Wall.objects.filter(user=member).values("person")
    return list(Person.objects.filter(sounding(member, texts, walls=False), pk__in=theirs))


def texts_of(content):
    return content.get("name", ""), content.get("reach", {}).get("reach_at", "")


def sounding(member, texts, *, walls=True):
    """A condition on people: one of `texts` matches their names or number; `walls` keeps the member's."""
    any_of = Q(pk__in=())
    for text in sorted({text for text in texts if text}):
        any_of |= Q(pk__in=Person.objects.matching(member, text, walls=walls).values("pk"))
    return any_of


def described(people, member, known):
    """`Match`es of people, with what of theirs `member` may see; what speaks most for being `known` first."""
    people = {person.pk: match(person, known) for person in people}
    if not people:
        return []
    for other in Intake.objects.visible_to(member).filter(person__in=people).order_by("-arrived_at")[:50]:
        people[other.person_id].intakes.append(other)
    for case in known_cases(member).filter(person__in=people).order_by("-opened_at")[:50]:
        people[case.person_id].cases.append(case)
    shown = [match for match in people.values() if match.intakes or match.cases]
    return sorted(shown, key=lambda match: match.strength, reverse=True)


def match(person, known):
    other = Known.of(person)
    return Match(person, alike.reasons(known, other), alike.strength(known, other))


def known_cases(member):
    """The cases of the member's organization of which it may be said that they are there."""
    here = Case.objects.filter(organization_id=member.organization_id, restricted=False)
    here = here.exclude(walled(member, "person_id"))
    return (here | Case.objects.visible_to(member)).select_related("assigned_to", "person")
