"""Goals: what the person wants, and what came of it."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.goal import KINDS, PROGRESS, REASONS
from orgs import clock
from orgs.forms.base import CausewayForm, LocalDateField, LongTextField, Radios
from orgs.guard import refuse_numbers

from .followup import LaterField

LONGEST = timedelta(days=366)
WHEN = _("When do you look at it together again?")
YEAR_OFF = _("This is more than a year off. Choose a day before that, and move it when you look again.")


class LookField(LocalDateField):
    """The day of a next look, within a year. That it is to come the record holds."""

    def clean(self, value):
        day = super().clean(value)
        if day and day > clock.today() + LONGEST:
            raise forms.ValidationError(YEAR_OFF)
        return day


def _kind():
    return forms.ChoiceField(label=_("What is it about?"), choices=[("", _("Choose…")), *KINDS.choices])


def _words():
    return LongTextField(
        label=_("What do they want, in their own words?"),
        max_length=500,
        rows=3,
        validators=[refuse_numbers],
        help_text=_("As they say it. Only for your organization; no release tells it to anybody."),
    )


class StepForm(CausewayForm):
    """What comes next, where somebody of the house has to do something."""

    once = True
    step = forms.CharField(
        label=_("Is there a next step for one of us?"),
        max_length=200,
        required=False,
        validators=[refuse_numbers],
        help_text=_("It becomes a follow-up of the case, with a reminder."),
    )
    step_by = LaterField(label=_("By when?"), required=False)

    def clean(self):
        said = super().clean()
        if said.get("step") and not said.get("step_by") and "step_by" not in self.errors:
            self.add_error("step_by", _("By when is the step done? Without a time it is easily forgotten."))
        if said.get("step_by") and not said.get("step") and "step" not in self.errors:
            self.add_error("step", _("Say what the step is, or leave its time empty."))
        return said


class SetForm(StepForm):
    kind = _kind()
    words = _words()
    look_on = LookField(label=WHEN)
    field_order = ["kind", "words", "look_on", "step", "step_by"]


class ReviseForm(CausewayForm):
    kind = _kind()
    words = _words()
    look_on = LookField(label=WHEN)


class ReviewForm(StepForm):
    progress = forms.ChoiceField(
        label=_("How far is it, as they see it?"), choices=PROGRESS.choices, widget=Radios
    )
    look_on = LookField(label=WHEN)
    field_order = ["progress", "look_on", "step", "step_by"]


class LetGoForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why is it let go?"),
        choices=[(row.code, row.label) for row in REASONS if "with_death" not in row.extra],
        widget=Radios,
    )
