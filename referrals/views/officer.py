"""Who is too near to an intake: the officer who filed it, or everybody here (R42)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.views.wall import insiders
from orgs import notices
from orgs.access import get_permitted
from referrals.views.intake import LOOKED_UP, found

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def mark_officer(request, number):
    """Whoever works with it may mark; it is at work with the press."""
    whys = [
        _("From now on nothing that you do here reaches the agency: no question, no message, no change."),
        _("It holds for every packet of this agency about this person, whoever filed it."),
        _("For the officer and everybody there the packet looks as it does now, until it closes by itself."),
        _("Choose under “Someone is too near to this” who here must see nothing of it."),
    ]
    return _ask(request, number, "mark_officer", _("The officer who filed it is the one who harms"), whys,
                _("Mark it"), _("Marked. The packet stands still for the agency."))  # fmt: skip


@require_http_methods(FORM)
def show_heads(request, number):
    """A supervisor's decision: it tells the heads that there is something to keep from the officer."""
    whys = [
        _("The heads of the officer’s unit will read what you write from now on, and be told to look."),
        _("They learn by it that it is kept from the officer. Nobody can take that back."),
        _("Press only when you have spoken to them by another way and are sure of each of them."),
    ]
    said = _("What is written from now on goes to the heads of unit.")
    return _ask(
        request, number, "show_heads", _("Let the heads of unit see it"), whys, _("I am sure of them"), said
    )


@require_http_methods(FORM)
def lift_mark(request, number):
    whys = [
        _("What is written from now on goes to the officer again."),
        _("What was written while it was marked stays here and is never sent."),
        _("Another packet of the agency about this person stays marked until its own mark is taken away."),
    ]
    return _ask(request, number, "lift_mark", _("The mark was wrong"), whys, _("Take the mark away"),
                _("The mark is gone."))  # fmt: skip


def _ask(request, number, verb, heading, whys, button, sentence):
    intake = found(request, verb, number)
    if request.method == "POST":
        getattr(intake, verb)(actor=request.user)
        notices.say(request, sentence)
        return redirect(intake)
    context = {"intake": intake, "heading": heading, "whys": whys, "button": button}
    return render(request, "referrals/officer/ask.html", context)


@require_POST
def hide_heads(request, number):
    intake = found(request, "hide_heads", number)
    intake.hide_heads(actor=request.user)
    notices.say(request, _("Nobody at the agency reads what is written from now on."))
    return redirect(intake)


@require_http_methods(FORM)
def name_insiders(request, number):
    """The person who arrived works here: only who is named finds anything of them from now on."""
    intake = get_permitted(request.user, "check_conflict_intake", LOOKED_UP, number=number)
    return insiders(request, intake.person, [intake.assigned_to, intake.asked], intake, intake.number)
