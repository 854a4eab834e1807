"""How the units of the agencies refer, for the supervisor of the service to which they do."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs import audit
from orgs.doors import for_roles
from orgs.roles import Role
from orgs.totals import smallest
from referrals import quality


@require_GET
@for_roles(Role.SUPERVISOR)
def sending_units(request):
    """Whole quarters by unit, with what must be said of them (R46, R48)."""
    audit.viewed(request.user, None, "view_sending_units")
    quarters = list(quality.quarters(request.user.organization_id))
    context = {
        "quarters": quarters,
        "few": [first for first, units in quarters if not units],
        "measures": quality.MEASURES.values(),
        "smallest": smallest(),
    }
    return render(request, "referrals/desk/sending_units.html", context)
