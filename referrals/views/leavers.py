"""Who leaves, and what they have: for supervisors, and for the heads of an agency's units (C9)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs import audit
from orgs.roles import Role
from referrals.leavers import listed


@require_GET
def leavers(request):
    """Those who are gone and left something, then those who go."""
    if request.user.role not in (Role.SUPERVISOR, Role.UNIT_SUPERVISOR):
        raise Http404
    gone, going = listed(request.user)
    audit.viewed(request.user, None, "view_leavers", count=len(gone) + len(going))
    return render(request, "referrals/desk/leavers.html", {"gone": gone, "going": going})
