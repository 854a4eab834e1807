"""Which card is printed for the person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm, Radios

LANGUAGES = (("en", "English"), ("es", "Español"), ("ht", "Kreyòl ayisyen"))


class CardForm(CausewayForm):
    """`named` adds who answers and what is told to whom; without it the card is numbers alone."""

    say_optional = False

    language = forms.ChoiceField(label=_("Language of the card"), choices=LANGUAGES, widget=Radios)
    named = forms.BooleanField(
        label=_("Say who answers, and what will and will not be told"),
        required=False,
        help_text=_(
            "Without the tick it is a slip with numbers that names nothing and nobody. That is safer."
        ),
    )
