"""Reading the audit, which is itself on record (C11, C12, C13, C16)."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orgs import audit as trail
from orgs import audit_search, clock, notices
from orgs.doors import for_roles
from orgs.forms.audit import AuditForm, RecordForm
from orgs.roles import Role

MANY = 100  # records seen by one member in a week, to look at


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
        "lines": lines,
        "older_url": f"?{urlencode(kept | {'before': below})}" if below else "",
        "newest_url": f"?{urlencode(kept)}" if request.GET.get("before") else "",
    }
    return render(request, "orgs/audit.html", context)


@for_roles(Role.ADMINISTRATOR)
def access_report(request):
    """Who opened one record, how often, first and last."""
    form = RecordForm(request.GET if "record" in request.GET else None)
    rows, label = [], ""
    if form.is_valid():
        label = form.cleaned_data["record"]
        rows = audit_search.who_opened(request.user, label)
        trail.viewed(request.user, None, "view_access_report", found=len(rows), of=label if rows else "")
    return render(request, "orgs/access_report.html", {"form": form, "rows": rows, "label": label})


@for_roles(Role.ADMINISTRATOR)
def review_audit(request):
    """What stood out in the last seven days, and that somebody read it (C16)."""
    organization_id, week = request.user.organization_id, clock.now() - timedelta(days=7)
    since = audit_search.first_since(organization_id, week)
    lines = audit_search.lines_for(request.user).filter(sequence__gte=since).order_by()
    if request.method == "POST":
        trail.write(request.user, "review_audit", lines=lines.count())
        notices.say(request, _("Recorded: you read this week's review."))
        return redirect("audit")
    people = lines.exclude(actor_id=None).values("actor_id", "actor_name", "role")
    quiet = people.filter(at__hour__gte=22) | people.filter(at__hour__lt=5)
    context = {
        "denied": people.filter(outcome="denied").annotate(times=Count("id")).order_by("-times")[:20],
        "many": people.filter(verb="view")
        .annotate(times=Count("subject_id", distinct=True))
        .filter(times__gte=MANY)
        .order_by("-times")[:20],
        "odd": quiet.filter(verb="view").annotate(times=Count("id")).order_by("-times")[:20],
        "failed": lines.filter(verb__startswith="fail_").values("verb").annotate(times=Count("id")),
        "broken": lines.filter(verb="break_glass").count(),
        "last": audit_search.lines_of(organization_id).filter(verb="review_audit").first(),
        "since": week,
    }
    trail.viewed(request.user, None, "view_audit", filters=["week"])
    return render(request, "orgs/review_audit.html", context)
