"""Where one is signed in, and signing out there (C21); for an administrator, signing somebody out (C9)."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import audit, notices, session_list
from orgs.doors import for_roles
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.sign_in import step_up


def sessions(request):
    """Every place where this member is signed in, this one marked."""
    mine = list(session_list.standing(request.user))
    context = {"sessions": mine, "this": request.session.get("start"), "others": len(mine) > 1}
    return render(request, "account/sessions.html", context)


@require_POST
def end_session(request, pk):
    """Sign out in one of those places."""
    starts = session_list.standing(request.user).filter(pk=pk)
    if not starts.exists():
        raise Http404
    if str(pk) == request.session.get("start"):
        from orgs import session

        session.end(request, "member")
        return redirect("account_login")
    session_list.end(request.user, starts)
    notices.say(request, _("Signed out there."))
    return redirect("sessions")


@require_POST
def end_other_sessions(request):
    """Sign out everywhere but here. No device is told any more: which one was lost is not known."""
    others = session_list.standing(request.user).exclude(pk=request.session.get("start"))
    devices, _rows = request.user.devices.all().delete()
    session_list.end(request.user, others)
    if devices:
        audit.write(request.user, "remove_device", request.user, count=devices)
        notices.say(request, _("Signed out everywhere else, and your devices are told nothing more."))
    else:
        notices.say(request, _("Signed out everywhere else."))
    return redirect("sessions")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def end_member_sessions(request, pk):
    """An administrator signs a member out everywhere."""
    from orgs.views.members import member_of, refused

    member = member_of(request.user, pk)
    try:
        member.end_sessions(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Signed out everywhere. They can sign in again."))
    return redirect("members")
