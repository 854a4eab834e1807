"""Addresses of letters from the public page, on the side of those who read them."""

from django.urls import path

from referrals.views import inquiry

VERBS = ("acknowledge", "refuse", "restore", "answer", "put_by", "end", "reopen")

urlpatterns = [
    path("letters/", inquiry.letters, name="letters"),
    path("letters/<uuid:pk>/", inquiry.view_inquiry, name="view_inquiry"),
    path("letters/<uuid:pk>/clocks/", inquiry.clocks_inquiry, name="clocks_inquiry"),
    *(
        path(f"letters/<uuid:pk>/{verb.replace('_', '-')}/", getattr(inquiry, verb), name=f"{verb}_inquiry")
        for verb in VERBS
    ),
]
