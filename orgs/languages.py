"""The languages that people read: what each calls itself, and which one a browser asks for."""

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

NAMES = {"en": "English", "es": "Español", "ht": "Kreyòl ayisyen"}


def preferred(request):
    """The first language that we speak of those the browser asks for; nothing of its wishes is kept."""
    for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = wish.split("-")[0]
        if language in NAMES:
            return language
    return settings.LANGUAGE_CODE
