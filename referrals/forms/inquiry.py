"""What a house does with a letter from the public page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import codes
from orgs.forms.base import CausewayForm, LongTextField, Radios
from orgs.guard import refuse_numbers, refuse_references

REFUSALS = codes.load("referrals", "letter_refusals")


class AnswerForm(CausewayForm):
    once = True

    text = LongTextField(
        label=_("Your answer"),
        max_length=1000,
        rows=6,
        validators=[refuse_numbers, refuse_references],
        help_text=_(
            "Whoever finds their number reads this too, perhaps the one who harms. Write no name, no "
            "address, no plan and nothing that they told you elsewhere."
        ),
    )


class RefuseForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why is it not a letter from somebody who asks for help?"),
        choices=REFUSALS.choices,
        widget=Radios,
    )
