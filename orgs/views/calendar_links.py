"""The secret address of one's own calendar: made, shown once, revoked."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import notices
from orgs.models import MemberLink


@require_POST
def make_calendar(request):
    """A new secret address, on the one page that ever shows it; an earlier one opens nothing from here on."""
    if not request.user.organization.may_feed:
        notices.say(request, _("Your organization allows no calendars. An administrator can change that."))
        return redirect("mailbox")
    key = MemberLink.make_calendar(request.user, actor=request.user)
    url = settings.CAUSEWAY_SITE_URL + reverse("feed_calendar", args=[key])
    return render(request, "account/calendar_made.html", {"url": url})


@require_POST
def revoke_calendar(request):
    """The address opens nothing from here on."""
    ended = MemberLink.revoke_calendar(request.user, actor=request.user)
    notices.say(request, _("Revoked. The address opens nothing any more.") if ended else _("There was none."))
    return redirect("mailbox")
