"""Coming in: passphrase, second factor, and the tenant learned on the way (C2-C8)."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import connection

from . import tenancy


def organization_signing_in(email):
    """The id of the organization at whose door this address knocks, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_signing_in(%s)", [email.strip()])
        return cursor.fetchone()[0]


class Backend(AuthenticationBackend):
    """allauth's backend; the member is found below row-level security like everybody else."""


class SignInForm(LoginForm):
    """Address and passphrase; the request acts for the member's organization from here on."""

    def clean(self):
        organization_id = organization_signing_in(self.data.get("login", ""))
        if organization_id:
            tenancy.act_for(organization_id)
            self.request.session["organization"] = str(organization_id)
        return super().clean()


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: members are invited."""

    def is_open_for_signup(self, request):
        return False


class MFAAdapter(DefaultMFAAdapter):
    """The second factor under our own name."""
