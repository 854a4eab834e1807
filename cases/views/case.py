"""One case on one page, and where it stands."""

from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases import at_court, duties, goals
from cases.at_a_glance import glance
from cases.closing import elsewhere
from cases.forms.case import CloseForm, ClosureForm, ExtendForm, HoldForm
from cases.models import FollowUp, Merge, Release
from cases.models.case import OwnClosure, StillOpen
from cases.timeline import timeline
from cases.told import releases_beside
from cases.views import glass
from cases.views.asking import about, ask, typed
from cases.views.looked_up import ASSIGNED, CLOSING, PAGES
from orgs import audit, notices
from orgs.access import get_permitted
from orgs.words import local


@require_GET
def view_case(request, number):
    case = get_permitted(request.user, "view_case", PAGES, in_emergency=True, number=number)
    if case.by_glass:
        promised = FollowUp.objects.filter(case=case)
        return glass.seen(request, case, glance(case), promised, duties.running_on(case))
    audit.viewed(request.user, case)
    before = parse_datetime(request.GET.get("before", "").replace(" ", "+"))
    moments, older = timeline(case, before)
    asked = duties.of_case(case)
    coming, over = at_court.of_case(case)
    aims, ended = goals.of_case(case)
    context = {
        "case": case,
        "plan": case.person.plan,
        "followups": FollowUp.objects.filter(case=case).scheduled().order_by("due_at", "id"),
        "releases": list(releases_beside(case)),
        "duties": asked,
        "duties_running": sum(duty.due is not None for duty in asked),
        "court_coming": coming,
        "court_over": over,
        "goals": aims,
        "goals_ended": ended,
        "moments": moments,
        "older": older,
        "before": before,
        "glance": glance(case),
        "merges": Merge.objects.filter(kept=case.person_id, undone_at=None) if "merge" in case.may else (),
    }
    return render(request, "cases/case/view.html", context)


def _case(request, verb, number):
    return get_permitted(request.user, f"{verb}_case", ASSIGNED, number=number)


def hold(request, number):
    case = _case(request, "hold", number)
    form = HoldForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.hold(form.cleaned_data["until"], actor=request.user)
        said = _("The case rests until %(day)s. Follow-ups go on.") % {"day": _day(case)}
        notices.say(request, said, undo=_url("resume_case", case))
        return redirect(case)
    return ask(request, form, _("Put on hold"), _("Let it rest"), case.get_absolute_url(), about=about(case))


def extend(request, number):
    case = _case(request, "extend", number)
    form = ExtendForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.extend(form.cleaned_data["until"], form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("The case rests until %(day)s.") % {"day": _day(case)})
        return redirect(case)
    return ask(
        request,
        form,
        _("On hold for longer"),
        _("Let it rest for longer"),
        case.get_absolute_url(),
        about=about(case),
    )


def _day(case):
    return date_format(local(case.rests_until), "j F")


@require_POST
def resume(request, number):
    case = _case(request, "resume", number)
    case.resume(actor=request.user)
    notices.say(request, _("Work goes on."))
    return redirect(case)


@require_POST
def take_up(request, number):
    case = _case(request, "take_up", number)
    case.take_up(actor=request.user)
    notices.say(request, _("You have it."))
    return redirect(case)


def request_closure(request, number):
    case = _case(request, "request_closure", number)
    form = ClosureForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.request_closure(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("A supervisor was asked to close it. Until then it is yours."))
        return redirect(case)
    return ask(
        request, form, _("Ask to close"), _("Ask a supervisor"), case.get_absolute_url(), about=about(case)
    )


@require_POST
def refuse_closure(request, number):
    case = _case(request, "refuse_closure", number)
    case.refuse_closure(actor=request.user)
    notices.say(request, _("The case stays open."))
    return redirect(case)


def close(request, number):
    case = get_permitted(request.user, "close_case", CLOSING, number=number)
    form = CloseForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            case.close(actor=request.user)
        except StillOpen:
            form.add_error(None, _("Something is still due. Finish or cancel it first; it is listed above."))
        except OwnClosure as refused:
            form.add_error(None, refused.reason)
        else:
            notices.say(request, _("The case is closed."), undo=_url("reopen_case", case))
            return redirect(case)
    followups = list(FollowUp.objects.filter(case=case).scheduled().order_by("due_at", "id"))
    offers = list(case.assignments.filter(state="offered").select_related("assignee"))
    releases = Release.objects.filter(case=case).open().select_related("recipient")
    context = {"case": case, "form": form, "followups": followups, "offers": offers, "releases": releases}
    context["duties"] = running = duties.running_on(case)
    context["left"] = len(followups) + len(offers) + len(running) + sum(elsewhere(case).values())
    context["own"] = case.asked_to_close_by(request.user)
    return render(request, "cases/case/close.html", context)


@require_POST
def reopen(request, number):
    case = _case(request, "reopen", number)
    case.reopen(actor=request.user)
    notices.say(request, _("The case is open again."))
    return redirect(case)


def _url(name, case):
    from django.urls import reverse

    return reverse(name, args=[case.number])
