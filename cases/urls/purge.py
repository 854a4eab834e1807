"""Addresses of what has come to its end, of legal holds, and of the figures that stay."""

from django.urls import path

from cases.views import hold, purge

urlpatterns = [
    path("cases/<str:number>/legal-hold/", hold.place, name="place_hold_case"),
    path("cases/<str:number>/legal-hold/lift/", hold.lift, name="lift_hold_case"),
    path("purges/", purge.purges, name="purges"),
    path("purges/list/", purge.list_purge, name="list_purge"),
    path("purges/<uuid:pk>/", purge.view, name="view_purge"),
    path("purges/<uuid:pk>/names/", purge.open_names, name="open_names_purge"),
    path("purges/<uuid:pk>/keep/<uuid:item>/", purge.keep, name="keep_purge"),
    path("purges/<uuid:pk>/propose/", purge.propose, name="propose_purge"),
    path("purges/<uuid:pk>/approve/", purge.approve, name="approve_purge"),
    path("purges/<uuid:pk>/withdraw/", purge.withdraw, name="withdraw_purge"),
    path("purges/<uuid:pk>/certificate/", purge.certify, name="certify_purge"),
    path("figures/", purge.yearly_counts, name="yearly_counts"),
]
