"""Addresses of court dates."""

from django.urls import path

from cases.views import court

urlpatterns = [
    path("cases/<str:number>/court-dates/", court.begin, name="begin_courtdate"),
    path("court-dates/<uuid:courtdate>/", court.view, name="view_courtdate"),
    path("court-dates/<uuid:courtdate>/reschedule/", court.reschedule, name="reschedule_courtdate"),
    path("court-dates/<uuid:courtdate>/conclude/", court.conclude, name="conclude_courtdate"),
    path("court-dates/<uuid:courtdate>/call-off/", court.call_off, name="call_off_courtdate"),
    path("court-dates/<uuid:courtdate>/reopen/", court.reopen, name="reopen_courtdate"),
]
