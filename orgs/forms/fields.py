"""Fields that know the islands: their clocks and their telephone numbers."""

import re
from datetime import date, datetime, time

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.words import ISLANDS, REGION, local, phone

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # days within which clocks can be computed
NO_SUCH_YEAR = _("Check the year.")
STORED = re.compile(r"\+\d{8,15}(;ext=\d+)?")


class LocalDateTimeField(forms.DateTimeField):
    """A moment typed in St. Thomas time, whatever the reader's own zone; cleaned to an aware datetime."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Give the day and the time, for example 2026-11-23 16:30.")}

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip().replace("T", " ")
        if value in self.empty_values:
            return None
        if not isinstance(value, datetime):
            value = self._read(value)
        check_year(value.date())
        return value if value.tzinfo else value.replace(tzinfo=ISLANDS)

    def _read(self, text):
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def prepare_value(self, value):
        if isinstance(value, datetime):
            return (local(value) if value.tzinfo else value).replace(second=0, microsecond=0)
        return value


class LocalDateField(forms.DateField):
    """A day on the islands' calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Give a day, for example 2026-11-23.")}

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)

    def to_python(self, value):
        day = super().to_python(value)
        if day:
            check_year(day)
        return day


def check_year(day):
    """Raise `ValidationError` for a day that nobody means: most often a slip in the year."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(NO_SUCH_YEAR, code="invalid")


class LocalTimeField(forms.TimeField):
    """A time of day on the islands' clocks."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    default_error_messages = {"invalid": _("Give a time, for example 16:30.")}

    def prepare_value(self, value):
        return value.replace(second=0, microsecond=0) if isinstance(value, time) else value


class PhoneField(forms.CharField):
    """A telephone number, read as a Virgin Islands one unless it says otherwise.

    Cleans to E.164 with the extension if there is one ("+13407739272", "+13407739272;ext=12"). On an error
    the field shows what was typed, not what was understood.
    """

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    default_error_messages = {
        "invalid": _("Enter the number with its area code, for example 340 555 0123. What you typed is kept.")
    }

    def __init__(self, **kwargs):
        super().__init__(max_length=40, **kwargs)

    def to_python(self, value):
        typed = super().to_python(value)
        if typed in self.empty_values:
            return typed
        try:
            number = phonenumbers.parse(typed, REGION)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        cleaned = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return f"{cleaned};ext={number.extension}" if number.extension else cleaned

    def prepare_value(self, value):
        return phone(value) if isinstance(value, str) and STORED.fullmatch(value) else value


class LongTextField(forms.CharField):
    """Some sentences, at most `max_length` characters, a line break counting as one.

    With JavaScript the field says how many are left.
    """

    def __init__(self, *, rows=3, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        if self.max_length is not None:
            attrs["data-left"] = str(self.max_length)
            attrs["data-left-words"] = _("{n} characters left")
        return attrs
