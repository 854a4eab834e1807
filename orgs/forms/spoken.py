"""A question that somebody else than the reader of the page answers, in a language of its own."""

from django.forms.boundfield import BoundField
from django.utils import translation


class Spoken(BoundField):
    """Label, hint, field and error in `field.spoken`, whatever the page around them speaks."""

    def as_field_group(self):
        with translation.override(self.field.spoken):
            return super().as_field_group()


def speak(field, language):
    """Have one field of a form speak `language`, a code."""
    field.spoken, field.bound_field_class = language, Spoken
