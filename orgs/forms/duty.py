"""A shift at the desk."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.duty import WEEK, WEEKDAYS, stretch
from orgs.models import DutyShift, User
from orgs.roles import DESK

from .base import CausewayForm, LocalTimeField


class ShiftForm(CausewayForm):
    """Who, on which days, from when to when. An end before the start means the next morning."""

    user = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none())
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
    )
    starts = LocalTimeField(label=_("From"))
    ends = LocalTimeField(label=_("To"), help_text=_("Earlier than “From” means the next morning."))

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        desk = User.objects.in_role(*DESK).filter(organization=organization)
        self.fields["user"].queryset = desk.order_by("name")

    def shifts(self):
        """The shifts that the form asks for, unsaved."""
        data = self.cleaned_data
        return [
            DutyShift(
                organization=self.organization,
                user=data["user"],
                weekday=weekday,
                starts=data["starts"],
                ends=data["ends"],
            )
            for weekday in data["weekdays"]
        ]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        standing = DutyShift.objects.filter(organization=self.organization, user=cleaned["user"])
        taken = {minute % WEEK for shift in standing for minute in range(*stretch(shift))}
        for shift in self.shifts():
            if taken & {minute % WEEK for minute in range(*stretch(shift))}:
                text = _("They are already on at that time on %(day)s. Remove that shift first.")
                raise ValidationError(text, params={"day": WEEKDAYS[shift.weekday]})
        return cleaned
