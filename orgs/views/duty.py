"""The duty desk: who hears when a packet comes, hour by hour."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import audit, clock, duty, notices
from orgs.doors import for_roles
from orgs.forms.duty import ShiftForm
from orgs.models import DutyShift
from orgs.roles import Role


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


def _desk(request, form):
    shifts = list(shifts_of(request.user))
    arranges = request.user.role == Role.ADMINISTRATOR
    if arranges and form is None:
        form = ShiftForm(organization=request.user.organization)
    days = [
        {"name": name, "shifts": [shift for shift in shifts if shift.weekday == day], "gaps": gaps}
        for day, (name, gaps) in enumerate(zip(duty.WEEKDAYS, duty.gaps(shifts), strict=True))
    ]
    on_now = sorted({shift.user.name for shift in shifts if shift.covers(clock.now())})
    context = {"days": days, "on_now": on_now, "form": form, "arranges": arranges}
    return render(request, "orgs/duty_desk.html", context)
