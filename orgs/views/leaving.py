"""A member goes: on a last day that is set ahead and can be taken back, or at once (C9)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import holdings, notices
from orgs.doors import for_roles
from orgs.forms.members import LastDayForm
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.sign_in import step_up
from orgs.views.members import member_of, refused


@for_roles(Role.ADMINISTRATOR)
@step_up
def set_last_day(request, pk):
    """On which day a member is here for the last time; set, or changed."""
    member = member_of(request.user, pk)
    form = LastDayForm(request.POST or None, initial={"day": member.last_day})
    if form.is_valid():
        try:
            member.set_last_day(form.cleaned_data["day"], actor=request.user)
        except NotNow as not_now:
            return refused(request, member, not_now)
        notices.say(request, _("Noted. The account closes by itself when that day is over."))
        return redirect("members")
    return render(request, "orgs/set_last_day.html", {"form": form, "member": member})


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def take_back_last_day(request, pk):
    """They stay after all."""
    member = member_of(request.user, pk)
    try:
        was_set = member.take_back_last_day(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Taken back. The account stays open.") if was_set else _("No last day was set."))
    return redirect("members")


@for_roles(Role.ADMINISTRATOR)
@step_up
def shut_out_member(request, pk):
    """Close an account at once, whatever its holder has in hand, after a page that says what follows."""
    member = member_of(request.user, pk)
    if request.method != "POST":
        return render(request, "orgs/shut_out_member.html", {"member": member, "held": holdings.of(member)})
    try:
        member.shut_out(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Shut out. Every session of theirs has ended, and nothing lets them in again."))
    return redirect("members")
