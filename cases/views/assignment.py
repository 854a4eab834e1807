"""A case from one advocate to another, inside the organization."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.case import DeclineForm, OfferForm
from cases.loads import is_urgent, loads
from cases.views.asking import ask, typed
from cases.views.looked_up import ASSIGNED, OFFERS
from orgs import audit, notices
from orgs.access import get_permitted
from orgs.record import IllegalMove
from orgs.roles import Role


def candidates(case, viewer):
    """The `Load` of everyone who could take this case, the least loaded first, walled members left out."""
    return [load for load in loads(viewer, case.person) if load.member.pk != case.assigned_to_id]


def assign(request, number):
    case = get_permitted(request.user, "assign_case", ASSIGNED, number=number)
    form = OfferForm(
        typed(request),
        people=candidates(case, request.user),
        may_direct=request.user.role == Role.SUPERVISOR,
    )
    if request.method == "POST" and form.is_valid():
        to, directed = form.cleaned_data["to"], form.cleaned_data.get("how") == "direct"
        reason = form.cleaned_data.get("reason", "") if directed else ""
        case.offer(to, actor=request.user, directed=directed, reason=reason)
        said = _("The case is now with %(name)s.") if directed else _("%(name)s was asked.")
        then = form.loads[to].with_more(urgent=is_urgent(case))
        notices.say(request, " ".join(filter(None, (said % {"name": to.name}, then.warning))))
        return redirect(case if request.user.role == Role.SUPERVISOR or not directed else "caseload")
    who = case.assigned_to.name if case.assigned_to else _("nobody")
    about = _("%(number)s is with %(who)s.") % {"number": case.number, "who": who}
    return ask(
        request, form, _("Give the case to someone else"), _("Go on"), case.get_absolute_url(), about=about
    )


def _assignment(request, verb, assignment):
    return get_permitted(request.user, f"{verb}_caseassignment", OFFERS, pk=assignment)


def view_assignment(request, assignment):
    """Enough to decide, and nothing about who the person is."""
    assignment = _assignment(request, "view", assignment)
    audit.viewed(request.user, assignment)
    return render(request, "cases/case/assignment.html", {"assignment": assignment, "case": assignment.case})


@require_POST
def accept(request, assignment):
    assignment = _assignment(request, "accept", assignment)
    assignment.accept(actor=request.user)
    notices.say(request, _("It is yours. Begin with how to reach them safely."))
    return redirect(assignment.case)


def decline(request, assignment):
    assignment = _assignment(request, "decline", assignment)
    form = DeclineForm(typed(request))
    if request.method == "POST" and form.is_valid():
        assignment.decline(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Declined. The case stays where it is."))
        return redirect("caseload")
    return ask(
        request, form, _("Why not you?"), _("Decline"), _place(assignment), about=assignment.case.number
    )


@require_POST
def supersede(request, assignment):
    """Ask nobody any more; what was accepted stays with whoever has it."""
    assignment = _assignment(request, "supersede", assignment)
    if assignment.state != "offered":
        raise IllegalMove("supersede", assignment)
    assignment.supersede(actor=request.user)
    notices.say(request, _("They are no longer asked."))
    return redirect("caseload")


def _place(assignment):
    from django.urls import reverse

    return reverse("view_caseassignment", args=[assignment.pk])
