"""An advocate's day: what is past its time, what is due, what comes. One press to the act, from each row."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.models import Case
from orgs import clock, notices
from orgs.roles import Role
from referrals import desk
from referrals.given import given_to
from referrals.models import Intake

WORKING = (Role.ADVOCATE, Role.SUPERVISOR)


@require_GET
def today(request):
    """What waits for the reader, by the clock; what they are walled from is neither shown nor counted."""
    member = request.user
    if member.role not in WORKING:
        raise Http404
    panels = desk.today(member)
    request.counted = {"today": desk.counted(panels)}
    covering = desk.covering(member, clock.now())
    context = {**panels, "covering": covering, "day": clock.today()}
    return render(request, "referrals/desk/today.html", context)


@require_POST
def take_up_all(request):
    """One press for all that was given at one moment, `given`, to the reader, or to `whose` for whom they
    stand in; a second press finds nothing."""
    member, given = request.user, _moment(request.POST.get("given", ""))
    if member.role not in WORKING:
        raise Http404
    whose = _key(request.POST.get("whose", "")) or member.pk
    taken = 0
    with transaction.atomic():
        for model in (Intake, Case):  # in the order in which a wall takes them
            mine = given_to(member, model, whose).filter(handed_at=given).order_by("pk")
            for record in mine.select_for_update(of=("self",)):
                record.take_up(actor=member)
                taken += 1
    said = ngettext("You have it.", "You have all %(n)d of them.", taken) % {"n": taken}
    notices.say(request, said if taken else _("Nothing of it waits for you any more."))
    return redirect("today")


def _key(text):
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text):
    """The moment that a page sent; None where it is none, at which nothing was given."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year > 1 else None
