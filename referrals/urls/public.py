"""Addresses of the public door: neutral, with the language in them."""

from django.urls import path

from referrals.views import public

PAGES = (
    ("", public.front, "public"),
    ("write/", public.write, "public_write"),
    ("send/", public.send, "public_send"),
    ("return/", public.come_back, "public_return"),
    ("return/say/", public.say, "public_say"),
    ("return/end/", public.end, "public_end"),
)

urlpatterns = [
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
    ),
]
