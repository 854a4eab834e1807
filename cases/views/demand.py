"""The desk for legal demands: supervisors work it, the case's advocate reads along (R28)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.forms.demand import (
    ComplyForm,
    CounselForm,
    LoseForm,
    NameCaseForm,
    NarrowForm,
    NotifyForm,
    OutcomeForm,
    ReceiveForm,
)
from cases.models import Demand
from cases.views.asking import typed
from orgs import audit, clock, notices
from orgs.access import get_permitted, lasting, verbs_of
from orgs.doors import for_roles
from orgs.models import User
from orgs.once import once
from orgs.record import IllegalMove
from orgs.roles import VICTIM_SERVICES, Role
from orgs.sign_in import step_up

FORM = ["GET", "HEAD", "POST"]
ROWS = lasting(Demand.objects.select_related("case", "person", "received_by", "noticed_by", "ended_by"))
PAGE = 50


@for_roles(Role.SUPERVISOR)
@require_GET
def demands(request):
    """What is to be answered, the first to be due first, and what has ended."""
    rows = ROWS.visible_to(request.user).filter(organization_id=request.user.organization_id)
    context = {"waiting": list(rows.open()[:PAGE]), "past": list(rows.exclude(ended_at=None)[:PAGE])}
    audit.viewed(request.user, Demand, "list", count=len(context["waiting"]) + len(context["past"]))
    return render(request, "cases/demand/list.html", context)


@for_roles(*VICTIM_SERVICES)
@require_http_methods(FORM)
@once
def receive(request):
    """Whoever is at the door writes down what was served; supervisors hear of it at once."""
    form = ReceiveForm(
        typed(request),
        member=request.user,
        initial={"number": request.GET.get("case", "")[:20], "served_at": clock.now()},
    )
    if request.method == "POST" and form.is_valid():
        demand = Demand.receive(actor=request.user, **form.received())
        if "view" in verbs_of(request.user, demand):
            notices.say(request, _("It is on record. Nothing leaves before the steps below."))
            return redirect(demand)
        notices.say(request, _("It is on record, and the supervisors hear of it now. Say nothing more."))
        return redirect("home")
    return render(request, "cases/demand/receive.html", {"form": form, "leads": leads(request.user)})


def leads(member):
    """The supervisors to call, for one who is none; [] for a supervisor."""
    if member.role == Role.SUPERVISOR:
        return []
    there = User.objects.filter(organization_id=member.organization_id).in_role(Role.SUPERVISOR)
    return list(there.order_by("name"))


def _demand(request, verb, demand):
    """The demand, through the door of this verb, in a state from which the verb can start."""
    demand = get_permitted(request.user, f"{verb}_demand", ROWS, pk=demand)
    if verb in demand.MOVES and demand.state not in demand.MOVES[verb][0]:
        raise IllegalMove(verb, demand)
    return demand


def _facts(demand):
    items = list(demand.items.all())
    advised, noticed = bool(demand.counsel_at), bool(demand.notice)
    return {"demand": demand, "items": items, "noticed": noticed, "advised": advised}


@require_GET
def view(request, demand):
    demand = _demand(request, "view", demand)
    audit.viewed(request.user, demand)
    return render(request, "cases/demand/view.html", {**_facts(demand), "may": demand.may})


@require_GET
@step_up
def print_page(request, demand):
    """The log on paper, for counsel: what was served, what was done, exactly what left."""
    demand = _demand(request, "print", demand)
    audit.viewed(request.user, demand, "print")
    return render(request, "cases/demand/print.html", _facts(demand))


def _ask(request, demand, form, heading, button, **more):
    context = {"demand": demand, "form": form, "heading": heading, "button": button, **more}
    return render(request, "cases/demand/ask.html", context)


@require_http_methods(FORM)
def name_case(request, demand):
    """Whoever took the paper saw no case, or named another: a supervisor says which it is."""
    demand = _demand(request, "name_case", demand)
    demand.must_be_untold("name_case")
    form = NameCaseForm(typed(request), member=request.user, initial={"number": demand.label})
    if request.method == "POST" and form.is_valid():
        demand.name_case(form.record, actor=request.user)
        notices.say(request, _("It is about %(number)s. Tell nobody outside.") % {"number": demand.label})
        return redirect(demand)
    return _ask(request, demand, form, _("The record"), _("It is about this one"))


@require_http_methods(FORM)
def notify(request, demand):
    demand = _demand(request, "notify", demand)
    if request.method == "POST":
        demand.must_name_a_case("notify")
    plan = demand.person.plan if demand.person_id else None
    form = NotifyForm(typed(request), plan=plan)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        demand.notify(said["notice"], actor=request.user, why=said["why"], way=said.get("way", ""))
        notices.say(request, _("It is on record."))
        return redirect(demand)
    return _ask(
        request, demand, form, _("Tell the person"), _("Write it down"), plan=plan, gated=not _verified(plan)
    )


def _verified(plan):
    return bool(plan and plan.is_verified)


@require_http_methods(FORM)
def name_counsel(request, demand):
    demand = _demand(request, "name_counsel", demand)
    form = CounselForm(typed(request))
    if request.method == "POST" and form.is_valid():
        demand.name_counsel(form.cleaned_data["counsel"], actor=request.user)
        notices.say(request, _("Counsel is named."))
        return redirect(demand)
    return _ask(request, demand, form, _("Counsel"), _("Save"))


@require_http_methods(FORM)
def narrow(request, demand):
    demand = _demand(request, "narrow", demand)
    form = NarrowForm(typed(request), kind=demand.kind)
    if request.method == "POST" and form.is_valid():
        demand.narrow(actor=request.user, **form.cleaned_data)
        notices.say(request, _("It is narrowed. Nothing has left."))
        return redirect(demand)
    return _ask(request, demand, form, _("Narrow it"), _("That is what is left"))


@require_http_methods(FORM)
@step_up
def comply(request, demand):
    """Exactly what leaves, each with its line of the ledger, after the second factor (C8)."""
    demand = _demand(request, "comply", demand)
    form = ComplyForm(typed(request), notes_ordered=demand.notes_ordered)
    if request.method == "POST" and form.is_valid():
        demand.comply(form.items(), actor=request.user, method=form.cleaned_data["method"])
        notices.say(request, _("Each item is in the ledger. Nothing else may leave under it."))
        return redirect(demand)
    return _ask(request, demand, form, _("Exactly what leaves"), _("Write it in the ledger"), stop=True)


def _ending(verb, heading):
    @require_http_methods(FORM)
    def end(request, demand):
        demand = _demand(request, verb, demand)
        form = OutcomeForm(typed(request))
        if request.method == "POST" and form.is_valid():
            getattr(demand, verb)(form.cleaned_data["outcome"], actor=request.user)
            notices.say(request, _("It is on record. Nothing left."))
            return redirect(demand)
        return _ask(request, demand, form, str(heading), _("Write it down"))

    end.__name__ = verb
    return end


object_ = _ending("object", gettext_lazy("Answer without giving anything"))
win_quash = _ending("win_quash", gettext_lazy("The court took it back"))
withdraw = _ending("withdraw", gettext_lazy("Whoever asked took it back"))


@require_POST
def move_to_quash(request, demand):
    demand = _demand(request, "move_to_quash", demand)
    demand.move_to_quash(actor=request.user)
    notices.say(request, _("It is before the court. Until it has spoken nothing leaves."))
    return redirect(demand)


@require_http_methods(FORM)
def lose_quash(request, demand):
    demand = _demand(request, "lose_quash", demand)
    form = LoseForm(typed(request))
    if request.method == "POST" and form.is_valid():
        demand.lose_quash(form.cleaned_data["due_at"], actor=request.user)
        notices.say(request, _("Narrow it anew: only what the court left of it."))
        return redirect(demand)
    return _ask(request, demand, form, _("The court let it stand"), _("Save"))
