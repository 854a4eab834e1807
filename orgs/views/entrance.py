"""The way in: the system-use notice, signing in, and accepting an invitation."""

from allauth.account import views as allauth
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, connection
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from orgs import sign_in, tenancy
from orgs.forms.account import AcceptForm, NoticeForm
from orgs.keyring import holding
from orgs.models import Invitation, User
from orgs.models.invitation import NameTaken, has_account
from orgs.views.lock import local

RENAME = gettext_lazy(
    "Somebody else here has this name by now. Ask whoever invited you to withdraw the invitation and to "
    "invite you again, with a name that tells the two of you apart."
)


@login_not_required
def notice(request):
    """What whoever signs in agrees to, before they do (C6)."""
    back = local(request, request.POST.get("next") or request.GET.get("next"))
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        request.session["notice"] = sign_in.NOTICE_VERSION
        return redirect(back)
    return render(request, "account/notice.html", {"form": form, "next": back})


def notice_accepted(request):
    return request.session.get("notice") == sign_in.NOTICE_VERSION


def notice_first(request):
    """A redirect to the notice that comes back to this page."""
    return redirect(f"{reverse('notice')}?{urlencode({'next': request.get_full_path()})}")


@login_not_required
@sensitive_post_parameters("password")
def enter(request):
    """The sign-in page, once the notice was accepted."""
    if not request.user.is_authenticated and not notice_accepted(request):
        return notice_first(request)
    return allauth.login(request)


@login_not_required
@sensitive_post_parameters("passphrase", "again")
def accept_invitation(request, token):
    """An invited person gives a passphrase, and is a member who still needs a second factor.

    Unknown, used, revoked and late keys get one and the same answer (R6).
    """
    key = Invitation.hash_of(token)
    tenancy.act_for(organization_inviting(key))
    invitation = (
        Invitation.objects.open()
        .select_related("organization", "unit", "readmits")
        .filter(token_hash=key)
        .first()
    )
    if invitation is None or not is_still_meant(invitation):
        return render(request, "account/invitation_closed.html", status=404)
    if not notice_accepted(request):
        return notice_first(request)
    stand_in = invitation.readmits or User(
        email=invitation.email, organization=invitation.organization, name=invitation.name
    )
    posted = request.POST if request.method == "POST" else None
    form = AcceptForm(posted, member=stand_in)
    if form.is_valid():
        said = form.cleaned_data
        try:
            member = invitation.accept(passphrase=said["passphrase"])
        except (Invitation.DoesNotExist, IntegrityError):
            # In this very moment it was used or taken back, or the address got an account elsewhere.
            return render(request, "account/invitation_closed.html", status=404)
        except NameTaken:
            form.add_error(None, RENAME)
            return render(request, "account/invitation.html", {"form": form, "invitation": invitation})
        if invitation.readmits_id:  # the second factor that they have comes next
            messages.success(request, _("Your new passphrase is set. Sign in with it."))
            return redirect("account_login")
        holding.come_in(request, member, said["passphrase"])
        sign_in.enter(request, member, second_factor=False, invited=True)
        return redirect("enroll")
    return render(request, "account/invitation.html", {"form": form, "invitation": invitation})


def is_still_meant(invitation):
    """Whether the invited person still has no account, or the returning one still has theirs."""
    if invitation.readmits_id:
        return invitation.readmits.is_active
    return not has_account(invitation.email)


def organization_inviting(key):
    """The id of the organization that made an invitation, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_inviting(%s)", [key])
        return cursor.fetchone()[0]
