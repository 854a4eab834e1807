"""What the desk asks, answers and decides about a packet: the message, never the person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.contact import hints
from orgs import codes
from orgs.forms.base import CausewayForm, LongTextField, Radios
from orgs.guard import guarded

QUESTIONS = codes.load("referrals", "question_kinds")
REROUTES = codes.load("referrals", "reroute_reasons")


class AskForm(CausewayForm):
    """About the referral as written: what is illegible or missing (R3, R4)."""

    topic = forms.ChoiceField(
        label=_("What is not clear in the referral?"), choices=QUESTIONS.choices, widget=Radios
    )
    text = LongTextField(
        label=_("Your question"),
        max_length=500,
        required=False,
        validators=[guarded],
        help_text=_(
            "Only about what was written. Never whether the person was reached, came, or wants help: the "
            "referrer must not be able to tell."
        ),
    )


class RerouteForm(CausewayForm):
    """Send the packet on before any contact."""

    to = forms.ChoiceField(label=_("Which organization should have it?"))
    reason = forms.ChoiceField(
        label=_("Why?"), choices=REROUTES.choices, widget=Radios(hints=hints(REROUTES))
    )

    def __init__(self, *args, organizations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organizations = {one.code: one for one in organizations}
        choices = [(one.code, one.name) for one in organizations]
        islands = codes.load("orgs", "islands")
        served = {one.code: ", ".join(str(islands.label(i)) for i in one.islands) for one in organizations}
        self.fields["to"].widget = Radios(hints=served)
        self.fields["to"].choices = choices

    def clean_to(self):
        return self.organizations[self.cleaned_data["to"]]
