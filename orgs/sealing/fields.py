"""Sealed text, dates and JSON, and what a change of key asks for."""

import json
from datetime import date, datetime

from django import forms

from . import keys
from .base import SealedField, carrying, ciphertext
from .values import Clear

LONGEST_LINE = 200  # characters; longer text is written in a box of several lines


class SealedTextField(SealedField):
    """Text under the organization's data key. `max_length` (characters) is held when it is sealed, too."""

    def clear(self, value):
        return str(value)

    def empty(self):
        return ""

    def encode(self, value):
        if self.max_length is not None and len(value) > self.max_length:
            raise ValueError(f"{self.name} is longer than {self.max_length} characters.")
        return value.encode()

    def decode(self, plain):
        return plain.decode()

    def formfield(self, **kwargs):
        defaults = {"form_class": forms.CharField, "max_length": self.max_length}
        if self.max_length is None or self.max_length > LONGEST_LINE:
            defaults["widget"] = forms.Textarea
        return super().formfield(**{**defaults, **kwargs})


class SealedDateField(SealedField):
    """A date under the organization's data key; takes a date or its ISO text, reads as a date or None."""

    def clear(self, value):
        if isinstance(value, datetime):
            raise TypeError(f"{self.name} takes a date, not a moment.")
        if value == "":
            return None
        return value if isinstance(value, date) else date.fromisoformat(value)

    def encode(self, value):
        return value.isoformat().encode()

    def decode(self, plain):
        return date.fromisoformat(plain.decode())

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": forms.DateField, **kwargs})


class SealedJSONField(SealedField):
    """A JSON value under the organization's data key; reads as `default` when there is none.

    What is opened may be changed in place: saving notices.
    """

    empty_values = [None, "", [], {}]

    def empty(self):
        return self.default() if self.has_default() and callable(self.default) else None

    def encode(self, value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    def decode(self, plain):
        return json.loads(plain)

    def read(self, instance, held):
        if isinstance(held, Clear):
            return held.value
        plain = None if held is None else self.open(held, instance.organization_id, instance.pk)
        value = self.empty() if plain is None else self.decode(plain)
        if value is not None:  # kept, so that a change in place is not lost
            instance.__dict__[self.attname] = Clear(self.encode, value, held, plain)
        return value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})


class SealedBytesField(SealedField):
    """A small file under the organization's data key, in its row: reads as bytes, b"" when there is none.

    `max_length` is in bytes.
    """

    def hold(self, instance, value):
        if isinstance(value, bytes):
            return Clear(self.encode, value, ciphertext(instance.__dict__.get(self.attname)))
        return super().hold(instance, value)

    def clear(self, value):
        raise TypeError(f"{self.name} takes bytes.")

    def empty(self):
        return b""

    def encode(self, value):
        if self.max_length is not None and len(value) > self.max_length:
            raise ValueError(f"{self.name} is longer than {self.max_length} bytes.")
        return value

    def decode(self, plain):
        return bytes(plain)

    def formfield(self, **kwargs):
        return None


def reseal(instance):
    """Prepare every field of a row that lies under an older key to be sealed anew (C19).

    Returns the names of those fields, for `save(update_fields=…)`. Raises Locked without the
    organization's opened secrets.
    """
    secrets = keys.opened(instance.organization_id)
    names = []
    for field in instance._meta.concrete_fields:
        if not isinstance(field, SealedField):
            continue
        with carrying():
            sealed = ciphertext(getattr(instance, field.attname))
        if sealed is not None and keys.needs_resealing(sealed, secrets):
            value = getattr(instance, field.attname)
            instance.__dict__[field.attname] = Clear(field.encode, value)
            names.append(field.name)
    return names
