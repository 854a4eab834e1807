"""Addresses of breaches."""

from django.urls import path

from cases.views import breach

urlpatterns = [
    path("breaches/", breach.breaches, name="breaches"),
    path("breaches/start/", breach.start, name="start_breach"),
    path("breaches/<uuid:breach>/", breach.view, name="view_breach"),
    path("breaches/<uuid:breach>/about/", breach.gather, name="gather_breach"),
    path("breaches/<uuid:breach>/tell/<slug:whom>/", breach.tell, name="tell_breach"),
    path("breaches/<uuid:breach>/contain/", breach.contain, name="contain_breach"),
    path("breaches/<uuid:breach>/seen/", breach.seen, name="evidence_breach"),
    path("breaches/<uuid:breach>/export/", breach.export, name="export_breach"),
    path("breaches/<uuid:breach>/request-closure/", breach.request_closure, name="request_closure_breach"),
    path("breaches/<uuid:breach>/refuse-closure/", breach.refuse_closure, name="refuse_closure_breach"),
    path("breaches/<uuid:breach>/close/", breach.close, name="close_breach"),
    path("breaches/<uuid:breach>/reopen/", breach.reopen, name="reopen_breach"),
]
