"""How a member hears of what may wait."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.languages import NAMES
from orgs.models import How
from orgs.models.mailbox import within

from .base import CausewayForm, Radios

HINTS = {
    How.AT_ONCE: _("Not in the quiet hours."),
    How.DAILY: _("All that came since, as one mail."),
    How.PAGE: _("The figures beside the entries above are where you hear. Look there often."),
}


class MailboxForm(CausewayForm):
    """The ways that the organization allows, where it allows more than one; and the language of the mails."""

    say_optional = False  # one of each is chosen already
    how = forms.ChoiceField(label=_("How do you want to hear of what can wait?"), widget=Radios(hints=HINTS))

    language = forms.ChoiceField(
        label=_("In which language do you want the mails?"),
        choices=NAMES.items(),
        widget=Radios,
        required=False,
        help_text=_("One sentence, the same in every mail. The pages stay in English."),
    )

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [
            (way.value, way.label) for way in How if within(way, organization) == way
        ]
        if len(self.fields["how"].choices) == 1:
            del self.fields["how"]
