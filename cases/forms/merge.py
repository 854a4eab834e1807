"""That two records are one person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm


class MergeForm(CausewayForm):
    """The other record is named by its case; only cases that the supervisor may merge are found."""

    which = forms.CharField(label=_("Number of the other case"), max_length=12)
    sure = forms.BooleanField(label=_("I have read both records: they are one person"))

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = found

    def clean_which(self):
        other = self.found(self.cleaned_data["which"].strip().upper())
        if other is None:
            raise forms.ValidationError(_("There is no other case of this number that you can merge."))
        return other
