"""The list of whom the desk calls in when a notice says that several people come."""

from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.loads import loads
from orgs import notices
from orgs.models import Unit
from orgs.once import once
from referrals.forms.call_in import CallInForm
from referrals.models import CallIn
from referrals.views.inbox import desk_side


@require_http_methods(["GET", "HEAD", "POST"])
@once
def call_in(request, reference):
    """The advocates of the island with their telephones, and who said what when they were called."""
    referral = desk_side(request, "acknowledge_referral", reference)
    CallIn.refuse(referral)
    callable_ = of_the_island(request.user, referral.island_needed or referral.island_now)
    form = CallInForm(request.POST or None, loads=callable_)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            CallIn.log(referral, form.cleaned_data["member"], form.cleaned_data["answer"], actor=request.user)
        notices.say(request, _("Written down."))
        return redirect("call_in_referral", referral.reference)
    calls = CallIn.objects.filter(referral=referral, organization_id=request.user.organization_id)
    calls = list(calls.select_related("member", "by"))
    last = {call.member_id: call for call in reversed(calls)}
    context = {
        "referral": referral,
        "form": form,
        "calls": calls,
        "people": [(load, last.get(load.member.pk)) for load in callable_],
        "coming": sum(call.answer == "on_the_way" for call in last.values()),
    }
    return render(request, "referrals/intake/call_in.html", context)


def of_the_island(viewer, island):
    """The loads of those who could come, the freest first: whose unit is on the island before the others."""
    there = set(Unit.objects.filter(organization_id=viewer.organization_id, island=island).values_list("pk"))
    return sorted(loads(viewer), key=lambda load: (load.member.unit_id,) not in there)
