"""What is asked before the glass breaks, when it is whole again, and when it is looked at (R32)."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import glass
from orgs import codes
from orgs.forms.base import CausewayForm, LongTextField, Radios
from orgs.guard import guarded, refuse_numbers

from .contact import hints

REASONS = codes.load("cases", "emergency_reasons")
FINDINGS = codes.load("cases", "emergency_findings")
NUMBER = re.compile(r"([A-Z])\s*-?\s*(\d{1,7})")


class BreakGlassForm(CausewayForm):
    """A number that is known already, and why now. There is no list to choose from."""

    number = forms.CharField(
        label=_("Number of the case or intake"),
        max_length=20,
        help_text=_("As in C-0412 or I-0031. You know it from the person, or from whoever called."),
    )
    reason = forms.ChoiceField(
        label=_("Why now?"), choices=REASONS.choices, widget=Radios(hints=hints(REASONS))
    )
    why = LongTextField(
        label=_("What happens, in one sentence"),
        max_length=300,
        rows=2,
        validators=[guarded],
        help_text=_("Without names. The supervisors and whoever has the record read it at once."),
    )

    def clean_number(self):
        """The number as it stands on a record; anything else is as good as one that nobody has."""
        typed = self.cleaned_data["number"].strip().upper()
        found = NUMBER.fullmatch(typed)
        return f"{found[1]}-{int(found[2]):04d}" if found and glass.kind_of(found[1]) else "none"


class EndGlassForm(CausewayForm):
    """What came of it; whoever has the record writes into it what belongs there."""

    done = LongTextField(
        label=_("What was done?"),
        max_length=500,
        validators=[refuse_numbers],
        help_text=_(
            "Whom you reached and what was agreed. It goes to the supervisors and to whoever has the record; "
            "nothing is written into the record itself."
        ),
    )


class ReviewGlassForm(CausewayForm):
    finding = forms.ChoiceField(
        label=_("What did you find?"), choices=FINDINGS.choices, widget=Radios(hints=hints(FINDINGS))
    )
    remark = LongTextField(
        label=_("What you talked about, and what changes"),
        max_length=500,
        validators=[refuse_numbers],
        required=False,
    )
