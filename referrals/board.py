"""What a supervisor must see: which clocks run out, who has how much. Bounded rows, counts of what is open.

Supervisors hold every record of their organization, so facts and walls say what is theirs: guardian is not
asked again for each row that is only counted. What a supervisor is walled from is neither shown nor counted.
"""

from typing import NamedTuple

from django.db import models
from django.db.models import CharField, Count, F, Min, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.loads import Load
from cases.models import Case, CaseAssignment, FollowUp, Wall
from cases.models.case import OPEN_STATES
from orgs import clock
from orgs.ladder import due
from orgs.models import User
from orgs.roles import Role
from referrals.desk import QUIET, Panel, due_of, figure, listed
from referrals.models import Handoff, Intake, IntakeAssignment, Referral

LIMIT = 100  # rows of one kind that are looked at; with more, the most urgent, and figures say so
HIGH_RISK = ("crisis", "high_risk")
WORKED = ("open", "active")
TO_REACH, BEGUN = ("new", "triaged", "assigned"), ("outreach", "engaged")
URGENT_FIRST = models.Case(
    *(models.When(priority=code, then=rank) for rank, code in enumerate(HIGH_RISK)), default=len(HIGH_RISK)
)


class Row(NamedTuple):
    """A clock that runs: its kind (which fragment of the template shows it), the record, when it runs out."""

    kind: str
    record: object
    due: object


def unwalled(model, member):
    """The organization's rows of a model, less those that this member is walled from (R42)."""
    rows = model.objects.filter(organization_id=member.organization_id)
    wall = model.behind_wall(member)
    return rows if wall is None else rows.exclude(wall)


def first(rows, moment):
    """The most urgent that wait longest since `moment`, chosen before anything is joined to them."""
    chosen = rows.order_by(URGENT_FIRST, moment, "id").values("pk")[:LIMIT]
    return rows.model.objects.filter(pk__in=chosen)


def board(member):
    """Everything on the board, as the context of its page."""
    now = clock.now()
    handoffs, intakes, packets = _handoffs(member), list(_intakes(member)), list(_packets(member))
    offers = list(_offers(member))
    looked_at = (packets, offers, intakes, handoffs)
    review = [handoff for handoff in handoffs if handoff.state == "supervisor_review"]
    clocks = sorted(_clocks(member, packets, offers, intakes, handoffs), key=lambda row: row.due)
    unassigned = [i for i in intakes if i.state != "new" and not i.assigned_to_id and not i.asked_id]
    closures = list(unwalled(Case, member).waiting_to_close().select_related("person", "assigned_to")[:LIMIT])
    members, nobody, overdue = load(member, now)
    late = [row for row in clocks if row.due < now]
    panels = {
        "clocks": Panel(clocks, cut=any(len(rows) == LIMIT for rows in looked_at)),
        "unassigned": Panel(unassigned, cut=len(intakes) == LIMIT),
        "review": Panel(sorted(review, key=lambda handoff: handoff.due), cut=len(handoffs) == LIMIT),
        "closures": Panel(closures, cut=len(closures) == LIMIT),
    }
    return {
        **panels,
        "now": now,
        "tiles": list(_tiles(panels, Panel(packets, cut=len(packets) == LIMIT), late, nobody, overdue)),
        "late": len(late),
        "cases_with_nobody": nobody,
        "members": members,
        "limit": member.organization.load_limit,
        "weight": member.organization.high_risk_weight,
    }


def _tiles(panels, packets, late, nobody, overdue):
    unread = sum(row.kind == "referral" for row in late)
    yield {
        "count": packets.figure,
        "label": ngettext("packet not acknowledged", "packets not acknowledged", packets.count)
        + (_(", %(n)d late") % {"n": unread} if unread else ""),
        "late": bool(unread),
        "url": "#clocks",
    }
    yield {
        "count": figure(len(late), panels["clocks"].cut),
        "label": ngettext("clock past its time", "clocks past their time", len(late)),
        "late": bool(late),
        "url": "#clocks",
    }
    with_nobody = figure(panels["unassigned"].count + nobody, panels["unassigned"].cut)
    yield {"count": with_nobody, "label": _("with nobody"), "url": "#nobody"}
    review, closures = panels["review"], panels["closures"]
    yield {
        "count": review.figure,
        "label": ngettext("handoff to review", "handoffs to review", review.count),
        "url": "#review",
    }
    yield {
        "count": overdue,
        "label": ngettext("follow-up past its time", "follow-ups past their time", overdue),
        "late": bool(overdue),
        "url": "#load",
    }
    yield {
        "count": closures.figure,
        "label": ngettext("closure asked for", "closures asked for", closures.count),
        "url": "#closures",
    }


def _handoffs(member):
    """Those to review, and those that the other side waits for us to read or answer."""
    ours = Q(organization_id=member.organization_id, state="supervisor_review")
    theirs = Q(receiver_id=member.organization_id, state__in=("offered", "acknowledged"))
    rows = Handoff.objects.visible_to(member).filter(ours | theirs).select_related("receiver", "organization")
    return listed(rows.order_by(URGENT_FIRST, "drafted_at"), member, LIMIT)


def _intakes(member):
    """Open intakes to which nobody has reached out, that nobody has any more, or that were given to somebody
    who has not taken them up; with when somebody was asked who has not answered."""
    begun = Q(state__in=BEGUN) & (Q(assigned_to=None) | Q(handed_at__isnull=False))
    offers = IntakeAssignment.objects.filter(intake=models.OuterRef("pk"), state="offered")
    to_reach = Q(state__in=TO_REACH, person_died=False)
    rows = unwalled(Intake, member).filter(to_reach | begun)
    rows = first(rows, "arrived_at").select_related("person", "assigned_to", "asked")
    return rows.annotate(offered_at=models.Subquery(offers.values("offered_at")[:1]))


def _packets(member):
    """Delivered and not acknowledged. One that came back may be about somebody behind a wall (R42)."""
    rows = Referral.objects.filter(receiver_id=member.organization_id, state="delivered")
    rows = rows.exclude(Referral.behind_wall(member))
    return first(rows, "delivered_at").select_related("organization")


def _offers(member):
    """Cases that somebody was asked to take and has not answered, and those that were given to somebody who
    has not taken them up: their assignment is accepted already."""
    rows = unwalled(CaseAssignment, member)
    asked, given = rows.filter(state="offered"), rows.filter(state="accepted", case__handed_at__isnull=False)
    chosen, more = (some.order_by(URGENT_FIRST, "offered_at", "id").values("pk")[:LIMIT]
                    for some in (asked, given.filter(case__state__in=OPEN_STATES)))  # fmt: skip
    found = CaseAssignment.objects.filter(pk__in=chosen.union(more, all=True))
    return found.select_related("case__person", "case__assigned_to", "assignee")


def _clocks(member, packets, offers, intakes, handoffs):
    organization = member.organization
    calendar = organization.calendar()

    def runs_out(name, priority, start):
        return due(start, organization.interval(name, priority), calendar)

    for packet in packets:
        yield Row("referral", packet, runs_out("acknowledge_referral", packet.priority, packet.delivered_at))
    for offer in offers:
        if offer.state == "accepted":
            case = offer.case
            yield Row("handed", case, runs_out("take_up_work", case.priority, case.handed_at))
            continue
        yield Row("offer", offer, runs_out("accept_assignment", offer.priority, offer.offered_at))
    for intake in intakes:
        if intake.handed_at:
            yield Row("handed", intake, runs_out("take_up_work", intake.priority, intake.handed_at))
        if intake.state in BEGUN:  # what runs is the answer of whoever was asked to go on with it
            if intake.offered_at:
                answer = runs_out("accept_assignment", intake.priority, intake.offered_at)
                yield Row("intake", intake, answer)
            continue
        ends = runs_out("first_outreach", intake.priority, intake.waits_since)
        if intake.offered_at:  # the answer is due before the person must be reached
            ends = min(ends, runs_out("accept_assignment", intake.priority, intake.offered_at))
        yield Row("intake", intake, ends)
    for handoff in handoffs:
        if handoff.state != "supervisor_review" and not handoff.release_has_ended:
            yield Row("handoff", handoff, due_of(handoff, member))


def load(member, now):
    """Who works cases, with figures; how many open cases nobody has; how many follow-ups are late.

    Three queries, grouped: one row a member, however many cases there are.
    """
    cases = unwalled(Case, member).open().order_by().values("assigned_to").annotate(
        open=Count("pk"),
        high_risk=Count("pk", filter=Q(priority__in=HIGH_RISK)),
        last_contact=Min(Coalesce("last_contact_at", "opened_at"), filter=Q(state__in=WORKED)),
    )  # fmt: skip
    of = {row["assigned_to"]: row for row in cases}
    late = FollowUp.objects.filter(
        organization_id=member.organization_id, state="scheduled", due_at__lt=clock.Now()
    )
    walled = Case.objects.filter(person__in=Wall.objects.filter(user=member).values("person"))
    late = late.exclude(case__in=walled).order_by()  # so that no case is read, of all that were ever closed
    held = unwalled(Intake, member).open().exclude(assigned_to=None)
    late, intakes = _counts(late=(late, "owner"), intakes=(held, "assigned_to"))
    members, house = [], member.organization
    for who in User.objects.filter(organization_id=member.organization_id).order_by("name"):
        figures = of.get(who.pk) or {"open": 0, "high_risk": 0, "last_contact": None}
        works = who.is_active and who.role == Role.ADVOCATE
        if works or figures["open"] or late.get(who.pk) or intakes.get(who.pk):
            last = figures["last_contact"]
            quiet = bool(last and now - last >= QUIET)
            had = Load(who, figures["open"], house.load_limit, figures["high_risk"], intakes.get(who.pk, 0),
                       house.high_risk_weight)  # fmt: skip
            more = {"member": who, "late": late.get(who.pk, 0), "quiet": quiet, "load": had}
            members.append(figures | more)
    return members, of.get(None, {"open": 0})["open"], sum(late.values())


def _counts(**parts):
    """{member: how many} for each of (rows, whose they are), in the order given; one query for all."""
    named = [
        rows.order_by()
        .annotate(kind=Value(kind, CharField()), whose=F(column))
        .values("kind", "whose")
        .annotate(n=Count("pk"))
        .values_list("kind", "whose", "n")
        for kind, (rows, column) in parts.items()
    ]
    counts = {kind: {} for kind in parts}
    for kind, whose, n in named[0].union(*named[1:], all=True):
        counts[kind][whose] = n
    return counts.values()
