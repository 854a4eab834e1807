"""One's own account: passphrase, second factors, recovery codes."""

from allauth.account import views as account_views
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as key_views
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from orgs import audit, lockout, session
from orgs.factors import MFAAdapter, Type, has_key
from orgs.keyring import holding
from orgs.keyring.members import lock_anew


def account(request):
    """Who one is here, and how one comes in."""
    mine = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((one.wrap() for one in mine if one.type == Type.RECOVERY_CODES), None)
    context = {
        "app": next((one for one in mine if one.type == Type.TOTP), None),
        "keys": [one for one in mine if one.type == Type.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
    }
    return render(request, "account/account.html", context)


def enroll(request):
    """The first page of a member who has no second factor: app or key (C3)."""
    if "second_factor_at" in request.session:
        return redirect("account")
    return render(request, "account/enroll.html")


class Options:
    """A page with a security key: what the browser must ask the key, as JSON for an attribute."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.update(kwargs)  # allauth drops the bound form here and would check it a second time
        if "js_data" in context:
            (options,) = context["js_data"].values()
            context["options"] = KeyEncoder().encode(options)
        return context


class KeyEncoder(DjangoJSONEncoder):
    """JSON of the mappings that the library for security keys makes."""

    def default(self, value):
        return dict(value) if hasattr(value, "keys") else super().default(value)


class Confirmed:
    """A page on which a member who is in proves a second factor again."""

    def form_valid(self, form):
        session.passed_second_factor(self.request)
        lockout.cleared(lockout.take(self.request.user))
        audit.write(self.request.user, "step_up")
        return super().form_valid(form)


class SecondFactor(Options, base_views.AuthenticateView):
    """A code or a key after the passphrase."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"has_key": has_key(self.stage.login.user)}


class ConfirmCode(Confirmed, base_views.ReauthenticateView):
    """Step up with a code."""


class ConfirmKey(Options, Confirmed, key_views.ReauthenticateWebAuthnView):
    """Step up with a security key."""

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form))


class SetUp:
    """A second factor was added: the session has it, and the audit says so."""

    def form_valid(self, form):
        response = super().form_valid(form)
        session.passed_second_factor(self.request)
        audit.write(self.request.user, "add_second_factor", factor=self.factor)
        return response


class SetUpApp(SetUp, app_views.ActivateTOTPView):
    """An authenticator app."""

    factor = "totp"


class AddKey(SetUp, Options, key_views.AddWebAuthnView):
    """A security key."""

    factor = "webauthn"


class RemoveApp(app_views.DeactivateTOTPView):
    """Take the authenticator app away, while another factor is left."""

    def form_valid(self, form):
        audit.write(self.request.user, "remove_second_factor", factor="totp")
        return super().form_valid(form)


class RemoveKey(key_views.RemoveWebAuthnView):
    """Take a security key away, while another factor is left."""

    def form_valid(self, form):
        if not MFAAdapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, MFAAdapter.error_messages["cannot_delete_authenticator"])
            return redirect("account")
        audit.write(self.request.user, "remove_second_factor", factor="webauthn")
        return super().form_valid(form)


class NewCodes(code_views.GenerateRecoveryCodesView):
    """New recovery codes; the old ones open nothing from here on."""

    def form_valid(self, form):
        audit.write(self.request.user, "make_recovery_codes")
        return super().form_valid(form)


class ChangePassphrase(account_views.PasswordChangeView):
    """Another passphrase; every other session of the member ends."""

    def form_valid(self, form):
        lock_anew(self.request.user, holding.private_key(self.request), form.cleaned_data["password1"])
        response = super().form_valid(form)
        audit.write(self.request.user, "change_passphrase")
        messages.success(self.request, _("Your passphrase is changed. Everywhere else you are signed out."))
        return response
