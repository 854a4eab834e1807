"""What a legal hold and a purge ask for (R35)."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import codes
from orgs.forms.base import CausewayForm, LocalDateField, LongTextField, Radios
from orgs.guard import refuse_numbers
from orgs.words import ISLANDS

REASONS = codes.load("cases", "hold_reasons")
LIFTS = codes.load("cases", "hold_lift_reasons")
LONGEST_DAYS = 366


class HoldForm(CausewayForm):
    """Why everything about a person stays, and when somebody looks again."""

    reason = forms.ChoiceField(label=_("Why is it held?"), choices=REASONS.choices, widget=Radios)
    note = LongTextField(
        label=_("Which matter?"),
        max_length=300,
        rows=2,
        required=False,
        validators=[refuse_numbers],
        help_text=_("Only for your organization. A docket number is fine."),
    )
    review_on = LocalDateField(
        label=_("On which day does a supervisor look again?"),
        help_text=_("A year from now at the latest. The hold does not end on that day: somebody ends it."),
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["review_on"].initial = (now + timedelta(days=90)).astimezone(ISLANDS).date()

    def clean_review_on(self):
        day = self.cleaned_data["review_on"]
        at = datetime.combine(day, time(9), ISLANDS)
        if at <= self.now:
            raise forms.ValidationError(_("Give a day that is to come."))
        if at > self.now + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(_("Look again within a year; then it can be held for longer."))
        self.cleaned_data["review_at"] = at
        return day

    def said(self):
        """For `LegalHold.place`."""
        return {name: self.cleaned_data[name] for name in ("reason", "note", "review_at")}


class LiftForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why need it not be held any more?"), choices=LIFTS.choices, widget=Radios
    )


class ApproveForm(CausewayForm):
    """The word of the second supervisor."""

    looked = forms.BooleanField(
        label=_("I have looked through the records that go, and none of them is needed any more")
    )
    gone = forms.BooleanField(label=_("I know that they cannot be brought back, by anybody"))
