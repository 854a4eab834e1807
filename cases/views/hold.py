"""A legal hold on a case: placed, gone on with, lifted (R35)."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.forms.retention import HoldForm, LiftForm
from cases.models import Demand, LegalHold
from cases.views.asking import about, ask, typed
from cases.views.looked_up import CASES
from orgs import clock, notices
from orgs.access import get_permitted
from orgs.record import IllegalMove


def place(request, number):
    case = get_permitted(request.user, "place_hold_case", CASES, number=number)
    standing = LegalHold.objects.filter(case=case, lifted_at=None).first()
    known = {"reason": standing.reason, "note": standing.note} if standing else {}
    form = HoldForm(typed(request), now=clock.now(), initial=known)
    if request.method == "POST" and form.is_valid():
        LegalHold.place(case, actor=request.user, **form.said())
        notices.say(request, _("Held. Nothing about this person is purged until somebody lifts it."))
        return redirect(case)
    return ask(
        request,
        form,
        _("A legal hold"),
        _("Go on holding") if standing else _("Hold everything"),
        case.get_absolute_url(),
        about=about(case),
    )


def lift(request, number):
    case = get_permitted(request.user, "lift_hold_case", CASES, number=number)
    hold = LegalHold.objects.filter(case=case, lifted_at=None).first()
    if hold is None:
        raise IllegalMove("lift_hold", case, _("Nothing holds it."))
    form = LiftForm(typed(request))
    if request.method == "POST" and form.is_valid():
        hold.lift(form.cleaned_data["reason"], actor=request.user)
        asked = Demand.objects.open().filter(person_id=case.person_id).exists()
        notices.say(
            request,
            _("The hold is lifted. Nothing goes all the same before the legal demand is answered.")
            if asked
            else _("The hold is lifted. The usual periods count again."),
        )
        return redirect(case)
    return ask(
        request,
        form,
        _("Lift the legal hold"),
        _("Lift it"),
        case.get_absolute_url(),
        about=about(case),
        why=hold.reason_in_words,
        stop=True,
    )
