"""Notes on coaching: for supervisors, beside all cases and in none of them."""

from uuid import UUID

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.forms.coaching import AddToCoachingForm, CoachingForm
from cases.models import Case, CoachingNote
from cases.views.asking import ask, typed
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.doors import for_roles
from orgs.models import User
from orgs.once import once
from orgs.roles import Role

NOTES = lasting(CoachingNote.objects.filter(adds_to=None).select_related("about", "by", "case"))
PAGE = 30


@require_GET
@for_roles(Role.SUPERVISOR)
def coachingnotes(request):
    """The newest first, of everybody or of one colleague."""
    notes = CoachingNote.objects.visible_to(request.user).firsts()
    about, before = (_id(request.GET.get(name, "")) for name in ("about", "before"))
    member = about and User.objects.filter(organization_id=request.user.organization_id, pk=about).first()
    notes = notes.filter(about=member) if member else notes
    notes = notes.filter(pk__lt=before) if before else notes  # an id is ordered by time
    page = list(notes.select_related("about", "by", "case")[: PAGE + 1])
    older = f"?before={page[PAGE - 1].pk}{f'&about={member.pk}' if member else ''}" if page[PAGE:] else ""
    context = {"notes": page[:PAGE], "older": older, "first": not before, "member": member}
    return render(request, "cases/coaching/list.html", context)


@for_roles(Role.SUPERVISOR)
@once
def write_coachingnote(request):
    form = CoachingForm(typed(request), writer=request.user, cases=Case.objects.visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        note = CoachingNote.write(said["about"], said["text"], actor=request.user, case=said["number"])
        notices.say(request, _("Note kept."))
        return redirect(note)
    return ask(request, form, _("Write a note on coaching"), _("Keep it"), reverse("coachingnotes"))


@require_GET
def view_coachingnote(request, pk):
    note = get_permitted(request.user, "view_coachingnote", NOTES, pk=pk)
    audit.viewed(request.user, note)
    context = {"note": note, "added": note.added.select_related("by").order_by("at", "id")}
    return render(request, "cases/coaching/view.html", context)


@once
def add_to_coachingnote(request, pk):
    """An addendum: what was written stays as it was."""
    note = get_permitted(request.user, "add_to_coachingnote", NOTES, pk=pk)
    form = AddToCoachingForm(typed(request))
    if request.method == "POST" and form.is_valid():
        note.add(form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("Added below the note."))
        return redirect(note)
    about = _("About %(name)s") % {"name": note.about.name}
    return ask(request, form, _("Add to a note"), _("Add it"), note.get_absolute_url(), about=about)


def _id(text):
    try:
        return UUID(text)
    except ValueError:
        return None
