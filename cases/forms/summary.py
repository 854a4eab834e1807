"""What a summary of a case holds, and for whom it is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.summary_text import COURT, FOR_PERSON, PARTS, PERSON
from orgs.forms.base import CausewayForm, Checkboxes, Radios

WHOM = {
    PERSON: (_("The person"), _("Their own paper. Talk about where it can lie.")),
    COURT: (_("Me, at a court"), _("For your own use. It is handed to nobody without a release.")),
}
PART_WORDS = {
    "court": (_("Court dates"), ""),
    "services": (_("Services given"), ""),
    "contacts": (_("The days on which you spoke"), _("Not what was said.")),
    "planned": (
        _("What is planned"),
        _("For the person alone, in the words in which you wrote it: read them first."),
    ),
    "goals": (_("What they work toward"), _("For the person alone.")),
    "releases": (_("Who may be told"), _("For the person alone.")),
    "kind": (_("What kind of crime"), _("Whoever finds the paper reads it.")),
    "plan": (
        _("How they can be reached safely"),
        _("For the person alone. Whoever finds the paper reads it: mostly it is better left out."),
    ),
}
LANGUAGES = (("en", "English"), ("es", "Español"), ("ht", "Kreyòl ayisyen"))
NOT_FOR_COURT = _("Not on a paper for a court: %(parts)s. Leave it out, or make the paper for the person.")


class SummaryForm(CausewayForm):
    """`whom`, `parts` and `language` of a summary: codes, so that they may stand in an address."""

    whom = forms.ChoiceField(
        label=_("For whom is it?"),
        choices=[(code, said) for code, (said, _hint) in WHOM.items()],
        widget=Radios(hints={code: hint for code, (_said, hint) in WHOM.items()}),
    )
    parts = forms.MultipleChoiceField(
        label=_("What does it hold?"),
        choices=[(part, PART_WORDS[part][0]) for part in FOR_PERSON],
        widget=Checkboxes(hints={part: hint for part, (_said, hint) in PART_WORDS.items()}),
    )
    language = forms.ChoiceField(label=_("In which language?"), choices=LANGUAGES, widget=Radios)

    def clean(self):
        said = super().clean()
        left = set(said.get("parts", ())) - set(PARTS.get(said.get("whom"), FOR_PERSON))
        if left:
            named = "; ".join(str(PART_WORDS[part][0]) for part in FOR_PERSON if part in left)
            self.add_error("parts", forms.ValidationError(NOT_FOR_COURT, params={"parts": named}))
        return said
