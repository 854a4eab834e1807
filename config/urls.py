"""Every address of Causeway."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
