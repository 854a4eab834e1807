"""A leaver's whole caseload into other hands: planned first, moved in one transaction, looked at afterwards,
and taken back where nobody has touched it."""

from collections import Counter
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery

from cases.models import Case, CaseAssignment, Wall
from cases.models.assignment import can_work
from orgs import audit
from orgs.models import User
from orgs.record import Record
from referrals.desk import listed
from referrals.following import handoffs_of, intakes_of
from referrals.models import CaseloadMove, Handoff, Intake
from referrals.models.handoff import HandoffFile

MOST = 500  # records that one press moves


MODELS = {"case": Case, "offer": Case, "intake": Intake, "question": Intake, "handoff": Handoff}


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


@transaction.atomic
def carry_out(leaver, members, *, actor, reason):
    """`move`, and the record of it by which it is looked at and taken back; None where nothing could move."""
    audit.crossing()
    parts = move(leaver, members, actor=actor, reason=reason)
    if not any(part.to for part in parts):
        return None
    done = CaseloadMove.keep(leaver, parts, actor=actor, reason=reason)
    count = sum(part.to is not None for part in parts)
    audit.write(actor, "move_caseload", leaver, count=count)
    return done


class Moved(NamedTuple):
    """What became of one record: who got it (None: nobody might), and how it stands with them.

    "untouched": as it was moved; "taken_up": they work it; "asked": they have it, and
    somebody else is asked to take it; "elsewhere": somebody else has it; "back": whoever
    it came from; "stayed": nobody who was chosen may have it.
    """

    kind: str
    record: object
    to: object
    standing: str


def moved(done, actor, lock=False):
    """What became of each record of a `CaseloadMove`, as far as `actor` may move it: `Moved`s (R42).

    Five questions; of a case also whether anything that hangs on it has changed since, whoever did that.
    With `lock` each record is held until the transaction ends, in the order of a wall.
    """
    wanted, found = [(part["kind"], part["id"], part["to"]) for part in done.parts], {}
    asked = CaseAssignment.objects.filter(case=OuterRef("pk"), state="offered")
    own = HandoffFile.objects.filter(handoff=OuterRef("pk"), organization_id=done.organization_id)
    doors = {
        Intake: ("assign", {}),
        Case: (
            "assign",
            {"asked_id": Subquery(asked.values("assignee")[:1]), "worked": worked_since(done.moved_at)},
        ),
        Handoff: ("pass_on", {"own_case": Subquery(own.values("case_id")[:1])}),
    }
    for model, (verb, beside) in doors.items():
        keys = [key for kind, key, _to in wanted if MODELS[kind] is model]
        rows = model.objects.visible_to(actor, verb).filter(pk__in=keys).order_by("pk").annotate(**beside)
        found |= {str(row.pk): row for row in (rows.select_for_update(of=("self",)) if lock else rows)}
    members = User.objects.in_bulk({to for _kind, _key, to in wanted if to})
    of_cases = {}
    for kind, key, to in sorted(wanted, key=lambda part: part[0] == "handoff"):  # after the cases
        if record := found.get(key):
            member = members.get(UUID(to)) if to else None
            word = standing(kind, record, member, done)
            if kind == "case":
                of_cases[record.pk] = word
            elif kind == "handoff" and of_cases.get(record.own_case, "back") not in GOES_BACK:
                word = "taken_up" if word == "untouched" else word  # it stays with its case
            yield Moved(kind, record, member, word)


GOES_BACK = ("untouched", "back")


def worked_since(moment):
    """For a query of cases: whether a release, duty, goal, promise, demand or handoff of one has changed."""
    handed = HandoffFile.objects.filter(case=OuterRef("pk"), handoff__changed_at__gt=moment)
    found = Q(Exists(handed))
    for model in apps.get_app_config("cases").get_models():
        if issubclass(model, Record) and any(field.name == "case" for field in model._meta.fields):
            found |= Q(Exists(model._base_manager.filter(case=OuterRef("pk"), changed_at__gt=moment)))
    return ExpressionWrapper(found, BooleanField())


def standing(kind, record, to, done):
    """The word of `Moved` for a record, which comes from `moved`; no question."""
    if to is None:
        return "stayed"
    untouched = record.changed_at == done.moved_at
    match kind:
        case "offer":
            has, untouched = record.asked_id or record.assigned_to_id, record.asked_id is not None
        case "question":
            has = record.asked_id or record.assigned_to_id
        case "handoff":
            has = record.side_of(done.organization_id)
            has = getattr(record, f"{has}_advocate_id")
        case _:
            has = record.assigned_to_id
    if kind == "case":
        latest = max(filter(None, (record.last_activity_at, record.plan_verified_at)))
        untouched = untouched and latest <= done.moved_at and not record.worked
    if has == done.leaver_id:
        return "back"
    if has != to.pk:
        return "elsewhere"
    if kind == "case" and record.asked_id:
        return "asked"
    return "untouched" if untouched else "taken_up"


def take_back(done, actor):
    """Give back what is as it was moved; returns what went. Called by `CaseloadMove.undo`."""
    leaver, back = done.leaver, []
    for part in list(moved(done, actor, lock=True)):
        record = part.record
        of = record.own_file().case if part.kind == "handoff" else record
        if part.standing != "untouched" or (of and not can_work(leaver, of)):
            continue
        match part.kind:
            case "case":
                record.offer(leaver, actor=actor, directed=True, reason=done.reason)
            case "offer":
                record.offer(leaver, actor=actor)
            case "intake":
                record.direct(leaver, actor=actor, reason=done.reason)
            case "question":
                record.assign(leaver, actor=actor)
            case "handoff":
                record.refresh_from_db()  # it may have followed its case
                if not record.is_with(leaver):
                    record.pass_on(leaver, actor=actor)
        back.append(part)
    return back
