"""Who is away and who covers: a list for all who work here, and what a supervisor arranges."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.models import Absence, Case
from cases.views.asking import ask, typed
from orgs import audit, clock, notices
from orgs.access import get_permitted, lasting
from orgs.doors import for_roles
from orgs.models import User
from orgs.once import once
from orgs.record import IllegalMove
from orgs.roles import VICTIM_SERVICES, Role
from referrals.forms.absence import AbsenceForm
from referrals.models import Intake

FORM = ["GET", "HEAD", "POST"]
ABSENCES = lasting(Absence.objects.select_related("user", "cover", "proposed_by", "directed_by", "ended_by"))
SHOWN = 100


@for_roles(*VICTIM_SERVICES)
@require_GET
def absences(request):
    """Who is away now, who will be, and what waits for a supervisor's word."""
    rows = ABSENCES.visible_to(request.user).filter(organization_id=request.user.organization_id)
    now = clock.now()
    standing = list(rows.standing().filter(ends_at__gt=now)[:SHOWN])
    context = {
        "away": [one for one in standing if one.starts_at <= now],
        "coming": [one for one in standing if one.starts_at > now],
        "proposed": list(rows.filter(state="proposed")[:SHOWN]),
    }
    audit.viewed(request.user, Absence, "list", count=sum(len(context[name]) for name in ("away", "coming")))
    return render(request, "referrals/absence/list.html", context)


@for_roles(*VICTIM_SERVICES)
@require_http_methods(FORM)
@once
def begin(request):
    """Who works here proposes; what a supervisor says is arranged at once."""
    form = AbsenceForm(typed(request), viewer=request.user, initial=_first(request))
    if request.method == "POST" and form.is_valid():
        directs = request.user.role == Role.SUPERVISOR
        begin_it = Absence.arrange if directs else Absence.propose
        try:
            made = begin_it(form.cleaned_data["who"], actor=request.user, **form.said)
            form.swap(made)
        except IllegalMove as refused:  # somebody else has arranged something in the same moment
            form.add_error(None, refused.reason)
        else:
            arranged, asked = _("Arranged."), _("Proposed. A supervisor decides; until then nothing changes.")
            notices.say(request, arranged if directs else asked)
            return redirect(made)
    return ask(request, form, _("Somebody is away"), _("Go on"), _list())


def _first(request):
    """Today, and whoever the page was come from for."""
    who = request.GET.get("who", "")
    ours = User.objects.filter(organization_id=request.user.organization_id)
    known = next((one for one in ours if str(one.pk) == who), None)
    return {"first_day": clock.today(), "who": known}


@require_GET
def view(request, absence):
    """Who, until when, who covers, and what there is to cover as far as the reader may know of it (R42)."""
    absence = _absence(request, "view", absence)
    cases = Case.objects.visible_to(request.user).filter(assigned_to=absence.user).open()
    cases = list(cases.select_related("person").order_by("number")[:SHOWN])
    intakes = Intake.objects.visible_to(request.user).open_for(absence.user)
    intakes = list(intakes.select_related("person")[:SHOWN])
    for record in (*cases, *intakes):
        record.with_supervisors = absence.is_running and record.covered_by_id is None
    context = {"absence": absence, "may": absence.may, "cases": cases, "intakes": intakes}
    audit.viewed(request.user, absence)  # how many each reader sees would tell of a wall
    return render(request, "referrals/absence/view.html", context)


@require_http_methods(FORM)
def direct(request, absence):
    return _arrange(request, absence, "direct", _("Arrange it"), _("Arranged."))


@require_http_methods(FORM)
def change(request, absence):
    return _arrange(request, absence, "change", _("Who covers, and until when"), _("Changed."))


def _arrange(request, absence, verb, heading, done):
    absence = _absence(request, verb, absence)
    if absence.state not in absence.MOVES[verb][0] or absence.is_over:
        raise IllegalMove(verb, absence)
    form = AbsenceForm(typed(request), viewer=request.user, absence=absence)
    if request.method == "POST" and form.is_valid():
        getattr(absence, verb)(actor=request.user, **form.said)
        form.swap(absence)
        notices.say(request, done)
        return redirect(absence)
    return ask(request, form, heading, _("Save"), absence.get_absolute_url(), about=absence.user.name)


@require_POST
def refuse(request, absence):
    absence = _absence(request, "refuse", absence)
    absence.refuse(actor=request.user)
    notices.say(request, _("Not arranged. Nothing changes hands."))
    return redirect(absence)


@require_POST
def withdraw(request, absence):
    absence = _absence(request, "withdraw", absence)
    absence.withdraw(actor=request.user)
    notices.say(request, _("Withdrawn."))
    return redirect(absence)


@require_POST
def confirm(request, absence):
    """Whoever covers has seen who is away, and until when."""
    absence = _absence(request, "confirm", absence)
    absence.confirm(actor=request.user)
    notices.say(request, _("Thank you. Their reminders ring with you until they are back."))
    return redirect(absence)


@require_POST
def end(request, absence):
    """Back early."""
    absence = _absence(request, "end", absence)
    absence.end(actor=request.user)
    notices.say(request, _("It is over. What is open is theirs alone again."))
    return redirect(absence)


def _absence(request, verb, pk):
    return get_permitted(request.user, f"{verb}_absence", ABSENCES, pk=pk)


def _list():
    from django.urls import reverse

    return reverse("absences")
