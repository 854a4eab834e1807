"""What a packet's moves ask for: a reason of a list, or a few guarded words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.codes import load
from orgs.forms.base import CausewayForm, Radios
from orgs.models import User
from referrals.forms.referral_steps import GuardedText, hints, of

MESSAGE_LENGTH = 500  # characters (R15)


def reason(table, label):
    codes = load("referrals", table)
    return forms.ChoiceField(label=label, choices=of("referrals", table), widget=Radios(hints=hints(codes)))


class MessageForm(CausewayForm):
    """A message about the referral as it was written; from the desk it says nothing of the person (R3)."""

    text = GuardedText(label=_("Your message"), max_length=MESSAGE_LENGTH, rows=4)


class AnswerForm(CausewayForm):
    text = GuardedText(label=_("Your answer"), max_length=MESSAGE_LENGTH, rows=3)


class HandOnForm(CausewayForm):
    question = "member"
    member = forms.ModelChoiceField(
        label=_("Who answers the desk’s question?"),
        queryset=User.objects.none(),
        help_text=_("They can read the whole referral from now on, and get a mail at once."),
    )

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = referral.can_answer()


class RecallForm(CausewayForm):
    question = "reason"
    reason = reason("recall_reasons", _("Why do you take it back?"))
    text = GuardedText(label=_("Anything the desk must know"), max_length=200, rows=2, required=False)


class MarkErrorForm(CausewayForm):
    question = "reason"
    reason = reason("error_reasons", _("What is wrong with it?"))
