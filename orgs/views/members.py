"""Members: who is here, in which role, and whether they can come in (C2, C9, C10)."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from orgs import audit, audit_reviews, climbed, clock, first_steps, notices, set_aside
from orgs.alone import alone_from
from orgs.doors import for_roles
from orgs.forms.members import PlaceForm
from orgs.house import late_accounts
from orgs.keyring.members import holders
from orgs.models import HouseDuty, Invitation, Mailbox, Organization, User
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.sign_in import step_up

CHANGED = gettext_lazy("Changed. It holds from their next page on.")
NOTHING_ASKED = gettext_lazy("Nothing was waiting for approval.")


def members_of(user):
    """The members of this administrator's organization, the open accounts first, then by name."""
    ours = User.objects.filter(organization_id=user.organization_id).select_related(
        "unit", "unit_asked", "asked_by"
    )
    return ours.order_by(F("is_active").desc(), "name", "pk")


def member_of(user, pk):
    """One member of this administrator's organization; raises Http404."""
    member = members_of(user).filter(pk=pk).first()
    if member is None:
        raise Http404
    return member


@for_roles(Role.ADMINISTRATOR)
def members(request):
    """Everybody with an account, and the invitations that stand."""
    invitations = Invitation.objects.standing().filter(organization_id=request.user.organization_id)
    listed = invitations.select_related("unit", "invited_by").annotate(came_back=Invitation.came_back())
    left = Q(left_at__isnull=False) & ~User.behind_wall(request.user)
    context = {
        "members": members_of(request.user).annotate(
            work_left=ExpressionWrapper(left, BooleanField()), mail_comes_back=Mailbox.troubled()
        ),
        "invitations": listed,
        "unreviewed": late_accounts(request.user),
        "alone_from": alone_from(request.user),
        "waiting": audit_reviews.waiting(request.user.organization_id),
        "keyless": holders(request.user.organization).filter(has_secrets=False).count(),
        "now": clock.now(),
    }
    audit.viewed(request.user, None, "view_members")
    house = _of_the_house(request.user)
    if house.pop("has_climbed"):
        context |= {"climbed": climbed.to(request.user), "who_can": climbed.who_can(request.user)}
    return render(
        request, "orgs/members.html", context | house | {"steps": first_steps.steps(request, house)}
    )


def _of_the_house(user):
    """What the whole organization is to hear: nobody can open some records, something could not be sent, and
    what its first steps have brought.
    """
    duty = HouseDuty.objects.filter(organization=OuterRef("pk"), what="name_supervisor", since__isnull=False)
    ours = Organization.objects.filter(pk=user.organization_id)
    asked = {"no_supervisor": Exists(duty), "set_aside": set_aside.any_here()}
    asked |= {"has_climbed": climbed.any_to(user), **first_steps.facts(user)}
    return ours.values(**asked).get()


@for_roles(Role.ADMINISTRATOR)
@step_up
def change_member(request, pk):
    """Another role or unit."""
    member = member_of(request.user, pk)
    initial = {"role": member.role, "unit": member.unit_id}
    form = PlaceForm(request.POST or None, organization=request.user.organization, initial=initial)
    if form.is_valid():
        try:
            holds = member.change(**form.cleaned_data, actor=request.user)
        except NotNow as not_now:
            return refused(request, member, not_now)
        said = _("Noted. It holds when another administrator approves.")
        notices.say(request, CHANGED if holds else said)
        return redirect("members")
    return render(request, "orgs/change_member.html", {"form": form, "member": member})


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def approve_change(request, pk):
    """A second administrator agrees to another role or unit (C10)."""
    member = member_of(request.user, pk)
    try:
        waited = member.approve_change(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, CHANGED if waited else NOTHING_ASKED)
    return redirect("members")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def withdraw_change(request, pk):
    """What one asked for is not to be."""
    member = member_of(request.user, pk)
    try:
        waited = member.withdraw_change(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Withdrawn. Their role and unit stay as they are.") if waited else NOTHING_ASKED)
    return redirect("members")


@for_roles(Role.ADMINISTRATOR)
@step_up
def deactivate_member(request, pk):
    """Close an account, after a page that says what follows."""
    member = member_of(request.user, pk)
    if request.method != "POST":
        return render(request, "orgs/deactivate_member.html", {"member": member})
    try:
        member.deactivate(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Closed. Every session of theirs has ended."))
    return redirect("members")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
def unlock_member(request, pk):
    """Let a member try again before the lock of failed sign-ins ends by itself."""
    member = member_of(request.user, pk)
    try:
        member.unlock(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("Unlocked. They can sign in now."))
    return redirect("members")


def refused(request, member, not_now):
    """The page that says why nothing was changed, and what is still held."""
    return render(request, "orgs/not_now.html", {"member": member, "not_now": not_now}, status=409)
