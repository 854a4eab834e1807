"""Addresses of the public door: neutral, with the language in them; the first asks the browser for it."""

from django.urls import path, register_converter

from referrals.views import poster, public

PAGES = (
    ("", public.front, "public"),
    ("write/", public.write, "public_write"),
    ("send/", public.send, "public_send"),
    ("return/", public.come_back, "public_return"),
    ("return/say/", public.say, "public_say"),
    ("return/end/", public.end, "public_end"),
)


class PosterCode:
    """Whatever somebody types from a wall, a code or not. A page that lacks its last stroke is none."""

    pages = ("en", "es", "ht", "leave", *(page.strip("/") for page, _view, _name in PAGES if page))
    regex = rf"(?!(?:{'|'.join(pages)})$)[^/]{{1,40}}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


register_converter(PosterCode, "poster_code")
DOORS = (("", poster.front, "public_poster"), ("write/", poster.write, "public_write_poster"))

urlpatterns = [
    path("p/", public.door, name="public_door"),
    path("p/en/", public.front, {"language": "en"}, name="public"),
    path("p/leave/", public.leave, name="leave"),
    *(
        path(
            f"p/{'' if language == 'en' else f'{language}/'}{address}",
            view,
            {"language": language},
            name=name,
        )
        for language in ("es", "ht", "en")
        for address, view, name in PAGES
        if (language, address) != ("en", "")  # which is the door's
    ),
    *(
        path(
            f"p/{'' if language == 'en' else f'{language}/'}{door}<poster_code:code>{stroke}",
            view,
            {"language": language},
            name=name,
        )
        for language in ("es", "ht", "en")
        for door, view, name in DOORS
        for stroke in ("/", "")  # the last is the one that posters have
    ),
]
