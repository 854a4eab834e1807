"""The demo's own page: look as anybody with one press. Reached under the demo's settings alone."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.demo import people
from orgs import clock, sign_in
from orgs.keyring import holding
from orgs.models import User
from orgs.roles import Role
from orgs.tenancy import act_for

LOOKING = "demo_view"  # in the session of whoever came in by one press
WHAT_TO_TRY = {
    Role.OFFICER: "Refer someone on a phone; see what an officer is told, and what never.",
    Role.UNIT_SUPERVISOR: "The packets of a whole district.",
    Role.SYSTEM_ADVOCATE: "Works for the prosecution, and sees what a referrer sees.",
    Role.INTAKE_WORKER: "The inbox: acknowledge a crisis before its clock runs out.",
    Role.ADVOCATE: "Today, the caseload, a case with its plan, notes and releases.",
    Role.SUPERVISOR: "The board, and handoffs to review beside what was signed.",
    Role.ADMINISTRATOR: "Members, the duty desk, clocks, and who opened what.",
    Role.OVERSIGHT: "Totals, and nothing that could name anybody.",
    Role.OPERATOR: "Health and queues; nothing that can be read.",
}


def over_invented_people(view):
    """A view that does not exist unless the settings and the whole database are the demo's."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not (settings.DEMO and people.alone_here()):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@login_not_required
@over_invented_people
def demo(request):
    """List the invented members, and where the mail is that would have been sent."""
    organizations = [
        (
            organization,
            [
                {"member": m, "does": [m.get_role_display()], "try": WHAT_TO_TRY[m.role]}
                for m in members
                if people.invented(m)
            ],
        )
        for organization, members in people.everybody()
    ]
    mail = getattr(settings, "CAUSEWAY_MAIL_PAGE", "")
    return render(request, "demo/demo.html", {"organizations": organizations, "mail": mail})


@login_not_required
@require_POST
@over_invented_people
def look_as(request):
    """Sign in as one invented member, both factors done and their secrets opened; every page then says so."""
    everybody = [member for _organization, members in people.everybody() for member in members]
    for member in filter(people.invented, everybody):
        if member.email == request.POST.get("address"):
            act_for(member.organization_id)
            if not member.check_password(people.PASSPHRASE):
                said = _(
                    "%(name)s has another passphrase by now. Nothing was changed: sign in by hand with it."
                )
                messages.warning(request, said % {"name": member.name})
                return redirect("account_login")
            sign_in.enter(request, member, demo=True)
            holding.come_in(request, member, people.PASSPHRASE)
            request.session[LOOKING] = True
            if settings.DEMO_NOW:  # where the clock stands still, nobody has signed in later
                User.objects.filter(pk=member.pk).update(last_login=clock.now())
            return redirect("home")
    raise Http404


def looking(request):
    """Context of every page of the demo: whether somebody only looks as the one who is signed in."""
    session = getattr(request, "session", {})
    return {"demo_view": bool(session.get(LOOKING))}
