"""A supervisor's review: what waits, what goes back, what is let out of the house."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orgs import notices
from orgs.access import get_permitted
from orgs.roles import Role
from orgs.sign_in import step_up
from referrals.desk import listed
from referrals.forms.handoff import ReturnForm
from referrals.models import Handoff
from referrals.views.handoff import HANDOFFS, must_be_in, page

SHOWN = 25


@require_GET
def review(request):
    """What waits for review, the first to run out first."""
    user = request.user
    if user.role != Role.SUPERVISOR:
        raise Http404
    rows = Handoff.objects.visible_to(user, "offer").select_related("receiver", "organization", "drafted_by")
    rows = rows.filter(organization_id=user.organization_id, state="supervisor_review")
    found = listed(rows.order_by("submitted_at", "id"), user, SHOWN + 1)
    found.sort(key=lambda handoff: handoff.due)
    context = {"handoffs": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "referrals/handoff/review.html", context)


@require_POST
@step_up
def offer(request, reference):
    """Approve what was read: ledger line, sealed letter and offer, together or not at all (R26)."""
    handoff = get_permitted(request.user, "offer_handoff", HANDOFFS, reference=reference)
    handoff.offer(actor=request.user, shown=request.POST.get("shown", ""))
    notices.say(request, _("Offered to %(receiver)s.") % {"receiver": handoff.receiver})
    return redirect(handoff)


def return_(request, reference):
    """Back to whoever works it, with a reason in words."""
    handoff = get_permitted(request.user, "return_handoff", HANDOFFS, reference=reference)
    must_be_in(handoff, "return")
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handoff.return_(form.cleaned_data["reason"], form.cleaned_data["because"], actor=request.user)
        whom = handoff.sender_advocate or _("nobody yet: the case has no advocate")
        notices.say(request, _("Returned to %(name)s.") % {"name": whom})
        return redirect("review")
    context = page(request.user, handoff, form=form)
    return render(request, "referrals/handoff/return.html", context)
