"""Promises: made, kept, moved, dropped, and taken back."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.followup import CancelForm, CompleteForm, FollowUpForm, RescheduleForm
from cases.views.asking import about, ask, typed
from cases.views.looked_up import CASES, FOLLOWUPS
from orgs import notices
from orgs.access import get_permitted
from orgs.once import once


@once
def promise(request, number):
    case = get_permitted(request.user, "log_case", CASES, number=number)
    form = FollowUpForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.promise(form.cleaned_data["what"], form.cleaned_data["due_at"], actor=request.user)
        notices.say(request, _("Planned. You will be reminded when it is due, outside quiet hours."))
        return redirect(case)
    return ask(request, form, _("Plan a follow-up"), _("Plan it"), case.get_absolute_url(), about=about(case))


def _followup(request, verb, followup):
    return get_permitted(request.user, f"{verb}_followup", FOLLOWUPS, pk=followup)


def _back(request, followup):
    """Where the button was pressed, if it was a page of ours (Today, a board), else the case."""
    came = request.POST.get("back") or request.GET.get("back") or ""
    if url_has_allowed_host_and_scheme(came, allowed_hosts=None) and came.startswith("/"):
        return came
    return followup.case.get_absolute_url()


def _undo(followup):
    return reverse("reopen_followup", args=[followup.pk])


def complete(request, followup):
    """One press with an outcome ("done"), or a page that asks how it went."""
    followup = _followup(request, "complete", followup)
    form = CompleteForm(request.POST if request.POST.get("outcome") else None)
    if form.is_bound and form.is_valid():
        followup.complete(form.cleaned_data["outcome"], actor=request.user)
        notices.say(request, _("Done."), undo=_undo(followup))
        return redirect(_back(request, followup))
    return ask(
        request, form, _("How did it go?"), _("Keep it"), _back(request, followup), about=followup.what
    )


def reschedule(request, followup):
    followup = _followup(request, "reschedule", followup)
    form = RescheduleForm(typed(request), initial={"due_at": followup.due_at})
    if request.method == "POST" and form.is_valid():
        followup.reschedule(form.cleaned_data["due_at"], actor=request.user)
        notices.say(request, _("Moved."))
        return redirect(_back(request, followup))
    return ask(request, form, _("Move to when?"), _("Move it"), _back(request, followup), about=followup.what)


def cancel(request, followup):
    followup = _followup(request, "cancel", followup)
    form = CancelForm(typed(request))
    if request.method == "POST" and form.is_valid():
        followup.cancel(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Taken off the list."), undo=_undo(followup))
        return redirect(_back(request, followup))
    return ask(
        request,
        form,
        _("Why will it not be done?"),
        _("Take it off"),
        _back(request, followup),
        about=followup.what,
    )


@require_POST
def reopen(request, followup):
    followup = _followup(request, "reopen", followup)
    followup.reopen(actor=request.user)
    notices.say(request, _("Back on the list."))
    return redirect(_back(request, followup))
