"""Notes from one shift to the next, left at the desk and taken there."""

from datetime import timedelta

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.views.asking import ask, typed
from orgs import clock, notices
from orgs.access import get_permitted
from orgs.doors import for_roles
from orgs.once import once
from orgs.roles import DESK
from referrals.forms.shift_note import ShiftNoteForm
from referrals.models import ShiftNote

READ_AGAIN = timedelta(hours=24)  # how long after it was taken a note can be read at the desk
LIMIT = 50


@for_roles(*DESK)
@once
def leave_shiftnote(request):
    form = ShiftNoteForm(typed(request), member=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ShiftNote.leave(said["text"], actor=request.user, **said["number"])
        notices.say(request, _("Left at the desk, until somebody takes it."))
        return redirect("inbox")
    return ask(request, form, _("A note for the next shift"), _("Leave it"), reverse("inbox"))


@require_POST
def take_shiftnote(request, pk):
    note = get_permitted(request.user, "take_shiftnote", ShiftNote, pk=pk)
    note.take(actor=request.user)
    notices.say(request, _("It is yours now. You can read it here again until tomorrow."))
    return redirect("inbox")


def notes_for(member):
    """(those that wait to be taken, those that were taken lately), as this member may see them."""
    notes = ShiftNote.objects.visible_to(member).for_page()
    waiting = notes.filter(state="left")
    taken = notes.filter(state="taken", taken_at__gt=clock.now() - READ_AGAIN)
    both = list((waiting | taken)[:LIMIT])
    return [n for n in both if n.state == "left"], [n for n in both if n.state == "taken"]
