"""Coming in: the notice, the passphrase, the second factor, and the tenant learned on the way (C2-C8)."""

from functools import wraps

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import login
from django.db import connection
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from . import audit, lockout, session, tenancy
from .compiled import compiled_first
from .keyring import holding
from .models import HouseDuty, Mailbox, Organization, User
from .roles import Kind
from .session import recently_authenticated

__all__ = ["AccountAdapter", "Backend", "enter", "recently_authenticated", "step_up", "try_passphrase"]

NOTICE_VERSION = "2026-11"  # of the text in config/templates/account/notice.html; a new text gets a new one


def organization_signing_in(email):
    """The id of the organization at whose door this address knocks, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_signing_in(%s)", [email.strip()])
        return cursor.fetchone()[0]


def try_passphrase(member, passphrase, verb="fail_sign_in"):
    """Whether this is the member's passphrase; a wrong one counts towards the lockout (C5).

    Right or wrong, locked or not, one derivation is done. `verb` names the failure in the audit.
    """
    row = lockout.take(member)
    right = row.check_password(passphrase)
    if right and not row.is_locked:
        return True
    lockout.failed(row, verb, why="locked" if row.is_locked else "passphrase")
    return False


def why_not(member):
    """Why an account with the right passphrase does not open, as a code for the audit."""
    return "closed" if not member.is_active or member.has_left else "dormant"


@compiled_first
def signed_in(_nobody, user_id):
    """A member as every request needs them: their groups, whether new keys are owed, mail comes back."""
    members = User.objects.with_groups().annotate(
        owes_keys=HouseDuty.owed("change_keys"), mail_comes_back=Mailbox.troubled()
    )
    return members.select_related("organization").filter(pk=user_id)


class Backend(AuthenticationBackend):
    """Finds a member below row-level security like everybody else, and brings the organization along."""

    def authenticate(self, request, email=None, password=None, **credentials):
        """The member with this address and passphrase, or None: unknown, wrong, locked, closed or dormant.

        All of these take the same derivation and about the same work in the database.
        """
        if not email or not password:
            return None
        tenancy.act_for(organization_signing_in(email))
        member = User.objects.filter(email=email.lower()).first()
        if member is None:
            return self._nobody(email, password)
        if not try_passphrase(member, password):
            return None
        if not member.is_active or member.has_left or member.is_dormant:
            audit.bystander(member, "fail_sign_in", why=why_not(member))
            return None
        request.session["organization"] = str(member.organization_id)
        holding.come_in(request, member, password)
        return member

    def _nobody(self, email, password):
        User().set_password(password)
        operator = Organization.objects.filter(kind=Kind.OPERATOR).first()
        if operator:
            key = salted_hmac("causeway.unknown_address", email.lower(), algorithm="sha256").hexdigest()[:16]
            audit.bystander(None, "fail_sign_in", organization_id=operator.pk, why="unknown", address_key=key)

    def get_user(self, user_id):
        user = signed_in(None, User._meta.pk.to_python(user_id))
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Closed accounts, and all accounts of an organization that was closed, end with the next request."""
        return user.is_active and not user.has_left and user.organization.is_active


class AccountAdapter(DefaultAccountAdapter):
    """allauth in our manner: nobody signs up, nothing is mailed, one message for every way of failing."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "No account opens with that address and passphrase, or it is locked for now. Five wrong tries"
            " lock an account for 15 minutes; an administrator of your organization can open it sooner."
        ),
        "too_many_login_attempts": _("Too many tries from this place. Wait a minute and try again."),
        "rate_limited": _("Too many tries from this place. Wait a minute and try again."),
        "incorrect_password": _("That is not the passphrase, or the account is locked for now."),
        "enter_current_password": _("That is not your passphrase now, or the account is locked for now."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Only our own host, whatever other hosts the settings allow."""
        request = self.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_login_stages(self):
        return ["allauth.mfa.stages.AuthenticateStage"]

    def respond_user_inactive(self, request, user):
        return redirect("account_login")

    def login(self, request, user):
        """Give the session a new id (C21) and say in it which factors were given."""
        second = any(record["method"] == "mfa" for record in get_authentication_records(request, user))
        enter(request, user, second_factor=second)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        return redirect("resume") if request.session.get("kept") else response

    def logout(self, request):
        session.end(request, "member")

    def get_logout_redirect_url(self, request):
        return reverse("account_login")

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def reauthenticate(self, user, password):
        return try_passphrase(user, password, "fail_step_up")

    def is_reauthentication_required(self, *, app=""):
        """Ten minutes after a second factor; while there is none yet, after the passphrase (C8)."""
        if "second_factor_at" in self.request.session:
            return not recently_authenticated(self.request)
        return session.seconds() - self.request.session.get("signed_in_at", 0) >= session.STEP_UP_AFTER

    def get_reauthentication_methods(self, user):
        """A member with a second factor confirms with it; the passphrase serves only until there is one."""
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] != "reauthenticate"]
        words = {
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a security key"),
        }
        return [
            method | {"description": words.get(method["id"], _("Use your passphrase"))}
            for method in strong or methods
        ]

    def clean_password(self, password, user=None):
        from django.contrib.auth.password_validation import validate_password

        validate_password(password, user)
        return password


def enter(request, user, *, second_factor=True, **details):
    """Sign `user` in, by default as if with both factors.

    Whoever calls this has checked them (or runs the demo). `details` go into the audit line.
    """
    notice, held = request.session.get("notice", ""), request.session.get(holding.BOX)
    tenancy.act_for(user.organization_id)
    login(request, user, backend="orgs.sign_in.Backend")
    if not request.session.session_key:  # another member's, who was signed in here, was thrown away whole
        request.session.create()
    request.session["notice"] = notice
    if held:  # it opens for this member alone, whoever was signed in here before
        request.session[holding.BOX] = held
    session.begin(request, user, second_factor=second_factor)
    lockout.cleared(lockout.take(user))
    audit.write(user, "sign_in", notice=notice, second_factor=second_factor, **details)


def step_up(view):
    """A view that needs a second factor given within the last ten minutes (C8): roles, releases, exports.

    What a POST carries is kept, sealed, while the member confirms, and given back to press "Continue".
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if recently_authenticated(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method == "POST":
            request.session["kept"] = kept = session.keep(request)
            if lost := session.why_not_kept(request, kept):
                messages.warning(request, lost)
            back = reverse("resume")
        return redirect(f"{reverse(confirm_with(request.user))}?{urlencode({'next': back})}")

    wrapper.steps_up = True
    return wrapper


def confirm_with(member):
    """The name of the page on which this member confirms with a second factor."""
    from .factors import has_code

    return "mfa_reauthenticate" if has_code(member) else "mfa_reauthenticate_webauthn"
