"""What a supervisor must see: which clocks run out, who has how much. Bounded rows, counts of what is open.

Supervisors hold every record of their organization, so facts and walls say what is theirs: guardian is not
asked again for each row that is only counted. What a supervisor is walled from is neither shown nor counted.
"""

from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, CaseAssignment, FollowUp
from orgs import clock
from orgs.ladder import due
from orgs.models import User
from orgs.roles import Role
from referrals.desk import QUIET, Panel, due_of, listed
from referrals.models import Handoff, Intake, Referral

LIMIT = 40  # rows of one kind that are looked at
HIGH_RISK = ("crisis", "high_risk")
WORKED = ("open", "active")


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


def board(member):
    """Everything on the board, as the context of its page."""
    now = clock.now()
    handoffs = _handoffs(member)
    review = [handoff for handoff in handoffs if handoff.state == "supervisor_review"]
    intakes = list(_intakes(member))
    clocks = sorted(_clocks(member, intakes, handoffs), key=lambda row: row.due)
    unassigned = [
        intake for intake in intakes if intake.triaged_at and not (intake.assigned_to_id or intake.asked_id)
    ]
    closures = list(unwalled(Case, member).waiting_to_close().select_related("person", "assigned_to")[:LIMIT])
    members, nobody = load(member, now)
    late = [row for row in clocks if row.due < now]
    return {
        "now": now,
        "tiles": list(_tiles(clocks, late, unassigned, nobody, review, members, closures)),
        "clocks": Panel(clocks),
        "late": len(late),
        "unassigned": Panel(unassigned),
        "cases_with_nobody": nobody,
        "review": Panel(sorted(review, key=lambda handoff: handoff.due)),
        "closures": Panel(closures),
        "members": members,
        "limit": member.organization.load_limit,
    }


def _tiles(clocks, late, unassigned, nobody, review, members, closures):
    overdue = sum(row["late"] for row in members)
    packets = sum(row.kind == "referral" for row in late)
    unread = sum(row.kind == "referral" for row in clocks)
    yield {
        "count": unread,
        "label": ngettext("packet not acknowledged", "packets not acknowledged", unread)
        + (_(", %(n)d late") % {"n": packets} if packets else ""),
        "late": bool(packets),
        "url": "#clocks",
    }
    yield {"count": len(late), "label": _("clocks past their time"), "late": bool(late), "url": "#clocks"}
    yield {"count": len(unassigned) + nobody, "label": _("with nobody"), "url": "#nobody"}
    yield {
        "count": len(review),
        "label": ngettext("handoff to review", "handoffs to review", len(review)),
        "url": "#review",
    }
    yield {
        "count": overdue,
        "label": ngettext("follow-up past its time", "follow-ups past their time", overdue),
        "late": bool(overdue),
        "url": "#load",
    }
    yield {
        "count": len(closures),
        "label": ngettext("closure asked for", "closures asked for", len(closures)),
        "url": "#closures",
    }


def _handoffs(member):
    """Those to review, and those that the other side waits for us to read or answer."""
    ours = Q(organization_id=member.organization_id, state="supervisor_review")
    theirs = Q(receiver_id=member.organization_id, state__in=("offered", "acknowledged"))
    rows = Handoff.objects.visible_to(member).filter(ours | theirs).select_related("receiver", "organization")
    return listed(rows.order_by("drafted_at"), member, LIMIT)


def _intakes(member):
    """Open intakes to which nobody has reached out."""
    rows = unwalled(Intake, member).filter(state__in=("new", "triaged", "assigned"))
    return rows.select_related("person", "assigned_to", "asked").order_by("arrived_at", "id")[: 2 * LIMIT]


def _clocks(member, intakes, handoffs):
    organization = member.organization
    calendar = organization.calendar()

    def runs_out(name, priority, start):
        return due(start, organization.interval(name, priority), calendar)

    packets = Referral.objects.filter(receiver_id=member.organization_id, state="delivered")
    for packet in packets.select_related("organization").order_by("delivered_at", "id")[:LIMIT]:
        yield Row("referral", packet, runs_out("acknowledge_referral", packet.priority, packet.delivered_at))
    offers = (
        unwalled(CaseAssignment, member).filter(state="offered").select_related("case__person", "assignee")
    )
    for offer in offers.order_by("offered_at", "id")[:LIMIT]:
        yield Row("offer", offer, runs_out("accept_assignment", offer.priority, offer.offered_at))
    for intake in intakes:
        yield Row("intake", intake, runs_out("first_outreach", intake.priority, intake.arrived_at))
    for handoff in handoffs:
        if handoff.state != "supervisor_review" and not handoff.release_has_ended:
            yield Row("handoff", handoff, due_of(handoff, member))


def load(member, now):
    """Each member who works cases, with figures, and how many open cases are with nobody; three queries."""
    cases = unwalled(Case, member).open().order_by().values("assigned_to").annotate(
        open=Count("pk"),
        high_risk=Count("pk", filter=Q(priority__in=HIGH_RISK)),
        last_contact=Min(Coalesce("last_contact_at", "opened_at"), filter=Q(state__in=WORKED)),
    )  # fmt: skip
    of = {row["assigned_to"]: row for row in cases}
    late = unwalled(FollowUp, member).filter(state="scheduled", due_at__lt=clock.Now()).order_by()
    late = dict(late.values_list("owner").annotate(n=Count("pk")))
    members = []
    for who in User.objects.filter(organization_id=member.organization_id).order_by("name"):
        figures = of.get(who.pk) or {"open": 0, "high_risk": 0, "last_contact": None}
        works = who.is_active and who.role == Role.ADVOCATE
        if works or figures["open"] or late.get(who.pk):
            last = figures["last_contact"]
            quiet = bool(last and now - last >= QUIET)
            members.append({**figures, "member": who, "late": late.get(who.pk, 0), "quiet": quiet})
    return members, of.get(None, {"open": 0})["open"]
