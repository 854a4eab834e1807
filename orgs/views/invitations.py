"""Invitations: made by one administrator, approved by another where there is another (C9, C10)."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orgs import names, notices
from orgs.doors import for_roles
from orgs.forms.members import InviteForm
from orgs.models import Invitation
from orgs.models.invitation import NameTaken, NotByTheSame
from orgs.roles import Role
from orgs.sign_in import step_up


def invitation_of(user, pk):
    """An invitation of this administrator's organization that stands; raises Http404."""
    ours = Invitation.objects.standing().filter(organization_id=user.organization_id)
    invitation = ours.select_related("organization", "invited_by").filter(pk=pk).first()
    if invitation is None:
        raise Http404
    return invitation


def while_it_stands(view):
    """Somebody accepted or withdrew it in the moment of the press: a sentence says so."""

    @wraps(view)
    def answer(request, pk):
        try:
            return view(request, pk)
        except Invitation.DoesNotExist:
            messages.warning(request, _("This invitation was accepted or withdrawn a moment ago."))
            return redirect("members")

    return answer


@for_roles(Role.ADMINISTRATOR)
@step_up
def invite_member(request):
    """Invite somebody by mail; the answer is the same whether or not the address has an account elsewhere."""
    organization = request.user.organization
    form = InviteForm(request.POST or None, organization=organization)
    if form.is_valid():
        try:
            invitation = Invitation.make(organization=organization, actor=request.user, **form.cleaned_data)
        except NameTaken:
            form.add_error("name", names.TAKEN)
            return render(request, "orgs/invite_member.html", {"form": form})
        notices.say(
            request,
            _("Invited. The mail is on its way; its link holds for 72 hours.")
            if invitation.approved_at
            else _("Noted. The mail goes out when another administrator approves."),
        )
        return redirect("members")
    return render(request, "orgs/invite_member.html", {"form": form})


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
@while_it_stands
def approve_invitation(request, pk):
    """A second administrator agrees, and the mail goes out."""
    try:
        invitation_of(request.user, pk).approve(actor=request.user)
    except NotByTheSame:
        messages.warning(
            request,
            _(
                "Somebody other than the one who invites has to approve. If there is nobody else any more, "
                "withdraw it, and invite again when you may decide alone."
            ),
        )
    else:
        notices.say(request, _("Approved. The mail is on its way; its link holds for 72 hours."))
    return redirect("members")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
@while_it_stands
def resend_invitation(request, pk):
    """A new link; the one before opens nothing any more."""
    invitation = invitation_of(request.user, pk)
    if not invitation.approved_at:
        raise Http404
    invitation.resend(actor=request.user)
    notices.say(request, _("Sent again, with a new link. The one before opens nothing any more."))
    return redirect("members")


@require_POST
@for_roles(Role.ADMINISTRATOR)
@step_up
@while_it_stands
def revoke_invitation(request, pk):
    """The link opens nothing any more."""
    invitation_of(request.user, pk).revoke(actor=request.user)
    notices.say(request, _("Withdrawn. The link opens nothing any more."))
    return redirect("members")
