"""An advocate's day: what is past its time, what is due, what comes. One press to the act, from each row."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs import clock
from orgs.roles import Role
from referrals import desk


@require_GET
def today(request):
    """What waits for the reader, by the clock; what they are walled from is neither shown nor counted."""
    member = request.user
    if member.role not in (Role.ADVOCATE, Role.SUPERVISOR):
        raise Http404
    panels = desk.today(member)
    request.counted = {"today": desk.counted(panels)}
    covering = desk.covering(member, clock.now())
    context = {**panels, "covering": covering, "day": clock.today()}
    return render(request, "referrals/desk/today.html", context)
