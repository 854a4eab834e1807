"""The main navigation: at most six entries, by role, a count only where somebody must act."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.models import BreakGlass, Demand
from config import desk_gaps
from orgs.clock import Now
from orgs.compiled import compiled
from orgs.models import Reminder, User
from orgs.roles import Role
from referrals.desk import what_waits
from referrals.models import HandoffFile, Inquiry, Intake

MY_REFERRALS, ACCOUNT = ("my_referrals", _("My referrals")), ("account", _("Account"))
MY_UNIT = "my_unit", _("My unit")
TODAY, CASELOAD, HANDOFFS = ("today", _("Today")), ("caseload", _("Caseload")), ("handoffs", _("Handoffs"))
BOARD, INBOX, REVIEW = ("board", _("Board")), ("inbox", _("Inbox")), ("review", _("Review"))
FIND, DUTY_DESK = ("find", _("Find")), ("duty_desk", _("Duty desk"))
MEMBERS, SETTINGS = ("members", _("Members")), ("organization_settings", _("Settings"))
AUDIT, TOTALS, OPERATOR = ("audit", _("Audit")), ("totals", _("Totals")), ("operator", _("Operator"))

ENTRIES = {
    Role.OFFICER: (MY_REFERRALS, ACCOUNT),
    Role.SYSTEM_ADVOCATE: (MY_REFERRALS, ACCOUNT),
    Role.UNIT_SUPERVISOR: (MY_REFERRALS, MY_UNIT, ACCOUNT),
    Role.INTAKE_WORKER: (INBOX, HANDOFFS, DUTY_DESK, FIND),
    Role.ADVOCATE: (TODAY, CASELOAD, HANDOFFS, FIND),
    Role.SUPERVISOR: (BOARD, INBOX, REVIEW, HANDOFFS, CASELOAD, FIND),
    Role.ADMINISTRATOR: (MEMBERS, DUTY_DESK, SETTINGS, AUDIT),
    Role.OVERSIGHT: (TOTALS,),
    Role.OPERATOR: (OPERATOR,),
}
# Whose clocks an entry counts: all of the organization's, or only those that this member must answer.
TEAM = {"inbox": ("acknowledge_referral", "acknowledge_inquiry"), "review": ("review_handoff",)}
DESK = {**TEAM, "handoffs": ("acknowledge_handoff", "accept_handoff")}
OWN = {"handoffs": ("revise_handoff", "connect_handoff", "complete_handoff", "tell_plan", "answer_recall")}
# What only some have to look at now and then: no entry of its own, a line on the page where they begin.
LOOK = {
    "letters": ("answer_inquiry",),
    "glass_uses": ("review_breakglass",),
    "leavers": ("member_leaves", "take_over_work"),
    "absences": ("cover_absence",),
    "covers": ("know_cover",),
    "demands": ("answer_demand",),
    "breaches": ("notify_grantor", "notify_persons", "notify_territory", "close_breach"),
}
LOOK_WORDS = {
    "letters": _("Letters from the public page to answer"),
    "glass_uses": _("Opened in an emergency, not reviewed yet"),
    "leavers": _("Members who leave, and what they have"),
    "absences": _("Absences that nobody covers yet"),
    "covers": _("Somebody is away, and whoever covers has not said that they know"),
    "demands": _("Legal demands to answer"),
    "breaches": _("Clocks of a breach"),
}
LOOKERS = {
    Role.SUPERVISOR: tuple(LOOK),
    Role.ADVOCATE: ("letters", "glass_uses", "covers"),
    Role.INTAKE_WORKER: ("covers",),
}
LOOK_AT = {"covers": "absences"}  # the page where it is, where that is called otherwise


def navigation(request):
    """Context for every page, made when a page asks for it, from one question.

    `navigation` is a list of entries, `to_look_at` the lines of `LOOK` in which something waits.
    """
    counts = SimpleLazyObject(lambda: running(request.user))
    return {
        "navigation": SimpleLazyObject(lambda: list(entries(request, counts))),
        "to_look_at": SimpleLazyObject(lambda: list(to_look_at(request, counts))),
    }


def to_look_at(request, counts):
    """Dicts of label, url, count, late for what this member's role must look at, where there is something."""
    for name in LOOKERS.get(request.user.role, ()):
        count, late = counts[name]
        if count:
            url = reverse(LOOK_AT.get(name, name))
            yield {"label": LOOK_WORDS[name], "url": url, "count": count, "late": late}
    if request.user.role == Role.SUPERVISOR and (hours := desk_gaps.hours(counts["desk_gaps"])):
        what = ngettext("Hour in the next two weeks", "Hours in the next two weeks", hours)
        label = _("%(hours)s in which nobody is on at the desk") % {"hours": what}
        yield {"label": label, "url": reverse("duty_desk") + "#ahead", "count": hours, "late": False}


def entries(request, running, at=None):
    """The entries of the member's role: dicts of label, url, current, count, late; at most two queries.

    A page that has counted already says so in `request.counted` ({entry: (count, late)}). `at` is the path of
    the page that shows them, where that is not the one that is asked for.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return
    names = [name for name, _label in ENTRIES[user.role]]
    counts = dict(running) if {"handoffs", "inbox"} & set(names) else {}
    counts |= getattr(request, "counted", {})
    if "today" in names and "today" not in counts:
        counts["today"] = what_waits(user)
    for name, label in ENTRIES[user.role]:
        url = reverse(name)
        count, late = counts.get(name, (0, False))
        yield {
            "label": label,
            "url": url,
            "current": (at or request.path) == url,
            "count": count,
            "late": late,
        }


def running(user):
    """{entry: (how many clocks run that wait for this member, whether one is late)}, in one query.

    A clock that runs has a rung that has not fired. What the member is walled from is not counted (R42). For
    a supervisor `desk_gaps` is what `desk_gaps.hours` reads.
    """
    desk, look = asked_of(user.role)
    rows = _clocks(user)
    found = {clock: (count, late) for clock, count, late in rows if count != desk_gaps.FACTS}
    counts = {"desk_gaps": next((clock for clock, count, _late in rows if count == desk_gaps.FACTS), "")}
    for name in ("inbox", "review", "handoffs", *LOOK):
        clocks = (*desk.get(name, ()), *OWN.get(name, ()), *look.get(name, ()))
        counted = [found[clock] for clock in clocks if clock in found]
        counts[name] = sum(count for count, _late in counted), any(late for _count, late in counted)
    return counts


def asked_of(role):
    """Whose clocks this role's entries count, beside their own: those of the desk, and what is looked at."""
    desk = DESK if role in (Role.INTAKE_WORKER, Role.SUPERVISOR) else {}
    return desk, {name: LOOK[name] for name in LOOKERS.get(role, ())}


@compiled
def _clocks(user):
    """(clock, how many records it runs on, on how many of them it is late) of the clocks that are counted."""
    desk, look = asked_of(user.role)
    asked = {clock for of in (desk, OWN, look) for clocks in of.values() for clock in clocks}
    handoffs = HandoffFile.objects.filter(case__person__walls__user=user).values("handoff_id")
    packets = Intake.objects.filter(person__walls__user=user, referral__isnull=False).values("referral_id")
    everybodys = (*desk.values(), *(look.values() if user.role == Role.SUPERVISOR else ()))
    team = [clock for clocks in everybodys for clock in clocks]
    uses = BreakGlass.objects.filter(holder=user).values("pk")  # of one's own records
    mine = Q(clock__in=team) | Q(owner=user) | Q(clock="review_breakglass", subject_id__in=uses)
    letters = Inquiry.objects.filter(intake__person__walls__user=user).values("pk")
    walled = BreakGlass.objects.filter(person__walls__user=user).values("pk")
    counted = (
        Reminder.objects.filter(mine, organization=user.organization_id, fired_at=None, clock__in=asked)
        .exclude(subject_id__in=handoffs)
        .exclude(subject_id__in=packets)  # one that was here, was sent on, and came back
        .exclude(subject_id__in=walled)
        .exclude(subject_id__in=letters)
        .exclude(subject_id__in=Demand.objects.filter(person__walls__user=user).values("pk"))
        .exclude(subject_id__in=User.objects.filter(User.behind_wall(user)).values("pk"))
        .order_by()
        .values_list("clock")
        .annotate(
            Count("subject_id", distinct=True),
            late=Count("subject_id", distinct=True, filter=Q(due_at__lt=Now())),
        )
    )
    return counted.union(desk_gaps.question(user), all=True) if user.role == Role.SUPERVISOR else counted
