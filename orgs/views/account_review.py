"""The 90-day review: every account is looked at, one by one, and what was decided is kept (C9)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orgs import audit, clock, house, notices
from orgs.alone import is_alone
from orgs.doors import for_roles
from orgs.models import AccountReview, User
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.views.members import member_of, refused


def accounts_of(reader):
    """The open accounts, the one that nobody has looked at for longest first, each with what a row says."""
    ours = User.objects.active().filter(organization_id=reader.organization_id)
    accounts = list(AccountReview.with_looks(ours.select_related("unit")).order_by("looked_at", "name"))
    every = house.review_every(reader.organization)
    alone = is_alone(reader)
    for account in accounts:
        account.due_at = account.looked_at + every
        account.may_keep = account.pk != reader.pk or alone
        account.decided_as = AccountReview.Decision(account.decided).label if account.decided else ""
    return accounts


def remaining(accounts, now):
    """Those that one press may keep: due within a month, in use, and not the reader's own.

    Nobody keeps by the dozen what has not been used for 90 days: that is closed, or kept by itself.
    """
    soon = now + house.SOON
    return [one for one in accounts if one.may_keep and not one.is_dormant and one.due_at <= soon]


@for_roles(Role.ADMINISTRATOR)
def review_accounts(request):
    """Every open account with what can be decided about it; the press keeps what the page has shown."""
    accounts, now = accounts_of(request.user), clock.now()
    left = remaining(accounts, now)
    if request.method == "POST":
        kept = [
            one
            for one in house.still_as_shown(request.POST.get("shown", ""), request.user, left)
            if _kept(one, request.user)
        ]
        audit.write(request.user, "review_accounts", accounts=len(kept))
        said = ngettext("Kept: %(n)d account.", "Kept: %(n)d accounts.", len(kept)) % {"n": len(kept)}
        if len(kept) < len(left):
            said += " " + _("The list has changed since it was shown: look at what is left.")
        notices.say(request, said)
        return redirect("review_accounts")
    audit.viewed(request.user, None, "view_members", filters=["review"])
    context = {
        "late": [one for one in accounts if one.due_at <= now],
        "others": [one for one in accounts if one.due_at > now],
        "left": left,
        "shown": house.shown(left, request.user),
    }
    return render(request, "orgs/review_accounts.html", context)


def _kept(member, actor):
    """Whether this account could be kept, and was not closed in this very moment."""
    try:
        member.keep(actor=actor)
    except NotNow:
        return False
    return True


@require_POST
@for_roles(Role.ADMINISTRATOR)
def keep_member(request, pk):
    """This member still works here, in this role."""
    member = member_of(request.user, pk)
    try:
        member.keep(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Kept. It is asked again in 90 days."))
    return redirect("review_accounts")
