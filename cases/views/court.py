"""Court dates: set, moved, and what came of them."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.court import CallOffForm, ConcludeForm, CourtForm, SetForm
from cases.models import CourtDate
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import audit, notices
from orgs.once import once
from orgs.words import exactly


@once
def begin(request, number):
    case = duties.case_of(request, number)
    form = SetForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: CourtDate.begin(case, actor=request.user, **said)):
            notices.say(request, _("Set. You will be reminded before the day, and asked what came of it."))
            return redirect(case)
    return ask(request, form, _("A court date"), _("Set it"), case.get_absolute_url(), about=about(case))


def _date(request, verb, courtdate):
    return duties.duty_of(request, CourtDate, verb, courtdate)


@require_GET
def view(request, courtdate):
    date = _date(request, "view", courtdate)
    audit.viewed(request.user, date)
    facts = [
        (_("When"), exactly(date.at)),
        (_("Where"), date.court_in_words),
        (_("Who goes along"), _("Somebody of us") if date.goes_along else _("Nobody of us")),
        (_("What to remember"), date.note),
        (_("Set"), f"{exactly(date.begun_at)}, {date.begun_by.name}"),
    ]
    if date.outcome:
        facts.append((_("What came of it"), date.outcome_in_words))
        facts.append((_("Said"), f"{exactly(date.ended_at)}, {date.ended_by.name}"))
    return render(
        request, "cases/court/view.html", {"date": date, "facts": [pair for pair in facts if pair[1]]}
    )


def reschedule(request, courtdate):
    date = _date(request, "reschedule", courtdate)
    stands = {name: getattr(date, name) for name in ("at", "court", "goes_along", "note")}
    form = CourtForm(typed(request), initial=stands)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: date.reschedule(actor=request.user, **said)):
            notices.say(request, _("Changed. The reminders follow."))
            return redirect(date)
    return duties.ask_about(request, date, form, date.kind_in_words, _("Keep it"))


def conclude(request, courtdate):
    date = _date(request, "conclude", courtdate)
    form = ConcludeForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: date.conclude(actor=request.user, **said)):
            if said["outcome"] == "postponed":
                notices.say(request, _("It is on record, and what comes next is on the case."))
            else:
                notices.say(request, _("It is on record."), undo=reverse("reopen_courtdate", args=[date.pk]))
            return redirect(date.case)
    return duties.ask_about(request, date, form, date.kind_in_words, _("Keep it"))


def call_off(request, courtdate):
    date = _date(request, "call_off", courtdate)
    form = CallOffForm(typed(request))
    if request.method == "POST" and form.is_valid():
        date.call_off(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Taken off the list."), undo=reverse("reopen_courtdate", args=[date.pk]))
        return redirect(date.case)
    return duties.ask_about(request, date, form, date.kind_in_words, _("Take it off"))


@require_POST
def reopen(request, courtdate):
    date = _date(request, "reopen", courtdate)
    date.reopen(actor=request.user)
    notices.say(request, _("Back on the list."))
    return redirect(date)
