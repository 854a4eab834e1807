"""Addresses of what is opened in an emergency."""

from django.urls import path

from cases.views import glass

urlpatterns = [
    path("emergency/", glass.break_glass, name="break_glass"),
    path("emergency/uses/", glass.uses, name="glass_uses"),
    path("emergency/<uuid:use>/", glass.view, name="view_breakglass"),
    path("emergency/<uuid:use>/end/", glass.end, name="end_breakglass"),
    path("emergency/<uuid:use>/review/", glass.review, name="review_breakglass"),
]
