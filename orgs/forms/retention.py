"""How long an organization keeps each kind of record, never less than the least (R35)."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from orgs import retention

from .base import CausewayForm

MOST_DAYS = 3660


class RetentionForm(CausewayForm):
    """One number a kind, in its own unit, and how often the list is made."""

    say_optional = False

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = retention.kinds_of(organization)
        for kind in self.kinds:
            in_days = kind.unit == "days"
            said = (
                _("Days. At least %(least)d; usual is %(usual)d.")
                if in_days
                else _("Years. At least %(least)d; usual is %(usual)d.")
            )
            most = MOST_DAYS if in_days else retention.MOST_YEARS
            hint = said % {"least": kind.least, "usual": kind.usual}
            self.fields[kind.code] = _number(kind.label, hint, kind.least, most)
            self.fields[kind.code].initial = retention.period(organization, kind)
        self.fields["review"] = _number(
            _("Days from one review to the next"),
            _("Supervisors are reminded to look at what has come to its end."),
            retention.LEAST_REVIEW,
            retention.MOST_REVIEW,
        )
        self.fields["review"].initial = retention.review_after(organization)

    def own(self):
        """What differs from the usual, as it is kept."""
        usual = {kind.code: kind.usual for kind in self.kinds} | {"review": retention.REVIEW_AFTER_DAYS}
        return {name: n for name, n in self.cleaned_data.items() if n != usual[name]}


def _number(label, hint, least, most):
    return forms.IntegerField(
        label=label,
        help_text=hint,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
