"""Who somebody is, as far as they want it known (R36)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs import clock, codes
from orgs.forms.base import CausewayForm, LocalDateField, LongTextField, PhoneField, Radios

AGES = codes.load("referrals", "age_groups")
LANGUAGES = codes.load("orgs", "languages")
GENDERS = codes.load("cases", "gender")
ISLANDS = codes.load("orgs", "islands")
EMPTY = [("", "---------")]


class PersonForm(CausewayForm):
    """Everything may stay empty. `never` is one name a line, kept for conflict checks and nothing else."""

    alias = forms.CharField(label=_("Name to use"), max_length=120, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Only if they want it known.")
    )
    phone = PhoneField(label=_("Phone"), required=False)
    address = forms.CharField(
        label=_("Where they are"),
        max_length=200,
        required=False,
        help_text=_("Never shown outside your organization."),
    )
    age_group = forms.ChoiceField(label=_("Age"), choices=AGES.choices, required=False, widget=Radios)
    born = LocalDateField(label=_("Birth date"), required=False)
    gender = forms.ChoiceField(label=_("Gender"), choices=[*EMPTY, *GENDERS.choices], required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[*EMPTY, *LANGUAGES.choices], required=False)
    interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    island = forms.ChoiceField(label=_("Island"), choices=[*EMPTY, *ISLANDS.choices], required=False)
    never = LongTextField(
        label=_("Who must never learn of this?"),
        max_length=600,
        required=False,
        help_text=_(
            "One name a line. Only for checking conflicts and who may sign; nobody is listed anywhere."
        ),
    )

    FIELDS = (
        "alias",
        "name",
        "phone",
        "address",
        "age_group",
        "born",
        "gender",
        "language",
        "interpreter",
        "island",
    )

    def __init__(self, *args, person, **kwargs):
        self.person = person
        first = {field: getattr(person, field) for field in self.FIELDS}
        first["never"] = "\n".join(person.relations.get("never", []))
        super().__init__(*args, initial=first, **kwargs)

    def clean_born(self):
        born = self.cleaned_data["born"]
        if born and born > clock.today():
            raise forms.ValidationError(_("This day is still to come. Check the year."))
        return born

    def changes(self):
        """What is different from what is known, by field of `Person`."""
        said = dict(self.cleaned_data)
        names = [line.strip() for line in said.pop("never").splitlines() if line.strip()]
        if names != self.person.relations.get("never", []):
            said["relations"] = {**self.person.relations, "never": names}
        return {field: value for field, value in said.items() if value != getattr(self.person, field)}
