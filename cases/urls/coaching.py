"""Addresses of notes on coaching."""

from django.urls import path

from cases.views import coaching

urlpatterns = [
    path("coaching/", coaching.coachingnotes, name="coachingnotes"),
    path("coaching/write/", coaching.write_coachingnote, name="write_coachingnote"),
    path("coaching/<uuid:pk>/", coaching.view_coachingnote, name="view_coachingnote"),
    path("coaching/<uuid:pk>/add/", coaching.add_to_coachingnote, name="add_to_coachingnote"),
]
