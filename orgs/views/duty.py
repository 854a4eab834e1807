"""The duty desk: who hears when a packet comes, hour by hour."""

from datetime import time

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import audit, clock, duty, notices, rota
from orgs.doors import for_roles
from orgs.forms.duty import ChangeForm, ShiftForm
from orgs.models import DutyChange, DutyShift
from orgs.once import once
from orgs.roles import DESK, Role
from orgs.words import local

MIDNIGHT = time(0)
OF_A_DAY = "id_day_%s"  # beside the form of a week


def shifts_of(user):
    """The desk's shifts of the member's organization; Http404 where there is no desk."""
    if not user.organization.helps:
        raise Http404
    ours = DutyShift.objects.filter(organization_id=user.organization_id)
    return ours.select_related("user").order_by("weekday", "starts", "user__name")


@for_roles(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.INTAKE_WORKER)
def duty_desk(request):
    """The week with its shifts and gaps, and who is on now."""
    return _desk(request, None)


@require_POST
@for_roles(Role.ADMINISTRATOR)
def add_shift(request):
    """Put somebody of the desk on, for one or several days."""
    shifts_of(request.user)
    form = ShiftForm(request.POST, organization=request.user.organization)
    if not form.is_valid():
        return _desk(request, form)
    shifts = DutyShift.objects.bulk_create(form.shifts())
    who = form.cleaned_data["user"]
    audit.write(request.user, "add_shift", who, weekdays=[shift.weekday for shift in shifts])
    notices.say(request, _("Added."))
    return redirect("duty_desk")


@require_POST
@for_roles(Role.ADMINISTRATOR)
def remove_shift(request, pk):
    """Take one shift of one day away."""
    shift = shifts_of(request.user).filter(pk=pk).first()
    if shift is None:
        raise Http404
    audit.write(request.user, "remove_shift", shift.user, weekdays=[shift.weekday])
    shift.delete()
    notices.say(request, _("Removed."))
    return redirect("duty_desk")


@require_POST
@for_roles(Role.ADMINISTRATOR, Role.SUPERVISOR)
@once
def add_change(request):
    """One day that is not as every week: a swap, a holiday, somebody more."""
    shifts_of(request.user)
    form = ChangeForm(request.POST, organization=request.user.organization, auto_id=OF_A_DAY)
    if not form.is_valid():
        return _desk(request, None, form)
    said = form.cleaned_data
    change = DutyChange.objects.create(
        organization=request.user.organization, made_at=clock.now(), made_by=request.user, **said
    )
    replaced, on = (str(one.pk) if one else "" for one in (said["instead_of"], said["user"]))
    audit.write(request.user, "change_duty", change, day=str(said["day"]), instead_of=replaced, on=on)
    notices.say(request, _("It is on the list."))
    return redirect("duty_desk")


@require_POST
@for_roles(Role.ADMINISTRATOR, Role.SUPERVISOR)
def remove_change(request, pk):
    """That day is as every week again."""
    shifts_of(request.user)
    change = DutyChange.objects.filter(organization_id=request.user.organization_id, pk=pk).first()
    if change is None:
        raise Http404
    audit.write(request.user, "unchange_duty", change, day=str(change.day))
    change.delete()
    notices.say(request, _("That day is as every week again."))
    return redirect("duty_desk")


def _desk(request, form, change_form=None):
    shifts = list(shifts_of(request.user))
    arranges = request.user.role == Role.ADMINISTRATOR
    changes = request.user.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
    if changes and change_form is None:
        change_form = ChangeForm(
            organization=request.user.organization, initial={"day": clock.today()}, auto_id=OF_A_DAY
        )
    if arranges and form is None:
        form = ShiftForm(organization=request.user.organization)
    days = [
        {"name": name, "shifts": [shift for shift in shifts if shift.weekday == day], "gaps": gaps}
        for day, (name, gaps) in enumerate(zip(duty.WEEKDAYS, duty.gaps(shifts), strict=True))
    ]
    ahead, now = rota.coming(request.user.organization_id), local(clock.now()).time()
    on_now = [
        one.name for one in ahead[0].on if one.starts <= now and (now < one.ends or one.ends == MIDNIGHT)
    ]
    context = {
        "days": days,
        "on_now": sorted(set(on_now)),
        "form": form,
        "arranges": arranges,
        "at_desk": request.user.role in DESK,
        "ahead": ahead,
        "without": duty.hours_without(ahead),
        "change_form": change_form,
    }
    return render(request, "orgs/duty_desk.html", context)
