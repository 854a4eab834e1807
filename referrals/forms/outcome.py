"""One word about one packet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import codes
from orgs.forms.base import CausewayForm, Radios

OUTCOMES = codes.load("cases", "outcomes")


class OutcomeForm(CausewayForm):
    """Which packet of theirs, and which word. Nothing else can be said here."""

    referral = forms.ModelChoiceField(
        queryset=None,
        label=_("Outcome of which referral?"),
        to_field_name="reference",
        help_text=_("Those that the recipient sent to you about this person."),
    )
    word = forms.ChoiceField(label=_("What may they read?"), choices=OUTCOMES.choices, widget=Radios)

    def __init__(self, *args, referrals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["referral"].queryset = referrals
        self.fields["referral"].label_from_instance = lambda referral: referral.reference
