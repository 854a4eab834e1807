"""A breach from the button to its closing by a second person (R43)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.breach_clocks import BY_CODE
from cases.breach_evidence import as_csv, evidence
from cases.forms.breach import CloseForm, ContainForm, GatherForm, StartForm, TellForm
from cases.models import Breach
from cases.models.breach import STEPS, TELLERS
from cases.views.asking import typed
from orgs import audit, audit_search, codes, notices
from orgs.access import get_permitted, lasting
from orgs.doors import for_roles
from orgs.once import once
from orgs.paper import handed_over
from orgs.record import IllegalMove
from orgs.roles import REFERRERS, VICTIM_SERVICES
from orgs.sign_in import step_up

FORM = ["GET", "HEAD", "POST"]
ROWS = lasting(
    Breach.objects.select_related("organization", "started_by", "member", "closure_requested_by", "closed_by")
)
PAGE = 50


@for_roles(*TELLERS)
@require_GET
def breaches(request):
    """Those of this organization, the newest first, and the button."""
    rows = ROWS.visible_to(request.user).filter(organization_id=request.user.organization_id)
    rows = list(rows[:PAGE])
    audit.viewed(request.user, Breach, "list", count=len(rows))
    return render(request, "cases/breach/list.html", {"rows": rows})


@for_roles(*TELLERS, *VICTIM_SERVICES, *REFERRERS)
@require_http_methods(FORM)
@once
def start(request):
    """Whoever lost the telephone presses it; those who answer for the house hear, and go on."""
    answers = request.user.role in TELLERS
    form = StartForm(typed(request), organization_id=request.user.organization_id, answers=answers)
    if request.method == "POST" and form.is_valid():
        breach = Breach.start(actor=request.user, **form.cleaned_data)
        notices.say(request, _("The clocks run. Everybody who can act on it is told."))
        return redirect(breach if answers else "home")
    return render(request, "cases/breach/start.html", {"form": form, "answers": answers})


def _breach(request, verb, breach):
    return get_permitted(request.user, f"{verb}_breach", ROWS, pk=breach)


@require_GET
def view(request, breach):
    breach = _breach(request, "view", breach)
    audit.viewed(request.user, breach)
    table, hidden = codes.load("cases", "breach_steps"), audit_search.hidden_from(request.user)
    context = {
        "breach": breach,
        "clocks": list(breach.told),
        "notices": breach.notices.select_related("by"),
        "records": [label for label in breach.records if label not in hidden],
        "steps": [(table.label(step), step in breach.contained) for step in STEPS],
        "asked_by_me": breach.closure_requested_by_id == request.user.pk,
    }
    return render(request, "cases/breach/view.html", context)


@require_http_methods(FORM)
def gather(request, breach):
    """What it is about, said anew; what the reader may not know of stays in it untouched (R42)."""
    breach = _breach(request, "gather", breach)
    _must_be_in(breach, "gather")
    hidden = audit_search.hidden_from(request.user)
    kept = [label for label in breach.records if label in hidden]
    shown = {name: getattr(breach, name) for name in ("what", "since", "until", "member", "affected")}
    shown["records"] = " ".join(label for label in breach.records if label not in hidden)
    form = GatherForm(typed(request), organization_id=breach.organization_id, initial=shown)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        breach.gather(actor=request.user, **{**said, "records": [*said["records"], *kept]})
        notices.say(request, _("The list of who saw what is made from this now."))
        return redirect(breach)
    return _ask(request, breach, form, _("What it is about"), _("Save"))


@require_http_methods(FORM)
def tell(request, breach, whom):
    breach = _breach(request, "tell", breach)
    if whom not in BY_CODE:
        raise Http404
    _must_be_in(breach, "tell")
    form = TellForm(typed(request), whom=whom)
    if request.method == "POST" and form.is_valid():
        try:
            breach.tell(whom, actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(refused.code, refused.messages)
        else:
            notices.say(request, _("It is on record."))
            return redirect(breach)
    return _ask(request, breach, form, _("Told: %(who)s") % {"who": BY_CODE[whom].who}, _("Write it down"))


@require_http_methods(FORM)
def contain(request, breach):
    breach = _breach(request, "contain", breach)
    _must_be_in(breach, "contain")
    form = ContainForm(typed(request), initial={"steps": breach.contained})
    if request.method == "POST" and form.is_valid():
        breach.contain(form.cleaned_data["steps"], actor=request.user)
        notices.say(request, _("Saved."))
        return redirect(breach)
    return _ask(request, breach, form, _("Contain it"), _("Save"))


def _ask(request, breach, form, heading, button):
    context = {"breach": breach, "form": form, "heading": heading, "button": button}
    return render(request, "cases/breach/ask.html", context)


@require_GET
def seen(request, breach):
    """Who saw what, to read and to print."""
    breach = _breach(request, "evidence", breach)
    rows, more = evidence(breach, request.user)
    audit.viewed(request.user, breach, "evidence", found=len(rows))
    return render(request, "cases/breach/seen.html", {"breach": breach, "rows": rows, "more": more})


@require_GET
@step_up
def export(request, breach):
    """The same for a spreadsheet, after the second factor (C8). The name of the file says nothing (R38)."""
    breach = _breach(request, "export", breach)
    rows, _more = evidence(breach, request.user)
    audit.viewed(request.user, breach, "export", found=len(rows))
    return handed_over(as_csv(rows), "text/csv; charset=utf-8", "causeway.csv")


@require_POST
def request_closure(request, breach):
    breach = _breach(request, "request_closure", breach)
    breach.request_closure(actor=request.user)
    notices.say(request, _("Somebody else closes it now."))
    return redirect(breach)


@require_POST
def refuse_closure(request, breach):
    breach = _breach(request, "refuse_closure", breach)
    breach.refuse_closure(actor=request.user)
    notices.say(request, _("It stays open."))
    return redirect(breach)


@require_http_methods(FORM)
def close(request, breach):
    breach = _breach(request, "close", breach)
    _must_be_in(breach, "close")
    form = CloseForm(typed(request))
    if request.method == "POST" and form.is_valid():
        breach.close(form.cleaned_data["lesson"], actor=request.user)
        notices.say(request, _("It is closed."))
        return redirect(breach)
    return _ask(request, breach, form, _("Close it"), _("Close it"))


@require_POST
def reopen(request, breach):
    breach = _breach(request, "reopen", breach)
    breach.reopen(actor=request.user)
    notices.say(request, _("It is open again."))
    return redirect(breach)


def _must_be_in(record, verb):
    """A form for a move that can no longer start is not shown: 409 with the state as it is."""
    if record.state not in record.MOVES[verb][0]:
        raise IllegalMove(verb, record)
