"""What waits for one advocate: the queries behind Today. Each is bounded and states the facts of an index."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import duties
from cases.models import Absence, Case, FollowUp, Release, SafeContactPlan
from cases.models.contact import GOOD_FOR
from orgs import clock
from orgs.calendar import end_of_day
from orgs.compiled import compiled
from orgs.ladder import due
from orgs.roles import Role
from referrals.given import ARRIVED, LIMIT, Arrived, case_offers, covered, intake_offers, offers, unasked
from referrals.models import Handoff, HandoffFile, Intake, SenderWord
from referrals.models.handing import UNDER_RELEASE
from referrals.wording import because, came_back, in_a_line, state_in_words, whose

SHOWN = 25  # rows of one panel
AHEAD = timedelta(days=7)
QUIET = timedelta(days=7)
SOON_ENDS = timedelta(days=7)
WORKED = ("open", "active")
ROWS = {"release": "release", "courtdate": "court", "goal": "goal", "rest": "rest"}  # the others: a duty
NEWS = ("case_offer", "intake_offer", "arrived")
OF_HANDOFFS = ("handoff", "older_plan")  # not in the figure beside Today


class Row(NamedTuple):
    """One thing to do: its kind (which fragment of the template shows it), the record, and when it is due."""

    kind: str
    record: object
    due: object


class Unread(NamedTuple):
    """Where a referrer wrote, and nobody has read it: the packet, and the page of what became of it."""

    reference: str
    priority: str
    number: str
    url: str


class Panel:
    """The first rows of a list, and how many more there are; `cut` where not all were looked at."""

    def __init__(self, rows, cut=False):
        self.all, self.count, self.rows, self.cut = rows, len(rows), rows[:SHOWN], cut
        self.more = self.count - len(self.rows)

    @property
    def figure(self):
        """How many, and a plus sign where there are more than were counted."""
        return figure(self.count, self.cut)


def figure(count, cut):
    return f"{count}+" if cut else count


def today(member):
    """Everything that waits for this member, by when: past its time, due today, coming up in seven days.

    What they are asked to take, or were given, and is not due yet, is `given`: it is news and stands first.
    """
    now = clock.now()
    rows = sorted(_all(member, now), key=lambda row: row.due)
    _with_warnings([row.record.case.person for row in rows if row.kind == "followup"])
    ends = end_of_day(now)
    return {
        "past": Panel([row for row in rows if row.due <= now]),
        "due": Panel([row for row in rows if now < row.due <= ends]),
        "given": Panel([row for row in rows if row.due > ends and row.kind in NEWS]),
        "coming": Panel([row for row in rows if row.due > ends and row.kind not in NEWS]),
    }


def counted(panels):
    """What `what_waits` would say, from the panels of a page that has them already."""
    past, now = ([row for row in panels[name].all if row.kind not in OF_HANDOFFS] for name in ("past", "due"))
    return len(past) + len(now), bool(past)


def covering(member, now):
    """[(absence, its `Panel`)] of those for whom this member stands in: what is past its time or due today,
    and what was given to them unasked.

    It is theirs to do and counted with whoever is away; what the member may not see of it is not there (R42).
    """
    ends, found = end_of_day(now), []
    for absence in Absence.objects.running().filter(cover=member).select_related("user"):
        away = absence.user
        theirs = (*_in_hand(member, now, away), *_of_handoffs(member, away))
        theirs += (*_arrived(member, covered(member, away), away),)
        rows = sorted(theirs, key=lambda row: row.due)
        _with_warnings([row.record.case.person for row in rows if row.kind == "followup"])
        shown = [row for row in rows if row.due <= ends or row.kind == "arrived"]
        found.append((absence, Panel(shown)))
    return found


def _all(member, now):
    yield from _in_hand(member, now, member)
    organization = member.organization
    arrived = []
    for offer in offers(member):
        if offer.kind in ARRIVED:
            arrived.append(offer)
        else:
            interval = organization.interval("accept_assignment", offer.priority)
            yield Row(offer.kind, offer, due(offer.offered_at, interval, organization.calendar()))
    yield from _arrived(member, arrived)
    yield from _of_handoffs(member, member)


def _arrived(member, offers, whose=None):
    """A row for what was given at one moment, due with the first of it; `whose` where that is another's."""
    organization, together = member.organization, {}
    for offer in offers:
        together.setdefault(offer.offered_at, []).append(offer)
    for at, given in together.items():
        intervals = (organization.interval("take_up_work", one.priority) for one in given)
        first = min(due(at, interval, organization.calendar()) for interval in intervals)
        yield Row("arrived", Arrived(given[0].who, at, given, whose), first)


def _of_handoffs(member, whose):
    """The handoffs in which it is the turn of `whose`, as far as `member` may see them."""
    organization = member.organization
    for handoff in handoffs_of_turn(member, whose):
        yield Row("handoff", handoff, handoff.due)
        if handoff.untold:
            interval = organization.interval("tell_plan", handoff.priority)
            yield Row("older_plan", handoff.half, due(handoff.untold, interval, organization.calendar()))


def _in_hand(member, now, whose):
    """What `whose` has in hand and is due, as far as `member` may see it: their own, or one who is away."""
    organization = member.organization
    for followup in (
        followups_of(member, whose).filter(due_at__lte=now + AHEAD).select_related("case__person")[:LIMIT]
    ):
        yield Row("followup", followup, followup.due_at)
    for intake in intakes_to_reach(member, whose).select_related("person")[:LIMIT]:
        interval = organization.interval("first_outreach", intake.priority)
        yield Row("intake", intake, due(intake.waits_since, interval, organization.calendar()))
    for case in cases_to_look_at(member, now, whose).select_related("person")[:LIMIT]:
        yield from _of_case(case, now)
    yield from _ending_and_due(member, now, whose)


def _of_case(case, now):
    """The plan first: while it is not good nobody can be in touch, so that is not asked for (R37)."""
    if case.plan_verified_at is None:
        yield Row("no_plan", case, end_of_day(case.opened_at))
        return
    ends = case.plan_verified_at + GOOD_FOR
    if ends <= now + AHEAD:
        yield Row("plan", case, ends)
    last = case.last_contact_at or case.opened_at
    if ends > now and case.state in WORKED and last <= now - QUIET:
        yield Row("quiet", case, last + QUIET)


def _ending_and_due(member, now, whose):
    """Releases that end, duties, court dates, goals, cases on hold, and where a referrer wrote, in one
    question: nothing shown of them is sealed."""
    releases = duties.listed(
        releases_ending(member, now, whose).annotate(since=F("starts_at"), due_at=F("expires_at")),
        "pk", "recipient__name", "state", "since", "due_at", "case__number", Value(""),
    )  # fmt: skip
    soon = (duties_of(member, model, whose).filter(due_at__lte=now + AHEAD) for model in duties.DUTIES)
    words = duties.listed(
        words_for(member, whose),
        "pk", "referral__reference", "priority", "since", "due_at",
        Coalesce("case__number", "intake__number"), Coalesce("case__number", Value("")),
    )  # fmt: skip
    text, none = CharField(), Value("", CharField())
    rests = cases_resting(member, whose).filter(rests_until__lte=now + AHEAD).order_by().values_list(
        Value("rest", text), "pk", none, "state", "rests_since", "rests_until", "number", none
    )  # fmt: skip
    soon = [*(duties.listed(rows) for rows in soon), words, rests]
    rows = releases.union(*soon, all=True).order_by("due_at")[: 2 * LIMIT]
    for row in map(duties.Running._make, rows):
        if row.noun == "senderword":
            place = reverse("view_case" if row.owner else "view_intake", args=[row.case_number])
            yield Row("senderword", Unread(row.kind, row.state, row.case_number, place), row.due)
            continue
        yield Row(ROWS.get(row.noun, "duty"), row, row.due)


def _with_warnings(people):
    """Give each person the plan that stands, in one query: its warnings are read before the call."""
    plans = SafeContactPlan.objects.filter(person__in=people, superseded_at=None) if people else ()
    of = {plan.person_id: plan for plan in plans}
    for person in people:
        person.standing_plan = of.get(person.pk)


def clock_of(handoff, side):
    """The clock of the table that a handoff runs for one side ("sender", "receiver"), and since when.

    None where none runs there: what came back is the sender's to go on with, and its receiver waits for
    nothing; what is connected is the receiver's to complete.
    """
    if side == "receiver" and handoff.taken_back:
        return "answer_recall", handoff.ended_at
    if (came_back(handoff) and side == "receiver") or (handoff.standing == "connected" and side == "sender"):
        return None
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
    if not (running := clock_of(handoff, handoff.side_of(member.organization_id))):
        return None
    name, start = running
    organization = member.organization
    return due(start, organization.interval(name, handoff.priority), organization.calendar())


# One question each; none of them shows or counts what the member is walled from (R42).


def followups_of(member, whose=None):
    mine = FollowUp.objects.visible_to(member).filter(organization_id=member.organization_id)
    mine = mine.filter(owner=whose or member)
    return mine.filter(state="scheduled").order_by("due_at", "id")


def intakes_to_reach(member, whose=None):
    """Accepted, and nobody has tried to reach the person yet."""
    mine = Intake.objects.visible_to(member).filter(organization_id=member.organization_id)
    waiting = mine.filter(assigned_to=whose or member, state="assigned", outreach_at=None, person_died=False)
    return waiting.order_by("arrived_at", "id")


def cases_to_look_at(member, now, whose=None):
    """The member's open cases whose plan is to be confirmed soon, or in which nobody was reached for long."""
    mine = Case.objects.visible_to(member).filter(organization_id=member.organization_id)
    mine = mine.filter(assigned_to=whose or member)
    plan = Q(plan_verified_at=None) | Q(plan_verified_at__lte=now + AHEAD - GOOD_FOR)
    quiet = Q(last_contact_at__lte=now - QUIET) | Q(last_contact_at=None, opened_at__lte=now - QUIET)
    return (
        mine.open()
        .filter(person_died=False)
        .filter(plan | (quiet & Q(state__in=WORKED)))
        .order_by("opened_at", "id")
    )


def words_for(member, whose=None):
    """What referrers said since of what this member works, and nobody has read."""
    mine = SenderWord.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.for_worker(whose or member).waiting()


def cases_resting(member, whose=None):
    """The member's cases on hold; each has a day on which it is looked at again."""
    mine = Case.objects.visible_to(member).filter(organization_id=member.organization_id)
    return mine.filter(assigned_to=whose or member).resting()


def releases_ending(member, now, whose=None):
    mine = Release.objects.visible_to(member).filter(organization_id=member.organization_id)
    soon = mine.filter(state="active", expires_at__gt=now, expires_at__lte=now + SOON_ENDS)
    return soon.filter(case__assigned_to=whose or member).order_by("expires_at", "id")


def duties_of(member, model, whose=None):
    """What runs for this member in their cases, of one model of `duties.DUTIES`."""
    return duties.visible(member, model).filter(owner=whose or member)


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


def taken_back(prefix=""):
    """A condition: what the receiver had accepted was taken back."""
    return Q(**_prefixed(prefix)(state="recalled", identified=True, accepted_at__isnull=False))


def _prefixed(prefix):
    return lambda **conditions: {prefix + name: value for name, value in conditions.items()}


def handoffs_waiting(member, whose=None):
    """Their own halves of handoffs in which it is their turn, with the handoff and the case."""
    whose = whose or member
    turn = Q(handoff__sender_advocate=whose) & waits_for_sender("handoff__")
    turn |= Q(handoff__receiver_advocate=whose) & waits_for_receiver("handoff__")
    if member.role == Role.SUPERVISOR and whose == member:  # nobody is left on our side of it
        turn |= Q(handoff__sender_advocate=None, handoff__organization=member.organization_id) & (
            waits_for_sender("handoff__")
        )
        orphaned = Q(handoff__receiver_advocate=None, handoff__receiver=member.organization_id)
        turn |= orphaned & waits_for_receiver("handoff__")
        turn |= orphaned & Q(recall_answer="") & taken_back("handoff__")
    older = Q(plan_changed_at__isnull=False, handoff__state__in=UNDER_RELEASE)
    turn |= Q(handoff__sender_advocate=whose) & older
    turn |= Q(handoff__receiver_advocate=whose, recall_answer="") & taken_back("handoff__")
    seen = Handoff.objects.visible_to(member).values("pk")
    files = HandoffFile.objects.filter(turn, organization_id=member.organization_id, handoff__in=seen)
    return files.select_related("handoff__receiver", "handoff__organization", "case__person").order_by(
        "handoff__drafted_at"
    )


def what_waits(member):
    """(how much is past its time or due today, whether something is late), for the navigation; one query.

    The same things as on Today, but for handoffs: they have a figure of their own.
    """
    now = clock.now()
    ends = end_of_day(now)
    organization, calendar = member.organization, member.organization.calendar()

    def runs_out(moment, priority, kind):
        if kind == "due":
            return moment
        if kind == "no_plan":
            return end_of_day(moment)
        return due(moment, organization.interval(kind, priority), calendar)

    rows = _waiting(member, now, ends)
    together = {}  # what was given at once is taken up by one press: it counts once, by the first to run out
    for moment, priority, kind in rows:
        if kind == "take_up_work":
            together.setdefault(moment, []).append(runs_out(moment, priority, kind))
    dues = [runs_out(*row) for row in rows if row[2] != "take_up_work"]
    dues += [min(given) for given in together.values()]
    return sum(moment <= ends for moment in dues), any(moment <= now for moment in dues)


@compiled
def _waiting(member, now, ends):
    """(the moment that counts, the priority, what is due when) of each thing on Today, until `ends`."""
    first, *rest = (
        rows.order_by().values_list(moment, priority, Value(kind, CharField()))
        for rows, moment, priority, kind in _moments(member, now, ends)
    )
    return first.union(*rest, all=True)[: 12 * LIMIT]


def _moments(member, now, ends):
    """(rows, the moment that counts, the priority, what is due when) for each kind of thing on Today."""
    none = Value("")
    cases = cases_to_look_at(member, now)
    planned, last = cases.exclude(plan_verified_at=None), Coalesce("last_contact_at", "opened_at")
    good = planned.filter(state__in=WORKED, plan_verified_at__gt=now - GOOD_FOR)
    yield followups_of(member).filter(due_at__lte=ends), F("due_at"), none, "due"
    yield case_offers(member), F("offered_at"), F("priority"), "accept_assignment"
    yield intake_offers(member), F("offered_at"), F("priority"), "accept_assignment"
    yield intakes_to_reach(member), Coalesce("reopened_at", "arrived_at"), F("priority"), "first_outreach"
    for _kind, rows, since, _who in unasked(member):
        clock_name = "accept_assignment" if since == "assigned_at" else "take_up_work"
        yield rows, F(since), F("priority"), clock_name
    yield cases_resting(member).filter(rests_until__lte=ends), F("rests_until"), none, "due"
    yield words_for(member).filter(due_at__lte=ends), F("due_at"), none, "due"
    yield cases.filter(plan_verified_at=None), F("opened_at"), none, "no_plan"
    yield planned.filter(plan_verified_at__lte=ends - GOOD_FOR), F("plan_verified_at") + GOOD_FOR, none, "due"
    yield good.annotate(last=last).filter(last__lte=now - QUIET), last + QUIET, none, "due"
    yield releases_ending(member, now).filter(expires_at__lte=ends), F("expires_at"), none, "due"
    for model in duties.DUTIES:
        yield duties_of(member, model).filter(due_at__lte=ends), F("due_at"), none, "due"


def listed(rows, member, limit):
    """The first handoffs of a queryset as a list shows them: words, when, the own case; one query."""
    rows = rows.select_related("receiver", "organization", "sender_advocate")
    own = HandoffFile.objects.filter(organization_id=member.organization_id, handoff=OuterRef("pk"))
    rows = rows.annotate(
        case_number=Subquery(own.values("case__number")[:1]),
        case_person_id=Subquery(own.values("case__person_id")[:1]),
        recall_answer=Subquery(own.values("recall_answer")[:1]),
        older_since=Subquery(own.values("plan_changed_at")[:1]),
    )
    return [for_list(handoff, member) for handoff in rows[:limit]]


def for_list(handoff, member):
    handoff.side = handoff.side_of(member.organization_id)
    unanswered = getattr(handoff, "recall_answer", None) == ""
    handoff.taken_back = bool(
        unanswered
        and handoff.side == "receiver"
        and handoff.state == "recalled"
        and handoff.accepted_at
        and handoff.identified
    )
    handoff.why, handoff.due = in_a_line(handoff), due_of(handoff, member)
    older = handoff.side == "sender" and handoff.standing in UNDER_RELEASE
    handoff.untold = getattr(handoff, "older_since", None) if older else None
    if handoff.untold:
        handoff.why += " · " + _("they hold an older safe-contact plan")
    handoff.came_back = handoff.side == "sender" and came_back(handoff)
    if handoff.came_back:
        handoff.in_words, handoff.because = state_in_words(handoff), because(handoff)
        handoff.whose = whose(handoff, member)
        handoff.why += " · " + handoff.whose
    return handoff


def handoffs_of_turn(member, whose=None):
    """The handoffs in which it is this member's turn, or `whose`, ready for a list; one query."""
    waiting = []
    for file in handoffs_waiting(member, whose)[:LIMIT]:
        file.handoff.case_number = file.case.number if file.case else ""
        file.handoff.half = file
        file.handoff.older_since = file.plan_changed_at
        file.handoff.recall_answer = file.recall_answer
        waiting.append(for_list(file.handoff, member))
    return waiting


def handoffs_of_case(case, member):
    """The handoffs in which a case of the member's organization goes or came, the newest first."""
    rows = Handoff.objects.visible_to(member).filter(
        files__case=case, files__organization_id=member.organization_id
    )
    return listed(rows.select_related("receiver", "organization").order_by("-drafted_at"), member, SHOWN)
