"""What to look for in the audit; every answer of it is in the URL."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.calendar import ISLANDS
from orgs.guard import guarded
from orgs.models import User

from .base import CausewayForm, LocalDateField, LongTextField, Radios

OUTCOMES = [("", _("Any")), ("done", _("Done")), ("denied", _("Denied")), ("failed", _("Failed"))]
ANSWERS = [
    ("nothing", _("Looked at: nothing to it")),
    ("look", _("It needs a look")),
    ("dealt", _("Looked into, and dealt with")),
]


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


class AnswerForm(CausewayForm):
    """What an administrator says to something that stands out."""

    say_optional = False

    decision = forms.ChoiceField(
        label=_("What did you find?"),
        choices=ANSWERS,
        widget=Radios(
            hints={
                "nothing": _("It is explained by their work."),
                "look": _("It stays on the page of each week until somebody says how it ended."),
                "dealt": _("You asked, or changed something; say what."),
            }
        ),
    )
    note = LongTextField(
        label=_("In a sentence"),
        max_length=300,
        rows=2,
        required=False,
        validators=[guarded],
        help_text=_("Whom you asked, and what they said. Without names of people who are helped here."),
    )

    def __init__(self, *args, own=False, looked=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.own = own
        if looked:
            self.fields["decision"].choices = [one for one in ANSWERS if one[0] != "look"]

    def clean(self):
        cleaned = super().clean()
        needs = self.own or cleaned.get("decision") in ("look", "dealt")
        if needs and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say in a sentence what you found."))
        return cleaned


class PurgeForm(CausewayForm):
    """That the file is somewhere safe."""

    kept = forms.BooleanField(label=_("The file is kept in a safe place, and opening it worked"))
