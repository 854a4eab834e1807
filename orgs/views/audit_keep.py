"""Keeping the audit: its signed heads, taking lines away in a file, and letting old ones go (C14, C15)."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orgs import audit as trail
from orgs import audit_keep, notices
from orgs.audit_chain import last_cut
from orgs.doors import for_roles
from orgs.forms.audit import PurgeForm
from orgs.models import SignedHead
from orgs.paper import handed_over
from orgs.roles import Role
from orgs.sign_in import step_up


@for_roles(Role.ADMINISTRATOR)
def keep_audit(request):
    """How far back the audit reaches, which days are signed, and what was taken away."""
    organization = request.user.organization
    cut, old = last_cut(organization.pk), audit_keep.last_old(organization)
    exports = list(audit_keep.exports_of(organization)[:20])
    context = {
        "oldest": audit_keep.oldest(organization),
        "days": settings.CAUSEWAY_AUDIT_DAYS,
        "heads": SignedHead.objects.filter(organization=organization).order_by("-day")[:14],
        "exports": exports,
        "cut": cut,
        "old": old,
        "ready": audit_keep.ready_to_go(exports, cut, old),
    }
    trail.viewed(request.user, None, "view_audit", filters=["heads"])
    return render(request, "orgs/keep_audit.html", context)


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def export_audit(request):
    """The oldest lines as a file that checks itself: those older than they must be kept, or all of them."""
    organization = request.user.organization
    last = audit_keep.last_old(organization) if request.POST.get("what") == "old" else None
    last = last or audit_keep.last_of(organization)
    if not last:
        notices.say(request, _("There is no line yet."))
        return redirect("keep_audit")
    content, made = audit_keep.export(organization, last, actor=request.user)
    return handed_over(content, "text/plain; charset=utf-8", f"audit-{made.first}-{made.last}.txt")


@for_roles(Role.ADMINISTRATOR)
@step_up
def purge_audit(request):
    """Let old lines go that are in a file, after a page that says which."""
    organization = request.user.organization
    exports, cut = audit_keep.exports_of(organization), last_cut(organization.pk)
    ready = audit_keep.ready_to_go(exports, cut, audit_keep.last_old(organization))
    form = PurgeForm(request.POST or None)
    if ready and form.is_valid():
        gone = audit_keep.purge(organization, actor=request.user)
        said = ngettext("%(gone)d line is gone from here.", "%(gone)d lines are gone from here.", gone)
        notices.say(request, said % {"gone": gone})
        return redirect("keep_audit")
    if not ready and request.method == "POST":
        notices.say(request, _("Nothing that is old enough has been exported."))
        return redirect("keep_audit")
    return render(request, "orgs/purge_audit.html", {"form": form, "ready": ready})
