"""Reading the audit, which is itself on record (C11, C12, C13)."""

from urllib.parse import urlencode

from django.shortcuts import render

from orgs import audit as trail
from orgs import audit_reviews, audit_search
from orgs.doors import for_roles
from orgs.forms.audit import AuditForm
from orgs.roles import Role
from orgs.views import saved_views


@for_roles(Role.ADMINISTRATOR)
def audit(request):
    """Lines by who, what, record, time and outcome. The words of the search are not written down."""
    form = AuditForm(request.GET, organization_id=request.user.organization_id)
    lines, below = [], None
    if form.is_valid():
        before = request.GET.get("before", "")
        lines, below = audit_search.found(
            request.user,
            form.cleaned_data,
            form.bounds(),
            int(before) if before.isdecimal() and len(before) < 19 else None,
        )
        trail.viewed(request.user, None, "view_audit", filters=form.asked())
    kept = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "form": form,
        "saved": saved_views.shown(request, "audit"),
        "waiting": audit_reviews.waiting(request.user.organization_id),
        "lines": lines,
        "older_url": f"?{urlencode(kept | {'before': below})}" if below else "",
        "newest_url": f"?{urlencode(kept)}" if request.GET.get("before") else "",
    }
    return render(request, "orgs/audit.html", context)
