"""What waits for one advocate: the queries behind Today. Each is bounded and states the facts of an index."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery, Value

from cases.models import Case, CaseAssignment, FollowUp, Release, SafeContactPlan
from cases.models.contact import GOOD_FOR
from orgs import clock
from orgs.calendar import end_of_day
from orgs.ladder import due
from referrals.models import Handoff, HandoffFile, Intake, IntakeAssignment
from referrals.wording import in_a_line

LIMIT = 60  # rows of one kind that are looked at; more than a day holds
SHOWN = 25  # rows of one panel
AHEAD = timedelta(days=7)
QUIET = timedelta(days=7)
SOON_ENDS = timedelta(days=7)
WORKED = ("open", "active")


class Row(NamedTuple):
    """One thing to do: its kind (which fragment of the template shows it), the record, and when it is due."""

    kind: str
    record: object
    due: object


class Panel:
    """The first rows of a list, and how many more there are."""

    def __init__(self, rows):
        self.count, self.rows = len(rows), rows[:SHOWN]
        self.more = self.count - len(self.rows)


def today(member):
    """Everything that waits for this member, by when: past its time, due today, coming up in seven days."""
    now = clock.now()
    rows = sorted(_all(member, now), key=lambda row: row.due)
    _with_warnings([row.record.case.person for row in rows if row.kind == "followup"])
    ends = end_of_day(now)
    return {
        "past": Panel([row for row in rows if row.due <= now]),
        "due": Panel([row for row in rows if now < row.due <= ends]),
        "coming": Panel([row for row in rows if row.due > ends]),
    }


def _all(member, now):
    organization = member.organization
    calendar = organization.calendar()

    def runs_out(clock_name, priority, start):
        return due(start, organization.interval(clock_name, priority), calendar)

    for followup in (
        followups_of(member).filter(due_at__lte=now + AHEAD).select_related("case__person")[:LIMIT]
    ):
        yield Row("followup", followup, followup.due_at)
    for offer in case_offers(member).select_related("case", "assigned_by")[:LIMIT]:
        yield Row("case_offer", offer, runs_out("accept_assignment", offer.priority, offer.offered_at))
    for offer in intake_offers(member).select_related("intake", "assigned_by")[:LIMIT]:
        yield Row("intake_offer", offer, runs_out("accept_assignment", offer.priority, offer.offered_at))
    for intake in intakes_to_reach(member).select_related("person")[:LIMIT]:
        yield Row("intake", intake, runs_out("first_outreach", intake.priority, intake.arrived_at))
    for case in cases_to_look_at(member, now).select_related("person")[:LIMIT]:
        yield from _of_case(case, now)
    for release in releases_ending(member, now).select_related("case__person", "recipient")[:LIMIT]:
        yield Row("release", release, release.expires_at)
    for handoff in handoffs_of_turn(member):
        yield Row("handoff", handoff, handoff.due)


def _of_case(case, now):
    if case.plan_verified_at is None:
        yield Row("no_plan", case, case.opened_at)
    elif case.plan_verified_at + GOOD_FOR <= now + AHEAD:
        yield Row("plan", case, case.plan_verified_at + GOOD_FOR)
    last = case.last_contact_at or case.opened_at
    if case.state in WORKED and last <= now - QUIET:
        yield Row("quiet", case, last + QUIET)


def _with_warnings(people):
    """Give each person the plan that stands, in one query: its warnings are read before the call."""
    plans = SafeContactPlan.objects.filter(person__in=people, superseded_at=None) if people else ()
    of = {plan.person_id: plan for plan in plans}
    for person in people:
        person.standing_plan = of.get(person.pk)


def clock_of(handoff):
    """The clock of the table that runs on a handoff, and since when; None where none runs."""
    match handoff.standing:
        case "supervisor_review":
            return "review_handoff", handoff.submitted_at
        case "offered":
            return "acknowledge_handoff", handoff.offered_at
        case "acknowledged":
            return "accept_handoff", handoff.acknowledged_at
        case "returned":
            return "revise_handoff", handoff.returned_at
        case "accepted" if handoff.identified:
            return "connect_handoff", handoff.accepted_at
        case "connected":
            return "complete_handoff", handoff.connected_at
        case "declined" | "recalled" | "accepted" if not handoff.put_away_at:
            start = handoff.ended_at or (handoff.release_has_ended and handoff.release_expires_at)
            return "revise_handoff", start or handoff.accepted_at
    return None


def due_of(handoff, member):
    """When the clock of a handoff runs out, by the intervals of the member's organization, or None."""
    if not (running := clock_of(handoff)):
        return None
    name, start = running
    organization = member.organization
    return due(start, organization.interval(name, handoff.priority), organization.calendar())


# One question each; none of them shows or counts what the member is walled from (R42).


def followups_of(member):
    mine = FollowUp.objects.visible_to(member).filter(organization_id=member.organization_id, owner=member)
    return mine.filter(state="scheduled").order_by("due_at", "id")


def case_offers(member):
    mine = CaseAssignment.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assignee=member, state="offered").order_by("offered_at", "id")


def intake_offers(member):
    mine = IntakeAssignment.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assignee=member, state="offered").order_by("offered_at", "id")


def intakes_to_reach(member):
    """Accepted, and nobody has tried to reach the person yet."""
    mine = Intake.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assigned_to=member, state="assigned", outreach_at=None).order_by("arrived_at", "id")


def cases_to_look_at(member, now):
    """The member's open cases whose plan is to be confirmed soon, or in which nobody was reached for long."""
    mine = Case.objects.visible_to(member).filter(organization_id=member.organization_id, assigned_to=member)
    plan = Q(plan_verified_at=None) | Q(plan_verified_at__lte=now + AHEAD - GOOD_FOR)
    quiet = Q(last_contact_at__lte=now - QUIET) | Q(last_contact_at=None, opened_at__lte=now - QUIET)
    return mine.open().filter(plan | (quiet & Q(state__in=WORKED))).order_by("opened_at", "id")


def releases_ending(member, now):
    mine = Release.objects.visible_to(member).filter(organization_id=member.organization_id)
    soon = mine.filter(state="active", expires_at__gt=now, expires_at__lte=now + SOON_ENDS)
    return soon.filter(case__assigned_to=member).order_by("expires_at", "id")


def waits_for_sender(prefix=""):
    """A condition: the sender's advocate has something to do or to read."""
    q, now = _prefixed(prefix), clock.now()
    ended = Q(**q(state__in=("offered", "acknowledged", "accepted"), release_expires_at__lte=now))
    answered = Q(**q(state__in=("declined", "recalled"), put_away_at=None))
    asked = Q(**q(state="accepted", identified=False, put_away_at=None))
    unconfirmed = Q(**q(state="accepted", identified=True, sender_confirmed_at=None))
    return Q(**q(state="returned")) | answered | asked | unconfirmed | ended


def waits_for_receiver(prefix=""):
    """A condition: the receiver's advocate has a word to say."""
    q, now = _prefixed(prefix), clock.now()
    unconfirmed = Q(**q(state="accepted", receiver_confirmed_at=None, release_expires_at__gt=now))
    return unconfirmed | Q(**q(state="connected"))


def _prefixed(prefix):
    return lambda **conditions: {prefix + name: value for name, value in conditions.items()}


def handoffs_waiting(member):
    """The member's own halves of handoffs in which it is their turn, with the handoff and the case."""
    turn = Q(handoff__sender_advocate=member) & waits_for_sender("handoff__")
    turn |= Q(handoff__receiver_advocate=member) & waits_for_receiver("handoff__")
    seen = Handoff.objects.visible_to(member).values("pk")
    files = HandoffFile.objects.filter(turn, organization_id=member.organization_id, handoff__in=seen)
    return files.select_related("handoff__receiver", "handoff__organization", "case__person").order_by(
        "handoff__drafted_at"
    )


def what_waits(member):
    """(how many things need this member now, whether one is late), for the navigation; one query."""
    now = clock.now()
    kinds = ((followups_of(member).filter(due_at__lte=end_of_day(now)), "due_at"),
             (case_offers(member), "offered_at"), (intake_offers(member), "offered_at"))  # fmt: skip
    first, *rest = (rows.order_by().values_list(moment, "priority", Value(moment)) for rows, moment in kinds)
    waiting = list(first.union(*rest, all=True)[:LIMIT])
    organization, calendar = member.organization, member.organization.calendar()
    dues = [
        moment
        if kind == "due_at"
        else due(moment, organization.interval("accept_assignment", priority), calendar)
        for moment, priority, kind in waiting
    ]
    return len(dues), any(moment < now for moment in dues)


def listed(rows, member, limit):
    """The first handoffs of a queryset as a list shows them: words, when, the own case; one query."""
    own = HandoffFile.objects.filter(organization_id=member.organization_id, handoff=OuterRef("pk"))
    rows = rows.annotate(
        case_number=Subquery(own.values("case__number")[:1]),
        case_person_id=Subquery(own.values("case__person_id")[:1]),
    )
    return [for_list(handoff, member) for handoff in rows[:limit]]


def for_list(handoff, member):
    handoff.side = handoff.side_of(member.organization_id)
    handoff.why, handoff.due = in_a_line(handoff), due_of(handoff, member)
    return handoff


def handoffs_of_turn(member):
    """The handoffs in which it is this member's turn, ready for a list; one query."""
    waiting = []
    for file in handoffs_waiting(member)[:LIMIT]:
        file.handoff.case_number = file.case.number if file.case else ""
        waiting.append(for_list(file.handoff, member))
    return waiting


def handoffs_of_case(case, member):
    """The handoffs in which a case of the member's organization goes or came, the newest first."""
    rows = Handoff.objects.visible_to(member).filter(
        files__case=case, files__organization_id=member.organization_id
    )
    return listed(rows.select_related("receiver", "organization").order_by("-drafted_at"), member, SHOWN)
