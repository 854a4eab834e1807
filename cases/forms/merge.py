"""That two records are one person."""

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm


def pair(case, other):
    """A mark of the two people whom a page showed: what is joined is what was read, and nobody else."""
    return salted_hmac("cases.merge", f"{case.person_id} {other.person_id}").hexdigest()[:32]


class MergeForm(CausewayForm):
    """The other record is named by its case; only cases that the supervisor may merge are found."""

    which = forms.CharField(label=_("Number of the other case"), max_length=12)

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = found

    def clean_which(self):
        other = self.found(self.cleaned_data["which"].strip().upper())
        if other is None:
            raise forms.ValidationError(_("There is no other case of this number that you can merge."))
        return other


class JoinForm(CausewayForm):
    """Said on the page that shows both; `pair` is the mark of the two that it showed."""

    which = forms.CharField(max_length=12, widget=forms.HiddenInput)
    pair = forms.CharField(max_length=32, widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have read both records: they are one person"))
