"""Days that a law sets for a case: the copy of a report, victim compensation."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.duty import DeadlineForm
from cases.models import Deadline
from cases.models.deadline import KINDS
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import notices
from orgs.once import once
from orgs.words import exactly


@once
def begin(request, number):
    case = duties.case_of(request, number)
    form = DeadlineForm(typed(request))
    if request.method == "POST" and form.is_valid():
        Deadline.begin(case, actor=request.user, **form.cleaned_data)
        notices.say(request, _("It runs. You will be reminded in time."))
        return redirect(case)
    return ask(
        request, form, _("A day that the law sets"), _("Begin it"), case.get_absolute_url(), about=about(case)
    )


def _deadline(request, verb, deadline):
    return duties.duty_of(request, Deadline, verb, deadline)


@require_GET
def view(request, deadline):
    deadline = _deadline(request, "view", deadline)
    if deadline.state == "running":
        acts = [("excuse", _("Not required…"), "link")]
    else:
        acts = [("reopen", _("Not done after all"), "press")]
    ended = deadline.state == "met" and f"{exactly(deadline.ended_at)}, {deadline.ended_by.name}"
    happened = [(_("Last moment"), exactly(deadline.runs_until)), (_("Done"), ended or "")]
    row = KINDS[deadline.kind]
    return duties.page(
        request, deadline, what=deadline.kind_in_words, law=row.extra["law"], said=[], happened=happened,
        acts=acts, say=row.hint,
    )  # fmt: skip


def meet(request, deadline):
    """A press from a list, or a page that says what it means."""
    deadline = _deadline(request, "meet", deadline)
    if request.method == "POST":
        deadline.meet(actor=request.user)
        notices.say(request, _("Done."), undo=reverse("reopen_deadline", args=[deadline.pk]))
        return redirect(deadline.case)
    return render(request, "cases/duty/meet.html", {"duty": deadline, "row": KINDS[deadline.kind]})


def excuse(request, deadline):
    return duties.excuse(request, Deadline, deadline)


@require_POST
def reopen(request, deadline):
    return duties.reopen(request, Deadline, deadline)
