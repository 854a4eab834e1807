"""Reaching a person: the plan for it, and each time that somebody tried."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import clock, codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateTimeField, LongTextField, Radios
from orgs.guard import refuse_numbers

OUTCOMES = codes.load("cases", "contact_outcomes")
METHODS = codes.load("cases", "contact_methods")
CONFIRMATIONS = codes.load("cases", "plan_confirmations")
SERVICES = codes.load("cases", "services")
TIMES = codes.load("referrals", "contact_times")


LONGEST_AHEAD = timedelta(days=5 * 366)  # longer than any status or order that has to be renewed


class SoonField(LocalDateTimeField):
    """When something is to be done: within five years, as further off is a slip in the year."""

    def clean(self, value):
        moment = super().clean(value)
        if moment and moment > clock.now() + LONGEST_AHEAD:
            raise forms.ValidationError(_("This is more than five years off. Check the year."))
        return moment


def hints(table):
    return {code.code: code.hint for code in table if code.hint}


class LogContactForm(CausewayForm):
    """One try, and all that came of it. `plan` says which ways the person agreed to."""

    once = True

    outcome = forms.ChoiceField(
        label=_("How did it go?"), choices=OUTCOMES.choices, widget=Radios(hints=hints(OUTCOMES))
    )
    way = forms.ChoiceField(label=_("How did you try?"), choices=METHODS.choices, widget=Radios)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    text = LongTextField(
        label=_("What was said and agreed"),
        max_length=4000,
        required=False,
        validators=[refuse_numbers],
        help_text=_("Only for your organization. It is never part of a release or a handoff."),
    )
    services = forms.MultipleChoiceField(
        label=_("Services given"), choices=SERVICES.grouped_choices, widget=Checkboxes, required=False
    )
    next_what = forms.CharField(
        label=_("Next step"), max_length=200, required=False, validators=[refuse_numbers]
    )
    next_at = SoonField(label=_("By when"), required=False)

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, **kwargs)
        agreed = plan.ways if plan else []
        self.fields["way"].widget.hints = {way: _("In the plan") for way in agreed}
        if len(agreed) == 1 and agreed[0] in METHODS:
            self.fields["way"].initial = agreed[0]

    def clean(self):
        said = super().clean()
        if said.get("next_what") and not said.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", _("Say by when, so that it is not forgotten."))
        if said.get("next_at") and not said.get("next_what") and "next_what" not in self.errors:
            self.add_error("next_what", _("Say what is to be done."))
        return said


class PlanForm(CausewayForm):
    """How, when and by what name; what never to do stands above every button."""

    once = True

    ways = forms.MultipleChoiceField(
        label=_("How may we reach them?"), choices=METHODS.choices, widget=Checkboxes(hints=hints(METHODS))
    )
    reach_at = forms.CharField(
        label=_("Number, place, or who it goes through"), max_length=200, required=False
    )
    times = forms.MultipleChoiceField(
        label=_("When is it safe?"), choices=TIMES.choices, widget=Checkboxes, required=False
    )
    when = forms.CharField(
        label=_("More about when"), max_length=200, required=False, help_text=_("For example: 9 to 12 only.")
    )
    ask_for = forms.CharField(label=_("If somebody else answers, say"), max_length=200, required=False)
    never = LongTextField(
        label=_("What must we never do?"),
        max_length=300,
        rows=2,
        required=False,
        help_text=_("For example: never leave a message. This stands above every button."),
    )
    verified = forms.ChoiceField(
        label=_("Who has confirmed that this is safe?"),
        choices=[*CONFIRMATIONS.choices, ("", _("Nobody yet"))],
        widget=Radios,
        required=False,
        help_text=_("Without it the plan is kept, and nobody can log a contact until it is confirmed."),
    )

    def clean(self):
        said = super().clean()
        if not (said.get("times") or said.get("when")) and not self.errors:
            self.add_error("times", _("Say when it is safe."))
        return said
