"""Mail and clocks that are set aside: shown to administrators, with a press that tries them again."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orgs import audit, notices
from orgs import set_aside as kept
from orgs.doors import for_roles
from orgs.roles import Role


@for_roles(Role.ADMINISTRATOR)
def set_aside(request):
    """What failed, to whom, why and since when; of which record, nobody is told."""
    if request.method == "POST":
        if kept.try_again(request.user):
            notices.say(request, _("It is tried again within the minute. What fails again comes back here."))
        else:
            notices.say(request, _("Nothing is set aside any more."))
        return redirect("set_aside")
    audit.viewed(request.user, None, "view_set_aside")
    return render(request, "orgs/set_aside.html", {"mails": kept.mails(), "clocks": kept.clocks()})
