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
    """One of a few. The row of dashes that models offer for "nothing" is left out; a named one stays."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        return [group for group in groups if str(group[1][0]["label"]) != "---------"]


class Checkboxes(Hinted, forms.CheckboxSelectMultiple):
    """Any of a few."""
