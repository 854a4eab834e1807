"""The week in figures, for supervisors."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs import audit
from orgs.doors import for_roles
from orgs.roles import Role
from referrals import week as the_week


@require_GET
@for_roles(Role.SUPERVISOR)
def week(request):
    """What the last week was, beside the one before, and what is late now. A mail on Monday leads here."""
    audit.viewed(request.user, None, "view_week")
    last = the_week.last_week()
    context = {
        "week": last,
        "figures": the_week.figures(request.user, last),
        "now": list(the_week.now(request.user)),
    }
    return render(request, "referrals/desk/week.html", context)
