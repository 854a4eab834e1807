"""The page of a unit's head: what the unit sent, what was read in time, what waits for an answer."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs.doors import for_roles
from orgs.roles import Role
from referrals.unit import overview


@require_GET
@for_roles(Role.UNIT_SUPERVISOR)
def my_unit(request):
    """Figures and references of the head's own unit; no name of anybody who needs help (R1)."""
    context = overview(request.user) if request.user.unit_id else {}
    return render(request, "referrals/referral/unit.html", {"unit": request.user.unit, **context})
