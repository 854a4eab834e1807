"""Addresses of who is too near to an intake."""

from django.urls import path

from referrals.views import officer

urlpatterns = [
    path("intakes/<str:number>/insiders/", officer.name_insiders, name="name_insiders_intake"),
    path("intakes/<str:number>/officer/mark/", officer.mark_officer, name="mark_officer_intake"),
    path("intakes/<str:number>/officer/lift/", officer.lift_mark, name="lift_mark_intake"),
    path("intakes/<str:number>/officer/heads/", officer.show_heads, name="show_heads_intake"),
    path("intakes/<str:number>/officer/heads/hide/", officer.hide_heads, name="hide_heads_intake"),
]
