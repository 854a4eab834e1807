"""What to look for in the audit; every answer of it is in the URL."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.calendar import ISLANDS
from orgs.models import User

from .base import CausewayForm, LocalDateField

OUTCOMES = [("", _("Any")), ("done", _("Done")), ("denied", _("Denied")), ("failed", _("Failed"))]


class AuditForm(CausewayForm):
    """Who, what, about which record, when, with what outcome."""

    say_optional = False

    who = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("Anybody")
    )
    verb = forms.CharField(label=_("What"), max_length=40, required=False)
    record = forms.CharField(label=_("Record"), max_length=40, required=False)
    since = LocalDateField(label=_("From"), required=False)
    until = LocalDateField(label=_("To"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES, required=False)

    def __init__(self, *args, organization_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = User.objects.filter(organization_id=organization_id).order_by("name")

    def clean_record(self):
        return self.cleaned_data["record"].strip().upper()

    def clean_verb(self):
        return self.cleaned_data["verb"].strip().lower().replace(" ", "_")

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end is before the beginning."))
        return cleaned

    def asked(self):
        """The names of the filters that are set."""
        return sorted(name for name, value in self.cleaned_data.items() if value)

    def bounds(self):
        """The days asked for as aware moments: (from, up to and without), None where open."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return (
            datetime.combine(since, time(), ISLANDS) if since else None,
            datetime.combine(until + timedelta(days=1), time(), ISLANDS) if until else None,
        )


class RecordForm(CausewayForm):
    """The reference or number of one record."""

    question = "record"

    record = forms.CharField(
        label=_("Who opened this record?"),
        max_length=40,
        help_text=_("Its reference or number, as in C-0412."),
    )

    def clean_record(self):
        return self.cleaned_data["record"].strip().upper()


class PurgeForm(CausewayForm):
    """That the file is somewhere safe."""

    kept = forms.BooleanField(label=_("The file is kept in a safe place, and opening it worked"))
