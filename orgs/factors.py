"""The second factor: codes of an authenticator app, security keys, recovery codes (C3).

Never by SMS or e-mail. What proves a factor lies encrypted in the database under a key made from the
installation's SECRET_KEY, so that a stolen database alone makes no codes.
"""

import base64

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import audit, lockout
from .forms.base import Calm
from .sealing import installation

Type = Authenticator.Type
STRONG = (Type.TOTP, Type.WEBAUTHN)
PLACE = b"installation|second factor"


def has_factor(member):
    """Whether the member has set up an authenticator app or a security key."""
    return Authenticator.objects.filter(user_id=member.pk, type__in=STRONG).exists()


def has_code(member):
    """Whether the member can give a code, from an app or a list."""
    return Authenticator.objects.filter(user_id=member.pk, type=Type.TOTP).exists()


def has_key(member):
    """Whether the member can touch a security key."""
    return Authenticator.objects.filter(user_id=member.pk, type=Type.WEBAUTHN).exists()


def forget(member, *, actor):
    """Take all second factors from a member who lost them; sessions end, the next sign-in sets up new ones.

    `actor` is an administrator who has checked who is asking. Raises `NotNow` for one's own.
    """
    with member._alone(actor):
        Authenticator.objects.filter(user_id=member.pk).delete()
        member.devices.all().delete()  # the phone with the codes may be the one that is told
        member.session_epoch += 1
        member.save(update_fields=["session_epoch"])
        audit.write(actor, "forget_second_factors", member)


class MFAAdapter(DefaultMFAAdapter):
    """allauth's second factors in our words, with their secrets encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "That is not right, was used before, or the account is locked for now. Wait for the next code and"
            " try again; five wrong tries lock the account for 15 minutes."
        ),
        "cannot_delete_authenticator": _("This is your only second factor. Add another one first."),
    }

    def encrypt(self, text):
        return base64.b64encode(installation.seal(text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text):
        return installation.unseal(base64.b64decode(encrypted_text), PLACE).decode()

    def can_delete_authenticator(self, authenticator):
        """Nobody stays without a second factor."""
        mine = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
        return mine.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Key {number}").format(number=count + 1)

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": "Causeway"}


class Counted:
    """A form that proves a factor: failures count towards the lockout, a locked account proves nothing."""

    failure = "fail_second_factor"

    def counted(self, prove):
        member = lockout.take(self.user)
        if member.is_locked:
            lockout.failed(member, self.failure, why="locked")
            raise MFAAdapter().validation_error("incorrect_code")
        try:
            return prove()
        except ValidationError:
            lockout.failed(member, self.failure, why="factor")
            raise


class Code(Calm, Counted):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code_field(self.fields["code"])
        self.fields["code"].help_text = _(
            "Six digits from your authenticator app, or one of your recovery codes."
        )

    def clean_code(self):
        return self.counted(self._once)

    def _once(self):
        code = super().clean_code()
        if self.authenticator.type == Type.TOTP:
            use_up(self.authenticator, code)
        return code


class CodeForm(Code, AuthenticateForm):
    """A code at sign-in."""


class ConfirmCodeForm(Code, ReauthenticateForm):
    """A code of a member who is in and confirms."""

    failure = "fail_step_up"


class KeyForm(Calm, Counted, AuthenticateWebAuthnForm):
    """A security key at sign-in."""

    def clean_credential(self):
        return self.counted(super().clean_credential)


class ConfirmKeyForm(Calm, Counted, ReauthenticateWebAuthnForm):
    """A security key of a member who is in and confirms."""

    failure = "fail_step_up"

    def clean_credential(self):
        return self.counted(super().clean_credential)


class SetUpAppForm(Calm, ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code_field(self.fields["code"])
        self.fields["code"].label = _("The six digits that the app shows now")

    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError as error:
            raise ValidationError(
                _("That is not what the app shows for this picture. See whether the phone's clock is right."),
                code="incorrect_code",
            ) from error


class AddKeyForm(Calm, AddWebAuthnForm):
    """A new security key and what to call it."""

    say_optional = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What to call this key")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("For example “key ring” or “office drawer”.")


class RenameKeyForm(Calm, EditWebAuthnForm):
    """Another name for a security key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What to call this key")


def _code_field(field):
    field.label = _("Code")
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


def use_up(authenticator, code):
    """Take a code of an app once: it, and those before it, open nothing again, even if the cache was lost."""
    secret = decrypt(authenticator.data["secret"])
    counter = next(
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter)))
    )
    if counter <= authenticator.data.get("counter", 0):
        raise MFAAdapter().validation_error("incorrect_code")
    authenticator.data["counter"] = counter
    authenticator.save(update_fields=["data"])
