"""A leaver's whole caseload into other hands: planned first, then moved in one transaction."""

from collections import Counter
from typing import NamedTuple

from django.db import transaction

from cases.models import Case, CaseAssignment, Wall
from referrals.desk import listed
from referrals.following import handoffs_of, intakes_of
from referrals.models import Handoff, Intake

MOST = 500  # records that one press moves


class Part(NamedTuple):
    """One record and who gets it; `to` is None where nobody who was chosen may have it."""

    kind: str  # case, offer, intake, question, handoff
    record: object
    to: object

    @property
    def label(self):
        return self.record.label

    @property
    def person_id(self):
        return person_of(self.kind, self.record)


def person_of(kind, record):
    """The person whom a record is about, where this organization has one."""
    match kind:
        case "offer":
            return record.case.person_id
        case "handoff":
            return record.case_person_id
    return record.person_id


def records_of(leaver, actor):
    """What a member holds, as (kind, record), as far as `actor` sees it: walls hold here too (R42)."""
    mine = {"organization_id": leaver.organization_id}
    cases = Case.objects.visible_to(actor, "assign").filter(**mine, assigned_to=leaver).open()
    offers = CaseAssignment.objects.visible_to(actor, "supersede").filter(
        **mine, assignee=leaver, state="offered"
    )
    intakes = Intake.objects.visible_to(actor, "assign")
    yield from (("case", case) for case in cases.order_by("opened_at", "id")[:MOST])
    yield from (("offer", offer) for offer in offers.select_related("case")[:MOST])
    yield from (
        ("intake", intake) for intake in intakes_of(leaver).filter(pk__in=intakes.values("pk"))[:MOST]
    )
    yield from (("question", intake) for intake in intakes.filter(**mine, asked=leaver).open()[:MOST])
    seen = Handoff.objects.visible_to(actor, "pass_on").values("pk")
    handoffs = handoffs_of(leaver).filter(pk__in=seen).select_related("receiver", "organization")
    yield from (("handoff", handoff) for handoff in listed(handoffs, actor, MOST))


def share(records, members, loads, walled):
    """Who gets what, as `Part`s: what concerns one person goes to one member, the least loaded first.

    `members` are chosen by the supervisor, `loads` their open cases by id, `walled` {(person id, member id)}.
    Pure: no query, the same answer for the same question.
    """
    loads, of_person = Counter(loads), {}
    for kind, record in records:
        person = person_of(kind, record)
        may = [member for member in members if (person, member.pk) not in walled]
        to = of_person.get(person) if person else None
        if to is None and may:
            to = min(may, key=lambda member: (loads[member.pk], member.name))
            loads[to.pk] += kind in ("case", "offer", "intake", "question")
        if person:
            of_person[person] = to
        yield Part(kind, record, to)


def plan(leaver, members, actor):
    """What would go to whom, in the order in which it would be moved; seven queries."""
    records = list(records_of(leaver, actor))
    people = {person_of(kind, record) for kind, record in records}
    walls = Wall.objects.filter(user__in=members, person__in=people - {None})
    opened = Case.objects.filter(organization_id=leaver.organization_id, assigned_to__in=members).open()
    opened = opened.exclude(Case.behind_wall(actor))  # or the order would tell (R42)
    loads = Counter(opened.values_list("assigned_to", flat=True))
    return list(share(records, members, loads, set(walls.values_list("person_id", "user_id"))))


@transaction.atomic
def move(leaver, members, *, actor, reason):
    """Do what `plan` says, all of it or nothing. Returns the parts; those without a member stay.

    `reason` is a code of `assignment_reasons`. Each record keeps its own line in the audit.
    """
    parts = plan(leaver, members, actor)
    for part in parts:
        if part.to is None:
            continue
        match part.kind:
            case "case":
                part.record.offer(part.to, actor=actor, directed=True, reason=reason)
            case "offer":
                part.record.case.offer(part.to, actor=actor)
            case "intake":
                part.record.direct(part.to, actor=actor, reason=reason)
            case "question" if part.record.assigned_to_id == part.to.pk:
                part.record.keep(actor=actor)  # theirs already: nobody is asked any more
            case "question":
                part.record.assign(part.to, actor=actor)
            case "handoff":
                part.record.refresh_from_db()  # it may have followed its case
                if not part.record.is_with(part.to):
                    part.record.pass_on(part.to, actor=actor)
    return parts
