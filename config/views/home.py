"""Where each role begins."""

from django.shortcuts import redirect

from orgs.roles import Role

BEGINNING = {
    Role.OFFICER: "my_referrals",
    Role.UNIT_SUPERVISOR: "my_referrals",
    Role.SYSTEM_ADVOCATE: "my_referrals",
    Role.INTAKE_WORKER: "inbox",
    Role.ADVOCATE: "today",
    Role.SUPERVISOR: "board",
    Role.ADMINISTRATOR: "members",
    Role.OVERSIGHT: "totals",
    Role.OPERATOR: "operator",
}


def home(request):
    """Send a member to the page on which their day begins."""
    return redirect(BEGINNING[request.user.role])
