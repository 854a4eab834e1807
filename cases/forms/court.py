"""Court dates: set, moved, and what came of them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models.court_date import COURTS, KINDS, OUTCOMES
from orgs.forms.base import CausewayForm, Radios
from orgs.guard import refuse_numbers

from .contact import hints
from .followup import LaterField


def ends_of(verb):
    return [row for row in OUTCOMES if row.extra["of"] == verb]


class CourtForm(CausewayForm):
    """What can change of a court date."""

    at = LaterField(
        label=_("When is it?"), help_text=_("The day and time at the court, by the islands’ clock.")
    )
    court = forms.ChoiceField(label=_("Where?"), choices=[("", _("Choose…")), *COURTS.choices])
    goes_along = forms.BooleanField(label=_("Somebody of us goes along"), required=False)
    note = forms.CharField(
        label=_("What to remember"),
        max_length=200,
        required=False,
        validators=[refuse_numbers],
        help_text=_("The room, whom to meet, what to bring. Only for your organization."),
    )


class SetForm(CourtForm):
    once = True
    kind = forms.ChoiceField(label=_("What is it?"), choices=[("", _("Choose…")), *KINDS.choices])
    field_order = ["kind", "at", "court", "goes_along", "note"]


class ConcludeForm(CausewayForm):
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(row.code, row.label) for row in ends_of("conclude")],
        widget=Radios(hints=hints(ends_of("conclude"))),
    )
    again_at = LaterField(
        label=_("Postponed to when?"),
        required=False,
        help_text=_("Leave it empty if it is not known. A follow-up then asks for it within a week."),
    )

    def clean(self):
        said = super().clean()
        if said.get("again_at") and said.get("outcome") not in ("postponed", None):
            self.add_error(
                "again_at", _("A new day is for what was postponed. Choose that, or leave it empty.")
            )
        return said


class CallOffForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why is it taken off?"),
        choices=[(row.code, row.label) for row in ends_of("call_off")],
        widget=Radios,
    )
