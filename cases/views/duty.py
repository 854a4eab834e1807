"""What the pages of all duties share, and their two lists."""

from functools import cache

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases import duties
from cases.duty_words import NEXT
from cases.forms.duty import ExcuseForm
from cases.views.asking import ask, typed
from cases.views.looked_up import CASES
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.roles import Role
from orgs.words import exactly

SHOWN = 100


def case_of(request, number):
    """The case on which a duty is begun, for whoever works it."""
    return get_permitted(request.user, "log_case", CASES, number=number)


@cache
def _duties(model):
    return lasting(model.objects.select_related("case", "person", "organization", "begun_by", "ended_by"))


def duty_of(request, model, verb, pk):
    return get_permitted(request.user, f"{verb}_{model._meta.model_name}", _duties(model), pk=pk)


def done(request, form, act):
    """Do `act()`; False, with the fault said in the form, where the record refuses what was typed."""
    try:
        act()
    except ValidationError as refused:
        form.add_error(refused.code if refused.code in form.fields else None, refused)
        return False
    return True


def ask_about(request, duty, form, heading, button, **more):
    """The page of one form about a duty."""
    return ask(request, form, heading, button, duty.get_absolute_url(), about=duty.label, **more)


def excuse(request, model, pk):
    """A supervisor says that it does not apply, and why."""
    duty = duty_of(request, model, "excuse", pk)
    form = ExcuseForm(typed(request), noun=model._meta.model_name)
    if request.method == "POST" and form.is_valid():
        duty.excuse(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("It is on record that this is not required, and that you decided it."))
        return redirect(duty)
    return ask_about(request, duty, form, _("Not required"), _("Keep it"))


def reopen(request, model, pk):
    duty = duty_of(request, model, "reopen", pk)
    duty.reopen(actor=request.user)
    notices.say(request, _("It runs again, from when it began."))
    return redirect(duty)


def page(request, duty, *, what, law, said, happened, acts=(), say="", edit=""):
    """One duty on one page. `said` and `happened` are pairs; `acts` (label, address, how) beside the next."""
    audit.viewed(request.user, duty)
    noun = duty._meta.model_name
    following = NEXT.get((noun, duty.state)) if duty.due_at else None
    first = following and (following[1], _url(following[0], duty))
    context = {
        "duty": duty, "what": what, "law": law, "said": _there(said), "say": say, "edit": edit,
        "happened": _there([*_framed(duty), *happened]),
        "first": first if first and following[0] in duty.may else None,
        "acts": [(label, _url(verb, duty), how) for verb, label, how in acts if verb in duty.may],
    }  # fmt: skip
    return render(request, "cases/duty/view.html", context)


def _url(verb, duty):
    from django.urls import reverse

    return reverse(f"{verb}_{duty._meta.model_name}", args=[duty.pk])


def _framed(duty):
    yield _("Counted from"), exactly(duty.since)
    yield _("Begun"), f"{exactly(duty.begun_at)}, {duty.begun_by.name}"
    if duty.excuse_reason:
        yield _("Not required"), f"{duty.excuse_in_words} ({duty.ended_by.name}, {exactly(duty.ended_at)})"


def _there(pairs):
    return [(label, value) for label, value in pairs if value not in (None, "", [])]


@require_GET
def begin_duty(request, number):
    """Which duties of the law can be begun on a case, and when each is due."""
    case = case_of(request, number)
    return render(request, "cases/duty/begin.html", {"case": case})


@require_GET
def all_duties(request):
    """Everything that runs in the organization, for a supervisor."""
    if request.user.role != Role.SUPERVISOR:
        raise Http404
    rows = duties.everything_that_runs(request.user, SHOWN)
    audit.viewed(request.user, None, "list_duties")
    return render(request, "cases/duty/list.html", {"duties": rows[:SHOWN], "more": len(rows) > SHOWN})
