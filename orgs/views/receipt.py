"""The access receipt of a record, on a page and as a paper: who opened it, and why they could (C11, C12)."""

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orgs import audit, audit_search, receipts
from orgs.doors import for_roles
from orgs.forms.audit import RecordForm
from orgs.paper import handed_over
from orgs.roles import Role
from orgs.sign_in import step_up
from orgs.templatetags.audit import ground


def shown(request, label, *, print_url, back, back_label, **more):
    """The page of a receipt; whoever calls it has opened the door and writes the line."""
    before, about = request.GET.get("before", ""), audit_search.lines_about(request.user, label)
    lines, below = audit_search.page_of(
        about, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    kept = {name: value for name, value in request.GET.items() if name != "before"}
    context = {
        "label": label,
        "people": receipts.people(request.user, label, about),
        "lines": lines,
        "total": receipts.count(about),
        "older_url": f"?{urlencode(kept | {'before': below})}" if below else "",
        "newest_url": f"?{urlencode(kept)}" if before else "",
        "print_url": print_url,
        "back": back,
        "back_label": back_label,
        **more,
    }
    return render(request, "orgs/receipt.html", context)


def printed(request, label):
    """The same as a paper, marked with who printed it."""
    return handed_over(receipts.paper(request.user, label, in_words))


def in_words(line):
    """A line of the audit on a paper: who did what, with what outcome, on what ground."""
    said = [line.actor_name or _("the clock"), line.verb.replace("_", " ")]
    if line.outcome != "done":
        said.append(line.outcome)
    if line.permission:
        said.append(ground(line.permission))
    return " · ".join(said)


@require_GET
@for_roles(Role.ADMINISTRATOR)
def access_report(request):
    """The receipt of a record by its number, for those who see no record and answer for who does."""
    form = RecordForm(request.GET if "record" in request.GET else None)
    if not form.is_valid():
        return render(request, "orgs/access_report.html", {"form": form})
    label = form.cleaned_data["record"]
    _seen(request, label, "view_access_report")
    url = f"{reverse('print_access_report')}?{urlencode({'record': label})}"
    return shown(
        request, label, print_url=url, back=reverse("audit"), back_label=_("The audit"), another=True
    )


@require_GET
@for_roles(Role.ADMINISTRATOR)
@step_up
def print_access_report(request):
    """The same as a paper. A number that nobody has gives none."""
    form = RecordForm(request.GET)
    label = form.cleaned_data["record"] if form.is_valid() else ""
    if not label or not receipts.count(audit_search.lines_about(request.user, label)):
        return redirect("access_report")
    _seen(request, label, "print_access_report")
    return printed(request, label)


def _seen(request, label, verb):
    """A line with the number, so that a wall hides it too (R42); what no record is called is not kept."""
    found = receipts.count(audit_search.lines_about(request.user, label))
    audit.viewed(request.user, None, verb, label=label if found else "", found=found)
