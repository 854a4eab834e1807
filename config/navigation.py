"""The main navigation: at most six entries, by role, a count only where somebody must act."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from orgs.clock import Now
from orgs.models import Reminder
from orgs.roles import Role
from referrals.desk import what_waits
from referrals.models import HandoffFile, Intake

MY_REFERRALS, ACCOUNT = ("my_referrals", _("My referrals")), ("account", _("Account"))
TODAY, CASELOAD, HANDOFFS = ("today", _("Today")), ("caseload", _("Caseload")), ("handoffs", _("Handoffs"))
BOARD, INBOX, REVIEW = ("board", _("Board")), ("inbox", _("Inbox")), ("review", _("Review"))
FIND, DUTY_DESK = ("find", _("Find")), ("duty_desk", _("Duty desk"))
MEMBERS, SETTINGS = ("members", _("Members")), ("organization_settings", _("Settings"))
AUDIT, TOTALS, OPERATOR = ("audit", _("Audit")), ("totals", _("Totals")), ("operator", _("Operator"))

ENTRIES = {
    Role.OFFICER: (MY_REFERRALS, ACCOUNT),
    Role.SYSTEM_ADVOCATE: (MY_REFERRALS, ACCOUNT),
    Role.UNIT_SUPERVISOR: (MY_REFERRALS, ACCOUNT),
    Role.INTAKE_WORKER: (INBOX, HANDOFFS, DUTY_DESK, FIND),
    Role.ADVOCATE: (TODAY, CASELOAD, HANDOFFS, FIND),
    Role.SUPERVISOR: (BOARD, INBOX, REVIEW, HANDOFFS, CASELOAD, FIND),
    Role.ADMINISTRATOR: (MEMBERS, DUTY_DESK, SETTINGS, AUDIT),
    Role.OVERSIGHT: (TOTALS,),
    Role.OPERATOR: (OPERATOR,),
}
# Whose clocks an entry counts: all of the organization's, or only those that this member must answer.
TEAM = {"inbox": ("acknowledge_referral",), "review": ("review_handoff",)}
DESK = {**TEAM, "handoffs": ("acknowledge_handoff", "accept_handoff")}
OWN = {"handoffs": ("revise_handoff", "connect_handoff", "complete_handoff")}


def navigation(request):
    """Context for every page: `navigation`, a list of entries that is made when a page asks for it."""
    return {"navigation": SimpleLazyObject(lambda: list(entries(request)))}


def entries(request):
    """The entries of the member's role: dicts of label, url, current, count, late; at most two queries.

    A page that has counted already says so in `request.counted` ({entry: (count, late)}).
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return
    names = [name for name, _label in ENTRIES[user.role]]
    counts = running(user) if {"handoffs", "inbox"} & set(names) else {}
    counts |= getattr(request, "counted", {})
    if "today" in names and "today" not in counts:
        counts["today"] = what_waits(user)
    for name, label in ENTRIES[user.role]:
        url = reverse(name)
        count, late = counts.get(name, (0, False))
        yield {"label": label, "url": url, "current": request.path == url, "count": count, "late": late}


def running(user):
    """{entry: (how many clocks run that wait for this member, whether one is late)}, in one query.

    A clock that runs has a rung that has not fired. What the member is walled from is not counted (R42).
    """
    desk = DESK if user.role in (Role.INTAKE_WORKER, Role.SUPERVISOR) else {}
    asked = {clock for of in (desk, OWN) for clocks in of.values() for clock in clocks}
    handoffs = HandoffFile.objects.filter(case__person__walls__user=user).values("handoff_id")
    packets = Intake.objects.filter(person__walls__user=user, referral__isnull=False).values("referral_id")
    mine = Q(clock__in=[clock for clocks in desk.values() for clock in clocks]) | Q(owner=user)
    rows = (
        Reminder.objects.filter(mine, organization=user.organization_id, fired_at=None, clock__in=asked)
        .exclude(subject_id__in=handoffs)
        .exclude(subject_id__in=packets)  # one that was here, was sent on, and came back
        .values("clock")
        .annotate(
            count=Count("subject_id", distinct=True),
            late=Count("subject_id", distinct=True, filter=Q(due_at__lt=Now())),
        )
        .order_by("clock")
    )
    found = {row["clock"]: row for row in rows}
    counts = {}
    for name in ("inbox", "review", "handoffs"):
        clocks = (*desk.get(name, ()), *OWN.get(name, ()))
        counted = [found[clock] for clock in clocks if clock in found]
        counts[name] = sum(row["count"] for row in counted), any(row["late"] for row in counted)
    return counts
