"""Opening one record in an emergency, what is seen then, and what follows (R32)."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import glass
from cases.forms.glass import BreakGlassForm, EndGlassForm, ReviewGlassForm
from cases.models import BreakGlass
from cases.models.glass import TooMany
from cases.views.asking import typed
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.doors import for_roles
from orgs.roles import VICTIM_SERVICES
from orgs.sign_in import step_up

FORM = ["GET", "HEAD", "POST"]
USES = lasting(BreakGlass.objects.select_related("opened_by", "holder", "person", "ended_by", "reviewed_by"))
LATEST = 5  # tries to reach the person that are shown
PAGE = 50


@for_roles(*VICTIM_SERVICES)
@require_http_methods(FORM)
@step_up
def break_glass(request):
    """A number, a reason and a sentence; whoever may see the record anyway is led to it."""
    form = BreakGlassForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if open_already(request.user, said["number"]):
                return redirect(_address(said["number"]))
            if use := BreakGlass.open(actor=request.user, **said):
                notices.say(request, _("Open for an hour, for looking. The supervisors are told."))
                return redirect(use.subject_url)
        except TooMany:
            form.add_error(
                None, _("You have three records open in this way. End one first, or call a supervisor.")
            )
        else:
            audit.bystander(request.user, "break_glass", outcome="denied", asked=said["number"])
            form.add_error(
                "number",
                _("No record opens under this number. Look at the number again, or call a supervisor."),
            )
    return render(request, "cases/glass/break.html", {"form": form, "most": glass.AT_ONCE})


def open_already(member, number):
    """Whether the member needs no emergency to see what has this number."""
    kind = glass.kind_of(number)
    rows = (
        kind.model.objects.visible_to(member).filter(organization_id=member.organization_id) if kind else None
    )
    return rows is not None and rows.filter(number=number).exists()


def _address(number):
    return reverse(f"view_{glass.kind_of(number).model._meta.model_name}", args=[number])


def seen(request, record, facts, followups=None, running=()):
    """The page of a record that is open by the glass: how to reach the person safely, and what is due.

    No move, no note, no release, no way on to another record (docs/decisions/0014). Every look is on record.
    """
    uses = USES.standing().filter(opened_by=request.user, subject_id=record.pk)
    use = uses.first()
    if use is None:  # the hour ended between two questions
        raise Http404
    audit.viewed(request.user, record, by_glass=str(use.pk))
    context = {
        "record": record,
        "use": use,
        "called": record.person.called,
        "plan": record.person.plan,
        "facts": facts,
        "followups": followups.scheduled().order_by("due_at", "id") if followups is not None else (),
        "running": running,
        "attempts": record.person.attempts.select_related("by")[:LATEST],
    }
    return render(request, "cases/glass/seen.html", context)


@require_GET
def view(request, use):
    use = get_permitted(request.user, "view_breakglass", USES, pk=use)
    audit.viewed(request.user, use)
    mine = use.opened_by_id == request.user.pk
    context = {"use": use, "mine": mine, "may_open": mine and use.is_standing, "may": use.may}
    return render(request, "cases/glass/view.html", context)


@require_http_methods(FORM)
def end(request, use):
    use = get_permitted(request.user, "end_breakglass", USES, pk=use)
    form = EndGlassForm(typed(request))
    if request.method == "POST" and form.is_valid():
        use.end(form.cleaned_data["done"], actor=request.user)
        notices.say(request, _("It is shut. A supervisor reviews it."))
        return redirect(use)
    return render(request, "cases/glass/ask.html", {"use": use, "form": form, "ends": True})


@require_http_methods(FORM)
def review(request, use):
    use = get_permitted(request.user, "review_breakglass", USES, pk=use)
    form = ReviewGlassForm(typed(request))
    if request.method == "POST" and form.is_valid():
        use.review(actor=request.user, **form.cleaned_data)
        notices.say(request, _("Reviewed, and shut."))
        return redirect(use)
    return render(request, "cases/glass/ask.html", {"use": use, "form": form})


@for_roles(*VICTIM_SERVICES)
@require_GET
def uses(request):
    """For a supervisor every use here, for others of the records that are theirs and what they opened."""
    rows = USES.visible_to(request.user).filter(organization_id=request.user.organization_id)
    waiting = list(rows.to_review()[:PAGE])
    past = list(rows.filter(state="reviewed")[:PAGE])
    audit.viewed(request.user, BreakGlass, "list", count=len(waiting) + len(past))
    return render(request, "cases/glass/list.html", {"waiting": waiting, "past": past})
