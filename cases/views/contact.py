"""Reaching a person: the plan first, then the try."""

from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.contact import LogContactForm, PlanForm
from cases.models import SafeContactPlan
from cases.models.contact import NoSafePlan, PersonDied
from cases.views.asking import about, ask, typed
from cases.views.looked_up import CASES
from orgs import notices
from orgs.access import get_permitted
from orgs.once import once


def _case(request, number):
    return get_permitted(request.user, "log_case", CASES, number=number)


@once
def log(request, number):
    """Attempt, services, note and next step in one form; no button without a plan that is good (R37)."""
    case = _case(request, number)
    plan = case.person.plan
    form = LogContactForm(typed(request), plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            case.log_contact(actor=request.user, **_said(form.cleaned_data))
        except PersonDied as refused:
            plan = refused.plan
            form.add_error(None, _("This person has died. Nobody tries to reach them any more."))
        except NoSafePlan as refused:
            plan = refused.plan
        else:
            notices.say(request, _("Written down."))
            return redirect(case)
    return render(request, "cases/contact/log.html", {"case": case, "plan": plan, "form": form})


def _said(cleaned):
    return {**cleaned, "minutes": cleaned["minutes"] or 0}


@once
def make_plan(request, number):
    case = _case(request, number)
    plan = case.person.plan
    form = PlanForm(typed(request), initial=_known(plan))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            SafeContactPlan.make(case.person, actor=request.user, **form.cleaned_data)
            case.refresh_from_db(fields=["plan_verified_at"])
            case.touch()
        notices.say(request, _("The plan is kept."))
        return redirect(case)
    return ask(
        request,
        form,
        _("How to reach them safely"),
        _("Keep this plan"),
        case.get_absolute_url(),
        about=about(case),
    )


def _known(plan):
    fields = ("ways", "reach_at", "times", "when", "ask_for", "never")
    return {field: getattr(plan, field) for field in fields} if plan else {}


@require_POST
def confirm_plan(request, number):
    case = _case(request, number)
    plan = case.person.plan
    if plan is None:
        return redirect("make_plan", number=number)
    plan.confirm(actor=request.user)
    notices.say(request, _("Confirmed. The plan is good for 30 days."))
    return redirect(case)
