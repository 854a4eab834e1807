"""Radio buttons and checkboxes whose choices can explain themselves."""

from django import forms


class Hinted:
    """`hints` maps a choice's value to the sentence under its label."""

    def __init__(self, *args, hints=None, **kwargs):
        self.hints = hints or {}
        super().__init__(*args, **kwargs)

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.hints.get(getattr(value, "value", value), "")}


class Radios(Hinted, forms.RadioSelect):
    """One of a few. A choice with an empty value ("---------") is not offered unless it has a label."""

    def optgroups(self, name, value, attrs=None):
        self.choices = [(key, label) for key, label in self.choices if key != "" or label != "---------"]
        return super().optgroups(name, value, attrs)


class Checkboxes(Hinted, forms.CheckboxSelectMultiple):
    """Any of a few."""
