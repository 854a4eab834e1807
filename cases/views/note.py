"""Notes, addenda and services without a contact."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.forms.case import NoteForm, ServiceForm
from cases.models import Note
from cases.views.asking import about, ask, typed
from cases.views.looked_up import CASES
from orgs import clock, notices
from orgs.access import get_permitted
from orgs.once import once


@once
def write_note(request, number):
    case = get_permitted(request.user, "log_case", CASES, number=number)
    form = NoteForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.add_note(form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("Note kept."))
        return redirect(case)
    return ask(request, form, _("Write a note"), _("Keep it"), case.get_absolute_url(), about=about(case))


@once
def correct_note(request, number, note):
    """An addendum: what was written stays as it was (R34), on a closed case too."""
    case = get_permitted(request.user, "log_case", CASES, number=number)
    first = Note.objects.filter(case=case, pk=note).select_related("corrects").first()
    if first is None:
        raise Http404
    form = NoteForm(typed(request))
    if request.method == "POST" and form.is_valid():
        case.add_note(form.cleaned_data["text"], actor=request.user, corrects=first)
        notices.say(request, _("Added below the note."))
        return redirect(case)
    quoted = {"about": about(case), "why": first.text}
    return ask(request, form, _("Add to a note"), _("Add it"), case.get_absolute_url(), **quoted)


@once
def give_service(request, number):
    case = get_permitted(request.user, "log_case", CASES, number=number)
    form = ServiceForm(typed(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        case.add_service(said["code"], on=said["on"], minutes=said["minutes"] or 0, actor=request.user)
        notices.say(request, _("Service kept."))
        return redirect(case)
    return ask(request, form, _("A service given"), _("Keep it"), case.get_absolute_url(), about=about(case))
