"""How every form looks: label, hint, field, error, in that order, and what is wrong on top."""

from django.forms.renderers import TemplatesSetting


class CausewayRenderer(TemplatesSetting):
    """Finds `django/forms/*.html` in our own templates first, then in Django's.

    A form whose class names a `question` gets that field's label as the page's heading.
    """
