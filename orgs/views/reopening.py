"""A closed account opens again when two administrators say so; one that nobody used, at once (C9, C10)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from orgs import notices
from orgs.doors import for_roles
from orgs.forms.members import ReactivateForm
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.sign_in import step_up
from orgs.views.members import NOTHING_ASKED, member_of, refused

OPEN_AGAIN = _later("Open again. They sign in with the passphrase and second factor they had.")


@for_roles(Role.ADMINISTRATOR)
@step_up
def reactivate_member(request, pk):
    """Open a closed account, or one that nobody used for 90 days, with a reason."""
    member = member_of(request.user, pk)
    form = ReactivateForm(request.POST or None)
    if form.is_valid():
        try:
            is_open = member.reactivate(form.cleaned_data["reason"], actor=request.user)
        except NotNow as not_now:
            return refused(request, member, not_now)
        said = _("Noted. The account opens when another administrator approves.")
        notices.say(request, OPEN_AGAIN if is_open else said)
        return redirect("members")
    return render(request, "orgs/reactivate_member.html", {"form": form, "member": member})


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def approve_reactivation(request, pk):
    """A second administrator agrees that a closed account opens again."""
    member = member_of(request.user, pk)
    try:
        waited = member.approve_reactivation(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, OPEN_AGAIN if waited else NOTHING_ASKED)
    return redirect("members")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def withdraw_reactivation(request, pk):
    """What one asked for is not to be."""
    member = member_of(request.user, pk)
    try:
        waited = member.withdraw_reactivation(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Withdrawn. The account stays closed.") if waited else NOTHING_ASKED)
    return redirect("members")
