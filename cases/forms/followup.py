"""Promises: made, kept, moved, dropped."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import clock, codes
from orgs.forms.base import CausewayForm, Radios
from orgs.guard import refuse_numbers

from .contact import SoonField, hints

OUTCOMES = codes.load("cases", "follow_up_outcomes")
REASONS = codes.load("cases", "follow_up_cancel_reasons")


class LaterField(SoonField):
    """A moment that is still to come."""

    def clean(self, value):
        moment = super().clean(value)
        if moment and moment <= clock.now():
            raise forms.ValidationError(_("This time has passed. Give one that is to come."))
        return moment


class FollowUpForm(CausewayForm):
    once = True

    what = forms.CharField(label=_("What is to be done?"), max_length=200, validators=[refuse_numbers])
    due_at = LaterField(label=_("By when?"))


class CompleteForm(CausewayForm):
    question = "outcome"
    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=OUTCOMES.choices,
        initial="done",
        widget=Radios(hints=hints(OUTCOMES)),
    )


class RescheduleForm(CausewayForm):
    question = "due_at"
    due_at = LaterField(label=_("Move to when?"))


class CancelForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why will it not be done?"), choices=REASONS.choices, widget=Radios(hints=hints(REASONS))
    )
