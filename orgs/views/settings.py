"""An organization's settings, with what they mean. What was changed is on record by its key alone (C11)."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from orgs import audit, clock_words, codes, notices
from orgs.clocks import FIXED_RUNGS, STATUTORY
from orgs.doors import for_roles
from orgs.forms.settings import DirectoryForm, HoursForm, LimitsForm, MailForm, UnitForm, clock_form
from orgs.founding import add_unit as found_unit
from orgs.models import Device, Organization, Unit, User
from orgs.roles import Role
from orgs.sign_in import step_up
from orgs.views.retention import periods

ANYBODY_THERE = gettext_lazy("Somebody is still in it. Give them another unit first.")


@for_roles(Role.ADMINISTRATOR)
def organization_settings(request):
    """All settings on one page, each with the page that changes it."""
    organization = request.user.organization
    units = Unit.objects.filter(organization=organization).order_by("-is_active", "name")
    clocks = list(clock_words.table(organization))
    context = {
        "organization": organization,
        "units": units,
        "islands": _named("islands", organization.islands),
        "languages": _named("languages", organization.languages),
        "kept": periods(organization),
        "clocks": [c for c in clocks if c["code"] not in FIXED_RUNGS],
        "fixed": [c for c in clocks if c["code"] in FIXED_RUNGS],
        "priorities": clock_words.PRIORITY_NAMES.values(),
    }
    return render(request, "orgs/organization_settings.html", context)


def _named(table, chosen):
    """Codes of a table as people say them."""
    return [str(codes.load("orgs", table).label(code)) for code in chosen]


def _change(request, Form, title):
    """A page that changes some fields of the organization; the audit has their names."""
    form = Form(request.POST or None, instance=mine(request))
    if form.is_valid():
        if form.changed_data:
            if Form is MailForm and not form.instance.may_push:  # before a line of the audit
                Device.objects.filter(organization=form.instance).delete()
            # Named, because the application may not write the columns of the organization's key.
            form.instance.save(update_fields=form._meta.fields)
            if Form is HoursForm:
                form.instance.set_clocks_anew()
            audit.write(request.user, "change_settings", None, changed=sorted(form.changed_data))
        notices.say(request, _("Saved."))
        return redirect("organization_settings")
    return render(request, "orgs/change_settings.html", {"form": form, "title": title})


def mine(request):
    """The organization again, to be changed: a page that is refused must not show half a change above."""
    return Organization.objects.get(pk=request.user.organization_id)


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_directory(request):
    """Name, islands, languages and numbers, as all can read them."""
    return _change(request, DirectoryForm, _("How others find you"))


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_hours(request):
    """Hours of the desk and quiet hours."""
    return _change(request, HoursForm, _("Hours"))


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_limits(request):
    """Load, safe attempts, idle screens."""
    return _change(request, LimitsForm, _("Limits"))


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_mail(request):
    """What members may choose about mail, calendar and devices."""
    return _change(request, MailForm, _("Mail, calendar and devices of members"))


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_clock(request, name):
    """How long one clock runs here."""
    if name not in clock_words.clocks_of(request.user.organization):
        raise Http404
    overrides = request.user.organization.clocks
    form = clock_form(name, request.POST or None, overrides=overrides)
    if form.is_valid():
        _set_clock(request, name, form.cleaned_data["own"])
        notices.say(request, _("Saved. What runs already follows within a minute."))
        return redirect("organization_settings")
    context = {
        "form": form,
        "name": clock_words.CLOCK_NAMES[name],
        "code": name,
        "own": name in overrides,
        "by_law": name in STATUTORY,
    }
    return render(request, "orgs/change_clock.html", context)


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def reset_clock(request, name):
    """Back to the usual length."""
    if name not in clock_words.clocks_of(request.user.organization):
        raise Http404
    _set_clock(request, name, None)
    notices.say(request, _("Back to usual. What runs already follows within a minute."))
    return redirect("organization_settings")


def _set_clock(request, name, own):
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=request.user.organization_id)
        if own is None:
            organization.clocks.pop(name, None)
        else:
            organization.clocks[name] = own
        organization.save(update_fields=["clocks"])
        organization.set_clocks_anew()
        audit.write(request.user, "change_settings", None, changed=[f"clocks.{name}"], usual=own is None)


@for_roles(Role.ADMINISTRATOR)
@step_up
def add_unit(request):
    """A new unit."""
    form = UnitForm(request.POST or None, instance=Unit(organization=request.user.organization))
    if form.is_valid():
        unit = found_unit(request.user.organization, form.cleaned_data["name"], form.cleaned_data["island"])
        audit.write(request.user, "add_unit", unit)
        notices.say(request, _("Added."))
        return redirect("organization_settings")
    return render(request, "orgs/change_settings.html", {"form": form, "title": _("A new unit")})


@for_roles(Role.ADMINISTRATOR)
@step_up
def rename_unit(request, pk):
    """Another name or island for a unit."""
    unit = _unit(request, pk)
    form = UnitForm(request.POST or None, instance=unit)
    if form.is_valid():
        form.save()
        audit.write(request.user, "rename_unit", unit, changed=sorted(form.changed_data))
        notices.say(request, _("Saved."))
        return redirect("organization_settings")
    return render(request, "orgs/change_settings.html", {"form": form, "title": _("Rename a unit")})


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def deactivate_unit(request, pk):
    """Close a unit in which nobody is any more, or open it again."""
    unit = _unit(request, pk)
    if unit.is_active and User.objects.active().filter(organization=unit.organization, unit=unit).exists():
        context = {"member": unit, "not_now": {"why": ANYBODY_THERE}}
        return render(request, "orgs/not_now.html", context, status=409)
    unit.is_active = not unit.is_active
    unit.save(update_fields=["is_active"])
    audit.write(request.user, "deactivate_unit" if not unit.is_active else "reactivate_unit", unit)
    notices.say(request, _("Saved."))
    return redirect("organization_settings")


def _unit(request, pk):
    unit = Unit.objects.filter(organization_id=request.user.organization_id, pk=pk).first()
    if unit is None:
        raise Http404
    return unit
