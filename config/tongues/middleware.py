"""In which language a page is made.

A public page has its language in its address. Members read English until all of their pages can be said in
another language: half a page in each of two helps nobody. Pages that somebody without an account meets
besides, and those that say what went wrong, follow the browser, of which nothing is kept.
"""

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from orgs.languages import NAMES, preferred

FOR_STRANGERS = ("notice", "account_login", "stop_mail")


class Language:
    """Speaks a page's language while it is made, and no longer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language, by_browser = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if by_browser:
            patch_vary_headers(response, ["Accept-Language"])
        return response


def language_of(request):
    """(language, whether the browser decided it) for the page that answers this request."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    first, _slash, rest = request.path_info.lstrip("/").partition("/")
    named = match.kwargs.get("language") if match else rest.split("/")[0] if first == "p" else None
    if named in NAMES:
        return named, False
    name = match and match.url_name
    if name == "push_worker":  # what stays in a browser says its sentence in the language of that browser
        return preferred(request), True
    if request.session.get("organization"):
        return settings.LANGUAGE_CODE, False
    if match is None or name in FOR_STRANGERS:
        return preferred(request), True
    return settings.LANGUAGE_CODE, False
