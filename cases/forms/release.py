"""The written permission: terms, talk, signature (R17-R24). None of these forms is ever required (R21)."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.release_text import LANGUAGES as TEXTS
from orgs import codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateField, LongTextField, Radios
from orgs.models import Organization, Unit
from orgs.words import ISLANDS

from .contact import hints

CATEGORIES = codes.load("cases", "release_categories")
METHODS = codes.load("cases", "release_methods")
LANGUAGES = codes.load("orgs", "languages")
DISCUSSION = codes.load("cases", "release_discussion")
STATEMENTS = codes.load("cases", "release_statements")
ENDS = codes.load("cases", "release_end_reasons")


class TermsForm(CausewayForm):
    """Who may be told what, why, how, until when. One recipient; the list has no "all" and no "any" (R18)."""

    once = True

    to = forms.ChoiceField(label=_("Who may be told?"))
    recipient_name = forms.CharField(
        label=_("Name of the person there"), max_length=120, required=False,
        help_text=_("Needed when you chose a named person above."),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("What may be told?"),
        choices=CATEGORIES.choices,
        widget=Checkboxes(hints=hints(CATEGORIES)),
        help_text=_(
            "Tick only what the person asked for. It goes to the one chosen above and to nobody else; "
            "what is not ticked stays here. Your notes are never part of it."
        ),
    )
    purpose = LongTextField(
        label=_("What for, in the person’s words?"),
        max_length=300,
        rows=2,
        help_text=_("It stands on the page that they sign. Causeway sends it to nobody."),
    )
    method = forms.ChoiceField(
        label=_("By what way?"), choices=METHODS.choices, widget=Radios(hints=hints(METHODS))
    )
    ends_on = LocalDateField(
        label=_("Until the end of which day?"),
        help_text=_("30 days unless the person wants it shorter or longer; never more than 90."),
    )
    language = forms.ChoiceField(
        label=_("In which language is it talked through?"), choices=[("", _("Choose…")), *LANGUAGES.choices]
    )
    interpreter = forms.CharField(label=_("Interpreter, if there is one"), max_length=120, required=False)

    def __init__(self, *args, organization_id, now, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.recipients, self.person = now, {}, person
        self.fields["ends_on"].initial = (now + timedelta(days=30)).astimezone(ISLANDS).date()
        self.fields["to"].choices = [("", _("Choose…")), *self._houses(organization_id)]
        if person:
            self._say_language(person)

    def _say_language(self, person):
        """In one line below the language: what is recorded, and whether somebody must interpret."""
        if not person.language:
            said = _("No language is recorded for this person: ask them.")
        elif person.interpreter:
            said = _("Recorded for this person: %(language)s, with an interpreter.")
        elif person.language not in TEXTS:
            said = _(
                "Recorded for this person: %(language)s. The page is not in it yet: an interpreter is needed."
            )
        else:
            said = _("Recorded for this person: %(language)s.")
        self.fields["language"].help_text = said % {"language": LANGUAGES.label(person.language)}
        if person.interpreter:
            self.fields["interpreter"].label = _("Who interprets?")
            self.fields["interpreter"].required = True
            self.fields["interpreter"].error_messages["required"] = _(
                "This person needs an interpreter: name who interprets, or who of you speaks it."
            )

    def _houses(self, organization_id):
        units = {}
        for unit in Unit.objects.filter(is_active=True):
            units.setdefault(unit.organization_id, []).append(unit)
        for house in Organization.objects.active().exclude(pk=organization_id).exclude(kind="operator"):
            ways = [(f"{house.pk}:{unit.name}", unit.name) for unit in units.get(house.pk, [])]
            ways.append((f"{house.pk}:", _("a named person")))
            self.recipients[str(house.pk)] = house
            yield house.name, [(value, f"{house.name}: {label}") for value, label in ways]

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        end = datetime.combine(day, time(23, 59), ISLANDS)
        if end <= self.now:
            raise forms.ValidationError(_("This day has passed. A release ends on a day that is to come."))
        if end > self.now + timedelta(days=90):
            raise forms.ValidationError(
                _("A release lasts 90 days at most. When it ends, the person can sign a new one.")
            )
        self.cleaned_data["expires_at"] = end
        return day

    def clean(self):
        said = super().clean()
        house, _colon, unit = said.get("to", "").partition(":")
        said["recipient"], said["recipient_unit"] = self.recipients.get(house), unit
        if said["recipient"] and not unit and not said.get("recipient_name"):
            self.add_error("recipient_name", _("Name the one person who may be told."))
        if unit:
            said["recipient_name"] = ""
        to_a_service = {"TRANSFER", "TRAVEL"} & set(said.get("categories", ()))
        if to_a_service and said["recipient"] and not said["recipient"].helps:
            self.add_error(
                "categories", _("A hand-over file goes to a victim service organization and to nobody else.")
            )
        return said

    def terms(self):
        """For `Release.draft` and `Release.edit`."""
        names = (
            "recipient", "recipient_unit", "recipient_name", "categories", "purpose", "method", "expires_at",
            "language", "interpreter",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class AllOfThem(forms.MultipleChoiceField):
    """Every box must be ticked; a missing one is named."""

    widget = Checkboxes

    def clean(self, value):
        ticked = super().clean(value)
        left = [str(label) for code, label in self.choices if code not in ticked]
        if left:
            raise forms.ValidationError(_("Not yet: %(left)s"), params={"left": "; ".join(left)})
        return ticked


class DiscussForm(CausewayForm):
    discussed = AllOfThem(
        label=_("What did you talk through?"),
        choices=DISCUSSION.choices,
        error_messages={"required": _("Talk it through first; tick what you talked about.")},
    )
    statements = AllOfThem(
        label=_("What did you tell them?"),
        choices=STATEMENTS.choices,
        error_messages={"required": _("Say both sentences to them, and tick them.")},
    )


class RevokeForm(CausewayForm):
    reason = forms.ChoiceField(
        label=_("Why does it end?"),
        choices=[choice for choice in ENDS.choices if choice[0] in ("WITHDRAWN", "ERROR")],
        initial="WITHDRAWN",
        widget=Radios,
    )


class TellForm(CausewayForm):
    """What is told under a release; the line in the ledger is the first thing that happens."""

    once = True

    categories = forms.MultipleChoiceField(label=_("Which part of the release?"), widget=Checkboxes)
    what = LongTextField(
        label=_("What do you tell?"),
        max_length=2000,
        help_text=_("The person can read this at any time. Write it before you tell it."),
    )

    def __init__(self, *args, release, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [c for c in CATEGORIES.choices if c[0] in release.categories]
