"""How long records are kept here: an administrator's setting (R35)."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orgs import audit, notices, retention
from orgs.doors import for_roles
from orgs.forms.retention import RetentionForm
from orgs.models import Organization
from orgs.roles import Kind, Role

KEEPING = (Kind.VICTIM_SERVICES, Kind.LAW_ENFORCEMENT, Kind.PROSECUTION)  # with supervisors who decide


@for_roles(Role.ADMINISTRATOR)
def change_retention(request):
    """One period a kind of record; what was changed is on record by its key."""
    organization = request.user.organization
    if organization.kind not in KEEPING:
        raise Http404
    form = RetentionForm(request.POST if request.method == "POST" else None, organization=organization)
    if form.is_valid():
        _keep(request, form.own())
        notices.say(request, _("Saved. It holds for lists that are made from now on."))
        return redirect("organization_settings")
    title = _("How long records are kept")
    return render(request, "orgs/change_settings.html", {"form": form, "title": title})


def _keep(request, own):
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=request.user.organization_id)
        before, organization.retention = organization.retention, own
        changed = sorted(key for key in {*before, *own} if before.get(key) != own.get(key))
        if changed:
            organization.save(update_fields=["retention"])
            names = [f"retention.{key}" for key in changed]
            audit.write(request.user, "change_settings", None, changed=names)


def periods(organization):
    """The periods in force, in words: (label, "7 years")."""
    if organization.kind not in KEEPING:
        return []
    return [
        (kind.label, in_words(kind, retention.period(organization, kind)))
        for kind in retention.kinds_of(organization)
    ]


def in_words(kind, amount):
    return _("%(n)d days") % {"n": amount} if kind.unit == "days" else _("%(n)d years") % {"n": amount}
