"""What all duties ask: since when, that it happened, and why one does not apply."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.certification import FEDERAL, FEDERAL_ONLY
from orgs import clock, codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateField, LocalDateTimeField, Radios

from .contact import hints

EXCUSES = codes.load("cases", "duty_excuses")
DEADLINES = codes.load("cases", "deadline_kinds")
CERTIFICATIONS = codes.load("cases", "certification_kinds")
DENIALS = codes.load("cases", "certification_denials")


class PastField(LocalDateTimeField):
    """A moment that has been, not longer ago than `years` (whole): more is a slip in the year."""

    def __init__(self, *, years=3, **kwargs):
        super().__init__(**kwargs)
        self.years = years

    def clean(self, value):
        moment = super().clean(value)
        if moment and moment > clock.now():
            raise forms.ValidationError(_("This time is still to come. Give one that has been."))
        if moment and moment < clock.now() - timedelta(days=366 * self.years):
            raise forms.ValidationError(_("This is long ago. Check the year."), code="year")
        return moment


class PastDayField(LocalDateField):
    """A day that has been, or today."""

    def clean(self, value):
        day = super().clean(value)
        if day and day > clock.today():
            raise forms.ValidationError(_("This day is still to come. Give one that has been."))
        return day


class ExcuseForm(CausewayForm):
    """Why a duty of `noun` does not apply."""

    question = "reason"
    reason = forms.ChoiceField(label=_("Why is it not required?"), widget=Radios)

    def __init__(self, *args, noun, **kwargs):
        super().__init__(*args, **kwargs)
        fits = [row for row in EXCUSES if noun in row.extra["of"]]
        self.fields["reason"].choices = [(row.code, row.label) for row in fits]
        self.fields["reason"].widget.hints = {row.code: row.hint for row in fits if row.hint}


class DeadlineForm(CausewayForm):
    """The report's copy, or the three days of victim compensation together."""

    once = True
    what = forms.ChoiceField(
        label=_("What runs?"),
        choices=[
            ("violence_report", DEADLINES.label("violence_report")),
            ("compensation", _("Victim compensation")),
        ],
        widget=Radios(
            hints={
                "violence_report": DEADLINES.hint("violence_report"),
                "compensation": _(
                    "The crime is reported within 24 hours, the claim is filed within 90 days, "
                    "or late within two years. All three are watched."
                ),
            }
        ),
    )
    since = PastField(
        label=_("Since when does it count?"),
        help_text=_("When the police took the report; for compensation, when the crime happened."),
    )


class CertificationForm(CausewayForm):
    once = True
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=CERTIFICATIONS.choices, widget=Radios(hints=hints(CERTIFICATIONS))
    )
    agency = forms.ChoiceField(
        label=_("Which agency is asked?"),
        help_text=_("It is asked only under a release to that agency for exactly this."),
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.agencies = {str(one.pk): one for one in agencies}
        field = self.fields["agency"]
        sides = ((_("Federal agencies"), True), (_("Other agencies"), False))
        groups = [(label, self._named(federal)) for label, federal in sides]
        field.choices = [("", _("Choose…")), *((label, named) for label, named in groups if named)]

    def _named(self, federal):
        return [(key, one.name) for key, one in self.agencies.items() if one.federal == federal]

    def clean_agency(self):
        agency = self.agencies[self.cleaned_data["agency"]]
        if self.cleaned_data.get("kind") in FEDERAL and not agency.federal:
            raise forms.ValidationError(FEDERAL_ONLY, code="federal")
        return agency


class AnsweredForm(CausewayForm):
    """`asked_on` is the day on which the agency was asked: nothing is answered before."""

    def __init__(self, *args, asked_on, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked_on = asked_on

    def clean_on(self):
        if self.asked_on and self.cleaned_data["on"] < self.asked_on:
            raise forms.ValidationError(_("That is before it was asked for. Check the year."), code="year")
        return self.cleaned_data["on"]


class SignedForm(AnsweredForm):
    question = "on"
    on = PastDayField(label=_("On which day was it signed?"))


class DeniedForm(AnsweredForm):
    on = PastDayField(label=_("On which day was it denied?"))
    reason = forms.ChoiceField(label=_("What did the agency say?"), choices=DENIALS.choices, widget=Radios)


class DeathForm(CausewayForm):
    """What is written down when a person has died; `promised` are the follow-ups that are still planned."""

    on = PastDayField(
        label=_("On which day did they die?"),
        required=False,
        help_text=_("Leave it empty if it is not known."),
    )
    keep = forms.MultipleChoiceField(
        label=_("Which follow-ups still have to be done?"),
        widget=Checkboxes,
        required=False,
        help_text=_("What is not ticked is taken off the list."),
    )
    sure = forms.BooleanField(label=_("I have this from somebody who knows"))

    def __init__(self, *args, promised, **kwargs):
        super().__init__(*args, **kwargs)
        if promised:
            self.fields["keep"].choices = [(str(followup.pk), followup.what) for followup in promised]
        else:
            del self.fields["keep"]
