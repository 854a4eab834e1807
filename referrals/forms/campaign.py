"""What a campaign is made of."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm, Radios
from orgs.guard import refuse_numbers, refuse_references
from referrals.campaigns import LONGEST, SHORTEST, WORD, tells
from referrals.models import Campaign

PAPERS = (("letter", _("Letter")), ("a4", _("A4")))


class CampaignForm(CausewayForm):
    """A poster, a card at a counter, a page in a paper: whatever carries one code."""

    once = True

    name = forms.CharField(
        label=_("What do you call it?"),
        max_length=60,
        help_text=_("For your own list. It is on no poster. Name no person."),
        validators=[refuse_numbers, refuse_references],
    )
    place = forms.CharField(
        label=_("Where does it hang?"),
        max_length=60,
        required=False,
        help_text=_("For example: women’s restrooms, arrivals. Never the address of a shelter."),
        validators=[refuse_numbers, refuse_references],
    )
    word = forms.CharField(
        label=_("The word of its code"),
        max_length=LONGEST,
        help_text=_(
            "Letters alone, 3 to 10. Causeway adds a digit. It is typed from the wall into a phone that "
            "somebody else may look at: take the place, and nothing that speaks of help."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the poster"), choices=Campaign.Language.choices, widget=Radios
    )
    door = forms.ChoiceField(
        label=_("What does it open?"), choices=Campaign.Door.choices, widget=Radios, initial="front"
    )

    def clean_word(self):
        word = self.cleaned_data["word"].strip().upper()
        if not WORD.fullmatch(word):
            raise ValidationError(
                _("Letters from A to Z alone, %(least)d to %(most)d of them."),
                params={"least": SHORTEST, "most": LONGEST},
            )
        if tells(word):
            raise ValidationError(_("This word tells what the page is about. Take one that says nothing."))
        return word


class PosterForm(CausewayForm):
    """How it is printed: `paper`, and whether strips with the address can be torn off."""

    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, widget=Radios, initial="letter")
    strips = forms.BooleanField(
        label=_("Strips to tear off, with the number and the address"), required=False, initial=True
    )
