"""What all forms share, with the fields of `fields` and the widgets of `choices` to import from one place."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from orgs import typed
from orgs.guard import clean_text
from orgs.once import field_for

from .choices import Checkboxes, Radios
from .fields import LocalDateField, LocalDateTimeField, LocalTimeField, LongTextField, PhoneField

__all__ = [
    "CausewayForm",
    "CausewayModelForm",
    "Checkboxes",
    "LocalDateField",
    "LocalDateTimeField",
    "LocalTimeField",
    "LongTextField",
    "PhoneField",
    "Radios",
]

DASHES = "---------"
CHOOSE = _("Choose an answer.")
FILL_IN = _("Fill this in.")
TICK = _("Tick this to go on.")
NOT_THERE = _("Choose one of the answers.")
TOO_LONG = _("This is too long: %(limit_value)s characters at most, and it has %(show_value)s.")
EMPTY_FILE = _("There is nothing in this file. Choose another.")
AT_LEAST, AT_MOST = _("Give %(limit_value)s or more."), _("Give %(limit_value)s or less.")
NOTHING_YET = _("Choose…")


class Calm:
    """Answers are checked on the server and said in our own words; browsers remember nothing about people.

    `question` names the field whose label is the heading of a page with one question.
    `say_optional` marks what may be left empty; the rest needs no star. `once` is for what makes something
    new: its view is marked `orgs.once.once`, and a second press makes nothing twice.
    """

    question = ""
    once = False
    say_optional = True
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            self._calm(field)
        if self.is_bound:
            typed.remember(self)

    def ask(self, name, field):
        """Add a question that depends on who is asked or what about; in the words of all the others."""
        self.fields[name] = field
        self._calm(field)

    @staticmethod
    def _calm(field):
        field.widget.attrs.setdefault("autocomplete", "off")
        _speak_plainly(field)
        _name_the_empty_choice(field)

    @property
    def once_input(self):
        """The hidden id by which a second press is known; "" for a form that needs none."""
        return field_for(self.data) if self.once else ""

    def clean(self):
        """Nothing that is typed keeps what nobody can see: no name reads backwards or hides from a search."""
        said = super().clean()
        for name, value in list(said.items()):
            field = self.fields.get(name)
            if not isinstance(value, str) or isinstance(getattr(field, "widget", None), forms.PasswordInput):
                continue
            said[name] = clean_text(value)
            if field is not None and not isinstance(field.widget, forms.Textarea):
                said[name] = " ".join(said[name].split("\n"))  # one line is one line: one name is one name
            if value and not said[name] and field is not None and field.required:
                self.add_error(name, field.error_messages["required"])
        return said


def _speak_plainly(field):
    """Replace Django's own "This field is required." and leave wording that a form chose itself."""
    if isinstance(field, forms.IntegerField):
        field.error_messages |= {"min_value": AT_LEAST, "max_value": AT_MOST} | {
            code: said for code, said in field.error_messages.items() if code in ("min_value", "max_value")
        }
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        if "Select a valid choice" in str(field.error_messages.get("invalid_choice", "")):
            field.error_messages["invalid_choice"] = NOT_THERE
    if isinstance(field, forms.FileField):
        field.error_messages["empty"] = EMPTY_FILE
    for check in field.validators:
        if isinstance(check, MaxLengthValidator):
            check.message = TOO_LONG
    if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
        return
    if isinstance(field, forms.BooleanField):
        field.error_messages["required"] = TICK
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        field.error_messages["required"] = CHOOSE
    else:
        field.error_messages["required"] = FILL_IN


def _name_the_empty_choice(field):
    """A list that opens on nothing says "Choose…" instead of a row of dashes."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = NOTHING_YET
    elif type(field.widget) is forms.Select:
        field.choices = [(key, NOTHING_YET if label == DASHES else label) for key, label in field.choices]


class CausewayForm(Calm, forms.Form):
    """A plain form in the house's manner."""


class CausewayModelForm(Calm, forms.ModelForm):
    """A form of a model in the house's manner."""
