"""Forms about members and invitations."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs import clock
from orgs.models import Unit, User
from orgs.models.reopening import REACTIVATION_REASONS
from orgs.roles import ROLES_OF_KIND, Role

from .base import CausewayForm, Radios
from .fields import LocalDateField

WHAT_ROLES_SEE = {
    Role.OFFICER: _("The packets that they filed or were named on"),
    Role.UNIT_SUPERVISOR: _("The packets of the whole unit"),
    Role.SYSTEM_ADVOCATE: _("The packets that they filed, as an officer does"),
    Role.INTAKE_WORKER: _("The inbox and the intakes"),
    Role.ADVOCATE: _("Their own caseload, and what was given to them"),
    Role.SUPERVISOR: _("The intakes, cases and handoffs of the organization"),
    Role.ADMINISTRATOR: _("Members, units, settings and the audit; no names and no notes"),
    Role.OVERSIGHT: _("Totals only"),
}


class PlaceForm(CausewayForm):
    """A role of this kind of organization, and a unit of this organization."""

    role = forms.ChoiceField(label=_("Role"), widget=Radios(hints=WHAT_ROLES_SEE))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["role"].choices = [(role, role.label) for role in ROLES_OF_KIND[organization.kind]]
        self.fields["unit"].queryset = Unit.objects.filter(organization=organization, is_active=True)
        self.fields["unit"].empty_label = _("No unit")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("role") == Role.UNIT_SUPERVISOR and not cleaned.get("unit"):
            self.add_error("unit", _("A unit supervisor has a unit. Choose which."))
        return cleaned


class InviteForm(PlaceForm):
    """Whom to invite. Whether the address has an account elsewhere is not told, here or later."""

    email = forms.EmailField(
        label=_("Work e-mail address"), max_length=254, help_text=_("Their own, and nobody else's.")
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_(
            "As the organization knows them: they cannot change it, and nobody else here may have it."
        ),
    )

    field_order = ["email", "name", "role", "unit"]

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(organization=self.organization, email=email).exists():
            raise ValidationError(_("This address belongs to a member of your organization."))
        return email


class ReactivateForm(CausewayForm):
    """Why an account opens again."""

    question = "reason"

    reason = forms.ChoiceField(
        label=_("Why does this account open again?"), choices=REACTIVATION_REASONS, widget=Radios
    )


class LastDayForm(CausewayForm):
    """A day, today at the earliest."""

    day = LocalDateField(label=_("Last day here"), help_text=_("The account closes at midnight after it."))

    def clean_day(self):
        day = self.cleaned_data["day"]
        today = clock.today()
        if day < today:
            raise ValidationError(
                _("That day is over. Choose today or a later day, or close the account now.")
            )
        if (day - today).days > 366:
            raise ValidationError(_("That is more than a year away. Check the year."))
        return day
