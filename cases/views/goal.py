"""Goals: written down, looked at again together, reached or let go."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.goal import LetGoForm, ReviewForm, ReviseForm, SetForm
from cases.models import Goal
from cases.models.goal import next_look
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import audit, notices
from orgs.once import once
from orgs.words import exactly

LOOKS = 30  # of one goal that are shown, the last on top


@once
def begin(request, number):
    case = duties.case_of(request, number)
    form = SetForm(typed(request), initial={"look_on": next_look(request.user, case.priority)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: Goal.begin(case, actor=request.user, **said)):
            notices.say(request, _("Written down. You will be reminded to look at it together again."))
            return redirect(case)
    return ask(request, form, _("A goal"), _("Keep it"), case.get_absolute_url(), about=about(case))


def _goal(request, verb, goal):
    return duties.duty_of(request, Goal, verb, goal)


@require_GET
def view(request, goal):
    goal = _goal(request, "view", goal)
    audit.viewed(request.user, goal)
    facts = [
        (_("How far it is"), goal.due_at and goal.progress_in_words),
        (_("Looked at again on"), goal.due_at and exactly(goal.look_on)),
        (_("Written down"), f"{exactly(goal.begun_at)}, {goal.begun_by.name}"),
    ]
    if goal.ended_at:
        facts.append((goal.standing, f"{exactly(goal.ended_at)}, {goal.ended_by.name}"))
        facts.append((_("Why"), goal.reason_in_words))
    looks = goal.looks.select_related("by")[:LOOKS]
    context = {"goal": goal, "facts": [pair for pair in facts if pair[1]], "looks": looks}
    return render(request, "cases/goal/view.html", context)


@once
def review(request, goal):
    goal = _goal(request, "review", goal)
    form = ReviewForm(
        typed(request),
        initial={"progress": goal.progress, "look_on": next_look(request.user, goal.case.priority)},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: goal.review(actor=request.user, **said)):
            notices.say(request, _("Kept. You will be reminded of the next look."))
            return redirect(goal.case)
    said = f"“{goal.words}” · {goal.label}"
    return ask(request, form, goal.kind_in_words, _("Keep it"), goal.get_absolute_url(), about=said)


def revise(request, goal):
    goal = _goal(request, "revise", goal)
    stands = {name: getattr(goal, name) for name in ("kind", "words", "look_on")}
    form = ReviseForm(typed(request), initial=stands)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: goal.revise(actor=request.user, **said)):
            notices.say(request, _("Changed."))
            return redirect(goal)
    return duties.ask_about(request, goal, form, goal.kind_in_words, _("Keep it"))


@require_POST
def reach(request, goal):
    goal = _goal(request, "reach", goal)
    goal.reach(actor=request.user)
    return _ended(request, goal, _("Reached. Tell them so."))


@require_POST
def reach_partly(request, goal):
    goal = _goal(request, "reach_partly", goal)
    goal.reach_partly(actor=request.user)
    return _ended(request, goal, _("Kept: reached in part."))


def let_go(request, goal):
    goal = _goal(request, "let_go", goal)
    form = LetGoForm(typed(request))
    if request.method == "POST" and form.is_valid():
        goal.let_go(form.cleaned_data["reason"], actor=request.user)
        return _ended(request, goal, _("Let go. It can be taken up again at any time."))
    return duties.ask_about(request, goal, form, goal.kind_in_words, _("Let it go"))


def _ended(request, goal, sentence):
    notices.say(request, sentence, undo=reverse("reopen_goal", args=[goal.pk]))
    return redirect(goal.case)


@require_POST
def reopen(request, goal):
    goal = _goal(request, "reopen", goal)
    goal.reopen(actor=request.user)
    notices.say(request, _("It is worked toward again."))
    return redirect(goal)
