"""What is done with the person: plan safe contact, try to reach them, go on to a case, or end."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from orgs import codes, notices
from orgs.once import once
from orgs.record import IllegalMove
from referrals.forms.intake import AttemptForm, EndForm, InTouchForm, PlanForm
from referrals.views.intake import found
from referrals.views.intake_facts import plan_gate
from referrals.words_since import of_intake

FORM = ["GET", "HEAD", "POST"]
KEPT = ("ways", "reach_at", "times", "when", "ask_for", "never")


@require_http_methods(FORM)
@once
def plan(request, number):
    """Make the plan for safe contact, or a new version of it; a packet's answers are where it starts."""
    intake = found(request, "plan", number)
    form = PlanForm(request.POST or None, initial=begun(intake))
    if form.is_valid():
        intake.make_plan(actor=request.user, **form.cleaned_data)
        notices.say(request, _("The plan is kept."))
        return redirect(intake)
    context = {"intake": intake, "plan": intake.person.plan, "form": form}
    return render(request, "referrals/intake/plan.html", context)


def begun(intake):
    """What the form starts with: the plan that stands, else what the referrer wrote."""
    plan = intake.person.plan
    if plan:
        return {name: getattr(plan, name) for name in KEPT}
    content, ways = intake.content, codes.load("cases", "contact_methods")
    return {
        "ways": [way for way in [content.get("reach_way")] if way in ways],
        "reach_at": ", ".join(
            filter(None, (content.get("phone") or intake.person.phone, content.get("reach_who")))
        )[:200],
        "times": content.get("times", []),
        "never": content.get("never", ""),
    }


@require_POST
def confirm_plan(request, number):
    """The person said that the plan is still safe."""
    intake = found(request, "plan", number)
    if intake.confirm_plan(actor=request.user) is None:
        return redirect("plan_intake", intake.number)
    notices.say(request, _("Confirmed; it is good for 30 days."))
    return redirect(intake)


@require_http_methods(FORM)
@once
def reach_out(request, number):
    """Log a try to reach the person. Without a plan of the last 30 days there is a gate, not a form (R37)."""
    intake = found(request, "reach_out", number)
    plan = intake.person.plan
    if not plan or not plan.is_verified:
        return closed(request, intake, plan)
    form = AttemptForm(request.POST or None, plan=plan)
    if form.is_valid():
        said = form.cleaned_data
        intake.reach_out(
            actor=request.user,
            way=said["way"],
            outcome=said["outcome"],
            minutes=said["minutes"] or 0,
            note=said["text"],
        )
        notices.say(request, after_words(said["outcome"], intake))
        return redirect(intake)
    context = {"intake": intake, "plan": plan, "form": form, "words": of_intake(intake, request.user)}
    return render(request, "referrals/intake/reach_out.html", context)


def closed(request, intake, plan):
    """The gate in place of the form; a POST that went round it is refused, and nothing is recorded."""
    from django.urls import reverse

    gate = plan_gate(intake, plan, lambda verb: reverse(f"{verb}_intake", args=[intake.number]))
    context = {"intake": intake, "plan": plan, "gate": gate, "words": of_intake(intake, request.user)}
    return render(
        request, "referrals/intake/reach_out.html", context, status=409 if request.method == "POST" else 200
    )


def after_words(outcome, intake):
    if intake.state == "engaged":
        return _("Kept. You are in touch.")
    if outcome in ("someone_else", "wrong_number", "unsafe"):
        return _("Kept. The plan must be confirmed again before anybody tries once more.")
    return _("Kept. This was attempt %(n)d.") % {"n": intake.attempts}


@require_http_methods(FORM)
@once
def engage(request, number):
    """They were in touch with us: when, how, and with whom; it is a contact on record."""
    intake = found(request, "engage", number)
    form = InTouchForm(request.POST or None, intake=intake, me=request.user)
    if form.is_valid():
        said = form.cleaned_data
        intake.engage(actor=request.user, way=said["way"], at=said["at"], by=said["by"], note=said["text"])
        notices.say(request, _("Kept. You are in touch."))
        return redirect(intake)
    context = {"intake": intake, "form": form, "words": of_intake(intake, request.user)}
    return render(request, "referrals/intake/engage.html", context)


@require_POST
def take_up(request, number):
    intake = found(request, "take_up", number)
    intake.take_up(actor=request.user)
    notices.say(request, _("You have it."))
    return redirect(intake)


@require_POST
def open_case(request, number):
    intake = found(request, "open_case", number)
    case = intake.open_case(actor=request.user)
    notices.say(request, _("Case %(number)s is open.") % {"number": case.number})
    seen = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
    return redirect(case if seen else intake)


@require_POST
def reopen(request, number):
    intake = found(request, "reopen", number)
    intake.reopen(actor=request.user)
    notices.say(request, _("Begun again. It needs an advocate."))
    return redirect(intake)


NOBODY_TOLD = gettext_lazy("The referrer is not told; the law does not allow it.")
EXPLAIN = {
    "decline_services": gettext_lazy("The door stays open: they can call at any time. "),
    "give_up": gettext_lazy(
        "Every attempt was made under a safe plan, and you as a supervisor say that it is enough. "
    ),
    "find_unsafe": gettext_lazy("Nobody tries to reach them from now on. A supervisor can begin again. "),
    "find_ineligible": "",
    "refer_out": gettext_lazy("The person was told of the other service, by them or with them. "),
    "find_invalid": "",
}


@require_http_methods(FORM)
def end(request, number, verb):
    """One of the ways in which an intake ends, with its reason."""
    intake = found(request, verb, number)
    if verb == "give_up" and intake.attempts < intake.organization.safe_attempts:
        raise IllegalMove(verb, intake, few(intake))
    form = EndForm(request.POST or None, verb=verb)
    if form.is_valid():
        getattr(intake, verb)(actor=request.user, reason=form.cleaned_data["reason"])
        notices.say(request, _("It has ended. A supervisor can begin it again."))
        return redirect(intake)
    context = {"intake": intake, "form": form, "label": _("End it"), "nobody_told": NOBODY_TOLD}
    return render(request, "referrals/intake/end.html", {**context, "explain": EXPLAIN[verb]})


def few(intake):
    return _("%(made)d of %(wanted)d safe attempts were made.") % {
        "made": intake.attempts,
        "wanted": intake.organization.safe_attempts,
    }
