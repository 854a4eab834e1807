"""A shift at the desk."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs import clock, rota
from orgs.duty import WEEK, WEEKDAYS, stretch
from orgs.models import DutyChange, DutyShift, User
from orgs.roles import DESK

from .base import CausewayForm, LocalDateField, LocalTimeField


class ChangeForm(CausewayForm):
    """One day that is not as every week. Whoever is replaced, or is on besides; or nobody, on a holiday."""

    once = True

    day = LocalDateField(label=_("Which day?"))
    starts = LocalTimeField(label=_("From"))
    ends = LocalTimeField(label=_("To"), help_text=_("Not later than “From” means the next morning."))
    instead_of = forms.ModelChoiceField(
        label=_("Whose hours?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody’s: one more"),
    )
    user = forms.ModelChoiceField(
        label=_("Who is on?"), queryset=User.objects.none(), required=False,
        empty_label=_("Nobody: the supervisors hear"),
    )  # fmt: skip

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        desk = User.objects.in_role(*DESK).filter(organization=organization).order_by("name")
        for name in ("instead_of", "user"):
            self.fields[name].queryset = desk

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < clock.today():
            raise ValidationError(_("That day is over."))
        if day > clock.today() + timedelta(days=366):
            raise ValidationError(_("That is more than a year away. Check the year."))
        return day

    def clean(self):
        said = super().clean()
        if not self.errors and not said.get("user") and not said.get("instead_of"):
            self.add_error("user", _("Say who is on, or whose hours nobody takes."))
        elif not self.errors and said.get("user") == said.get("instead_of"):
            self.add_error("user", _("They have these hours already."))
        elif not self.errors and said.get("user"):
            span = DutyChange(day=said["day"], starts=said["starts"], ends=said["ends"]).span()
            if rota.is_away(said["user"], *span):
                self.add_error("user", _("They are away then. Choose somebody else, or nobody."))
        return said


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
