"""Who was called in, and what they said."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm, Radios
from referrals.models.call_in import ANSWERS


class CallInForm(CausewayForm):
    """`loads` are those of the members who can be called."""

    once = True

    member = forms.ChoiceField(label=_("Whom did you call?"))
    answer = forms.ChoiceField(label=_("What came of it?"), choices=list(ANSWERS.items()), widget=Radios)

    def __init__(self, *args, loads, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(load.member.pk): load.member for load in loads}
        names = [(pk, member.name) for pk, member in self.members.items()]
        self.fields["member"].choices = [("", _("Choose…")), *names]

    def clean_member(self):
        return self.members[self.cleaned_data["member"]]
