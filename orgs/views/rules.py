"""The page on which members read and accept the rules of behavior (C26)."""

from django.shortcuts import redirect, render

from orgs import rules_of_behavior
from orgs.forms.account import RulesForm
from orgs.views.lock import local


def rules(request):
    """The rules, and while they are not accepted a button that does it; then back to what was wanted."""
    back = local(request, request.POST.get("next") or request.GET.get("next"))
    stands = rules_of_behavior.stand(request.user)
    form = RulesForm(request.POST if request.method == "POST" and not stands else None)
    if form.is_valid():
        rules_of_behavior.accept(request.user)
        return redirect("resume" if request.session.get("kept") else back)
    context = {
        "form": form,
        "next": back,
        "stands": stands,
        "accepted_at": request.user.rules_accepted_at,
        "version": rules_of_behavior.VERSION,
    }
    return render(request, "account/rules.html", context)
