"""Forms of the keys: two parts of the recovery kit."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.keyring import kit

from .base import CausewayForm


class PartField(forms.CharField):
    """One printed part of the kit, however it was spaced."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=80, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value):
        value = super().clean(value)
        try:
            kit.read(value)
        except kit.NotAPart:
            raise ValidationError(
                _("That is no part of a kit: a letter or digit is wrong or missing. Compare group by group.")
            ) from None
        return value


class RecoverForm(CausewayForm):
    """Two of the three parts."""

    first = PartField(label=_("One part"), help_text=_("A letter, then nine groups of four."))
    second = PartField(label=_("Another part"))

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and second and kit.read(first)[0] == kit.read(second)[0]:
            self.add_error("second", _("This is the same part twice. Two different ones are needed."))
        return cleaned
