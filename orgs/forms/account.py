"""Forms for coming in and for one's own account."""

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.sign_in import try_passphrase

from .base import Calm, CausewayForm

POLICY = _(
    "15 characters or more. Four words that have nothing to do with each other are easy to keep in mind and"
    " hard to guess. No sayings, and nothing of your name or your organization."
)


class Passphrase(forms.CharField):
    """A passphrase, kept as it was typed, blanks included."""

    def __init__(self, *, new=False, **kwargs):
        autocomplete = "new-password" if new else "current-password"
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(widget=widget, strip=False, max_length=500, **kwargs)


class RulesForm(CausewayForm):
    """That the rules of behavior were read and are accepted."""

    say_optional = False
    accepted = forms.BooleanField(
        label=_("I have read these rules and will keep them"),
        error_messages={"required": _("Without this nothing opens. Read the rules, then tick the box.")},
    )


class NoticeForm(CausewayForm):
    """The system-use notice, accepted (C6)."""

    accepted = forms.BooleanField(label=_("I have read this and agree to it"))


class SignInForm(Calm, LoginForm):
    """Address and passphrase; the member's organization is learned in the backend."""

    password = Passphrase(label=_("Passphrase"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "spellcheck": "false"}


class UnlockForm(CausewayForm):
    """The passphrase of the member whose screen is locked (C7)."""

    passphrase = Passphrase(label=_("Your passphrase"))

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_passphrase(self):
        passphrase = self.cleaned_data["passphrase"]
        if not try_passphrase(self.member, passphrase, "fail_unlock"):
            raise ValidationError(_("That is not the passphrase, or the account is locked for now."))
        return passphrase


class ConfirmPassphraseForm(Calm, ReauthenticateForm):
    """The passphrase again, while there is no second factor yet."""

    password = Passphrase(label=_("Your passphrase"))


class TwiceForm:
    """A new passphrase, typed twice, checked by the policy (C4)."""

    def check_twice(self, first, second, member):
        new, again = self.cleaned_data.get(first), self.cleaned_data.get(second)
        if new and again and new != again:
            self.add_error(second, _("The two are not the same. Type it once more."))
        elif new:
            try:
                validate_password(new, member)
            except ValidationError as error:
                self.add_error(first, error)


class ChangePassphraseForm(Calm, TwiceForm, ChangePasswordForm):
    """Another passphrase for a member who knows the one there is."""

    oldpassword = Passphrase(label=_("Your passphrase now"))
    password1 = Passphrase(label=_("The new passphrase"), new=True, help_text=POLICY)
    password2 = Passphrase(label=_("The new passphrase once more"), new=True)

    def clean_oldpassword(self):
        if not try_passphrase(self.user, self.cleaned_data["oldpassword"], "fail_change_passphrase"):
            raise ValidationError(_("That is not your passphrase now, or the account is locked for now."))
        return self.cleaned_data["oldpassword"]

    def clean(self):
        cleaned = forms.Form.clean(self)
        self.check_twice("password1", "password2", self.user)
        if cleaned.get("oldpassword") and cleaned["oldpassword"] == cleaned.get("password1"):
            self.add_error("password1", _("That is the one you have. Choose another."))
        return cleaned


class AcceptForm(TwiceForm, CausewayForm):
    """What an invited person says: a passphrase. Their name is the one that was approved (C2, C9)."""

    passphrase = Passphrase(label=_("Choose a passphrase"), new=True, help_text=POLICY)
    again = Passphrase(label=_("The passphrase once more"), new=True)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def clean(self):
        cleaned = super().clean()
        self.check_twice("passphrase", "again", self.member)
        return cleaned
