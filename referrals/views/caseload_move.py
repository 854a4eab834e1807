"""Move a whole caseload: choose, see what would go to whom, do it, read what was done."""

from collections import Counter

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases.loads import counted, is_urgent
from orgs import audit
from orgs.roles import Role
from referrals import caseload
from referrals.forms.caseload import MoveCaseloadForm

KINDS = {
    "case": _("Case"),
    "offer": _("Case offered, not answered"),
    "intake": _("Intake"),
    "question": _("Intake offered, not answered"),
    "handoff": _("Handoff"),
}


def move_caseload(request):
    """The plan is a page of its own (GET); pressing the button makes the plan anew and carries it out."""
    if request.user.role != Role.SUPERVISOR:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET if "to" in request.GET else None
    first = {"leaver": request.GET.get("from"), "reason": "leaving"}
    form = MoveCaseloadForm(asked, initial=first, viewer=request.user)
    if not form.is_valid():
        return render(request, "referrals/desk/move_caseload.html", {"form": form})
    leaver, members, reason = (form.cleaned_data[name] for name in ("leaver", "to", "reason"))
    done = request.method == "POST"
    if done:
        parts = caseload.move(leaver, list(members), actor=request.user, reason=reason)
        audit.write(request.user, "move_caseload", leaver, count=sum(part.to is not None for part in parts))
    else:
        parts = caseload.plan(leaver, list(members), request.user)
        audit.viewed(request.user, leaver, "plan_caseload", count=len(parts))
    context = {
        "form": form,
        "leaver": leaver,
        "members": members,
        "reason": reason,
        "done": done,
        "moving": [(part, KINDS[part.kind]) for part in parts if part.to],
        "staying": [(part, KINDS[part.kind]) for part in parts if not part.to],
        "shares": Counter(part.to.name for part in parts if part.to).items(),
        "too_much": [] if done else _warnings(parts, request.user),
    }
    return render(request, "referrals/desk/move_caseload_plan.html", context)


def _warnings(parts, viewer):
    """What is said of those who would have more than the limit with it; a handoff adds nothing."""
    gets, urgent = Counter(), Counter()
    for part in parts:
        if part.to and part.kind != "handoff":
            gets[part.to] += 1
            urgent[part.to] += is_urgent(part.record)
    load_of = counted(viewer)
    after = [load_of(member).with_more(count, urgent[member]) for member, count in gets.items()]
    return [load.warning for load in after if load.warning]
