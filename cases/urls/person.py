"""Addresses of what is known about a person, by the case through which it is known."""

from django.urls import path

from cases.views import person

urlpatterns = [path("cases/<str:number>/person/", person.correct_person, name="correct_person")]
