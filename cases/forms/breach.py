"""What is asked about a breach (R43): as little as starts the clocks, the rest when it is known."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.breach_clocks import BY_CODE
from orgs import clock, codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateTimeField, LongTextField, Radios
from orgs.guard import guarded, refuse_numbers
from orgs.models import User

from .contact import hints
from .duty import PastField

KINDS = codes.load("cases", "breach_kinds")
STEPS = codes.load("cases", "breach_steps")
WAYS = codes.load("cases", "breach_ways")
LABEL = re.compile(r"[A-Z0-9][A-Z0-9-]{1,39}")
MOST_RECORDS = 200


def account_of_it(**options):
    return LongTextField(label=_("In a few sentences"), max_length=1000, validators=[guarded], **options)


class ScopeForm(CausewayForm):
    """Which records, whose account and which time: what the list of who saw what is made from."""

    since = LocalDateTimeField(label=_("From when may something have been seen?"))
    until = LocalDateTimeField(
        label=_("Until when?"), required=False, help_text=_("Empty while it goes on, or while nobody knows.")
    )
    records = LongTextField(
        label=_("Numbers or references of the records"),
        max_length=4000,
        rows=2,
        required=False,
        help_text=_("As in C-0412, I-0031 or VI-7K3Q-92, with spaces between them. Numbers only, no names."),
    )
    member = forms.ModelChoiceField(
        label=_("Whose account or device?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody’s, or not known"),
    )

    def __init__(self, *args, organization_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = User.objects.filter(organization_id=organization_id).order_by("name")

    def clean_records(self):
        typed = re.split(r"[\s,;]+", self.cleaned_data["records"].upper().strip())
        labels = [one for one in typed if one]
        wrong = [one for one in labels if not LABEL.fullmatch(one) or not any(sign.isdigit() for sign in one)]
        if wrong:
            raise forms.ValidationError(_("Only numbers and references, as in C-0412. No names."))
        if len(labels) > MOST_RECORDS:
            raise forms.ValidationError(
                _("Give the account and the time instead; it finds more than a list.")
            )
        return labels

    def clean(self):
        said = super().clean()
        since, until = said.get("since"), said.get("until")
        if since and since > clock.now():
            self.add_error("since", _("That is still to come."))
        if since and until and until <= since:
            self.add_error("until", _("The end is before the beginning."))
        return said


class StartForm(ScopeForm):
    """The button. What happened, and it runs; what is not known yet, or takes longer to write, can wait."""

    once = True
    field_order = ["kind", "known_at", "what", "since", "until", "records", "member"]

    kind = forms.ChoiceField(
        label=_("What happened?"), choices=KINDS.choices, widget=Radios(hints=hints(KINDS))
    )
    known_at = PastField(
        years=1,
        label=_("When did anybody here first know?"),
        help_text=_("The clocks count from then, whoever it was and whatever they did with it."),
    )
    what = account_of_it(
        help_text=_("It can follow. Without names of people who are helped; numbers of records go below."),
        required=False,
    )

    def __init__(self, *args, answers=True, **kwargs):
        """`answers`: whether the member answers for the house; all others say what happened, and when."""
        super().__init__(*args, **kwargs)
        self.fields["known_at"].initial = clock.now()
        self.fields["since"].required = False
        self.fields["since"].help_text = _("Empty where it is the moment above.")
        if not answers:
            for name in ("since", "until", "records", "member"):
                del self.fields[name]
            self.fields["what"].help_text = _("It can follow. Without names of people who are helped.")

    def clean(self):
        said = self.cleaned_data
        said["since"] = said.get("since") or said.get("known_at")
        return super().clean()


class GatherForm(ScopeForm):
    field_order = ["what"]

    what = account_of_it(help_text=_("Without names of people who are helped; numbers of records go below."))
    affected = forms.IntegerField(
        label=_("How many persons are concerned?"), min_value=0, max_value=1_000_000, required=False
    )


class TellForm(CausewayForm):
    """Who was told, when and how."""

    at = LocalDateTimeField(label=_("When?"))
    how = forms.ChoiceField(label=_("How?"), choices=WAYS.choices, widget=Radios(hints=hints(WAYS)))
    to = LongTextField(
        label=_("To whom exactly?"),
        max_length=300,
        rows=2,
        validators=[refuse_numbers],
        help_text=_("The office and whoever answered there."),
    )
    complete = forms.BooleanField(
        label=_("With this everybody on this clock has been told"), required=False, initial=True
    )

    def __init__(self, *args, whom, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = clock.now()
        if whom == "persons":
            self.fields["to"].help_text = _(
                "Which records, by their numbers, and by what safe way. Look at each plan first; "
                "say whom it is not safe to tell, and why. No names."
            )
        assert whom in BY_CODE


class ContainForm(CausewayForm):
    steps = forms.MultipleChoiceField(
        label=_("What is done?"),
        choices=STEPS.choices,
        widget=Checkboxes(hints=hints(STEPS)),
        required=False,
    )


class CloseForm(CausewayForm):
    question = "lesson"
    lesson = LongTextField(
        label=_("What changes, so that it does not happen again?"),
        max_length=1000,
        validators=[refuse_numbers],
    )
