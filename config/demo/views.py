"""The demo's own page: look as anybody with one press. Reached under the demo's settings alone."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from config.demo import people
from orgs import sign_in
from orgs.keyring import holding
from orgs.roles import Role
from orgs.tenancy import act_for

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


@login_not_required
def demo(request):
    """List the invented members, and where the mail is that would have been sent."""
    organizations = [
        (
            organization,
            [{"member": m, "does": [m.get_role_display()], "try": WHAT_TO_TRY[m.role]} for m in members],
        )
        for organization, members in people.everybody()
    ]
    mail = getattr(settings, "CAUSEWAY_MAIL_PAGE", "")
    return render(request, "demo/demo.html", {"organizations": organizations, "mail": mail})


@login_not_required
@require_POST
def look_as(request):
    """Sign in as one invented member, both factors done."""
    everybody = [member for _, members in people.everybody() for member in members]
    for member in everybody:
        if member.email == request.POST.get("address"):
            act_for(member.organization_id)
            sign_in.enter(request, member)
            holding.come_in(request, member, people.PASSPHRASE)
            return redirect("home")
    raise Http404
