"""Move a whole caseload: choose, see what would go to whom, do it, read what became of it, take it back."""

from collections import Counter

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.loads import counted, is_urgent
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.once import field_for, once
from orgs.roles import Role
from referrals import caseload
from referrals.forms.caseload import MoveCaseloadForm
from referrals.models import CaseloadMove

LATELY = 20
MOVES = lasting(CaseloadMove.objects.select_related("leaver", "by", "undone_by"))
STANDINGS = {
    "untouched": _("not taken up yet"),
    "taken_up": _("taken up"),
    "asked": _("somebody else is asked"),
    "elsewhere": _("with somebody else since"),
    "back": _("back where it was"),
}

KINDS = {
    "case": _("Case"),
    "offer": _("Case offered, not answered"),
    "intake": _("Intake"),
    "question": _("Intake offered, not answered"),
    "handoff": _("Handoff"),
}


@once
def move_caseload(request):
    """The plan is a page of its own (GET); pressing the button makes the plan anew and carries it out."""
    if request.user.role != Role.SUPERVISOR:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET if "to" in request.GET else None
    first = {"leaver": request.GET.get("from"), "reason": "leaving"}
    form = MoveCaseloadForm(asked, initial=first, viewer=request.user)
    if not form.is_valid():
        lately = CaseloadMove.objects.visible_to(request.user).lately().select_related("leaver", "by")
        context = {"form": form, "lately": lately[:LATELY]}
        return render(request, "referrals/desk/move_caseload.html", context)
    leaver, members, reason = (form.cleaned_data[name] for name in ("leaver", "to", "reason"))
    if request.method == "POST":
        done = caseload.carry_out(leaver, list(members), actor=request.user, reason=reason)
        if done is None:
            notices.say(request, _now("Nothing was moved: nothing is there that could go to them."))
        return redirect(done or "move_caseload")
    parts = caseload.plan(leaver, list(members), request.user)
    audit.viewed(request.user, leaver, "plan_caseload", count=len(parts))
    context = {
        "form": form,
        "form_id": field_for({}),
        "leaver": leaver,
        "members": members,
        "reason": reason,
        "moving": [(part, KINDS[part.kind]) for part in parts if part.to],
        "staying": [(part, KINDS[part.kind]) for part in parts if not part.to],
        "shares": Counter(part.to.name for part in parts if part.to).items(),
        "too_much": _warnings(parts, request.user),
    }
    return render(request, "referrals/desk/move_caseload_plan.html", context)


@require_GET
def view_caseloadmove(request, pk):
    """What became of each record, as far as the reader may see it: a page to come back to."""
    done = get_permitted(request.user, "view_caseloadmove", MOVES, pk=pk)
    parts = list(caseload.moved(done, request.user))
    audit.viewed(request.user, done, count=len(parts))
    context = {
        "done": done,
        "rows": [(part, KINDS[part.kind], STANDINGS[part.standing]) for part in parts if part.to],
        "staying": [(part, KINDS[part.kind]) for part in parts if not part.to],
        "shares": Counter(part.to.name for part in parts if part.to).items(),
        "untouched": sum(part.standing == "untouched" for part in parts),
    }
    return render(request, "referrals/desk/caseload_moved.html", context)


@require_POST
def undo_caseloadmove(request, pk):
    done = get_permitted(request.user, "undo_caseloadmove", MOVES, pk=pk)
    count = done.undo(actor=request.user)
    said = ngettext("%(n)d went back to %(name)s.", "%(n)d went back to %(name)s.", count)
    notices.say(request, said % {"n": count, "name": done.leaver.name})
    return redirect(done)


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
