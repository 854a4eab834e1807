"""Open work as a list: what is next in each case, and when somebody last spoke with the person."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.forms.case import CaseloadFilter
from cases.models import Case, FollowUp
from orgs import audit, codes
from orgs.models import User
from orgs.places import place_of
from orgs.roles import VICTIM_SERVICES, Role
from orgs.views import saved_views

PAGE = 25


@require_GET
def caseload(request):
    """An advocate's own cases; for a supervisor every open case that they are not walled from."""
    member = request.user
    if member.role not in VICTIM_SERVICES:
        raise Http404
    leads = member.role == Role.SUPERVISOR
    form = CaseloadFilter(request.GET, advocates=_advocates(member) if leads else ())
    chosen = form.cleaned_data if form.is_valid() else {}
    cases = Case.objects.filter(organization_id=member.organization_id)
    cases = _narrow(cases if leads else cases.of(member), chosen).visible_to(member).for_list()
    if after := place_of(request.GET.get("after", "")):
        cases = cases.older_than(*after)
    cases = list(cases.newest_first()[: PAGE + 1])
    shown = cases[:PAGE]
    _say_what_is_next(shown)
    audit.viewed(member, Case, "list", count=len(shown))
    context = {
        "form": form,
        "cases": shown,
        "leads": leads,
        "filtered": any(chosen.values()),
        "older": _older(request, shown[-1]) if len(cases) > PAGE else "",
        "newest": request.path + _query(request) if after else "",
        "saved": saved_views.shown(request, "caseload"),
    }
    return render(request, "cases/case/list.html", context)


def _advocates(member):
    members = User.objects.filter(organization_id=member.organization_id)
    return list(members.in_role(Role.ADVOCATE, Role.SUPERVISOR).values_list("pk", "name"))


def _narrow(cases, chosen):
    state, advocate = chosen.get("state"), chosen.get("advocate")
    if state == "handed":
        cases = cases.handed()
    else:
        cases = cases.filter(state=state) if state else cases.open()
    exact = {name: chosen[name] for name in ("priority", "island") if chosen.get(name)}
    if advocate:
        exact["assigned_to"] = None if advocate == "nobody" else advocate
    return cases.filter(**exact)


def _say_what_is_next(cases):
    """Give each case its next follow-up, all in one query, and its codes in words."""
    wanted = [case.next_id for case in cases if case.next_id]
    found = FollowUp.objects.in_bulk(wanted) if wanted else {}
    for case in cases:
        case.next = found.get(case.next_id)
        urgency = str(codes.load("referrals", "priority").label(case.priority))
        case.tags = [] if case.priority == "standard" else [urgency.partition(":")[0]]
        if case.state not in ("open", "active"):
            case.tags.append(case.standing)
        if case.handed_at and case.is_open:
            case.tags.append(_("not taken up yet"))
        case.place = codes.load("orgs", "islands").label(case.island)


def _query(request, **more):
    kept = {name: value for name, value in request.GET.items() if value and name != "after"}
    return "?" + urlencode({**kept, **more})


def _older(request, case):
    return _query(request, after=f"{case.last_activity_at.isoformat()}_{case.pk}")
