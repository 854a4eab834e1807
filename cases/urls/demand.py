"""Addresses of legal demands."""

from django.urls import path

from cases.views import demand

urlpatterns = [
    path("demands/", demand.demands, name="demands"),
    path("demands/receive/", demand.receive, name="receive_demand"),
    path("demands/<uuid:demand>/", demand.view, name="view_demand"),
    path("demands/<uuid:demand>/print/", demand.print_page, name="print_demand"),
    path("demands/<uuid:demand>/case/", demand.name_case, name="name_case_demand"),
    path("demands/<uuid:demand>/notify/", demand.notify, name="notify_demand"),
    path("demands/<uuid:demand>/counsel/", demand.name_counsel, name="name_counsel_demand"),
    path("demands/<uuid:demand>/narrow/", demand.narrow, name="narrow_demand"),
    path("demands/<uuid:demand>/comply/", demand.comply, name="comply_demand"),
    path("demands/<uuid:demand>/object/", demand.object_, name="object_demand"),
    path("demands/<uuid:demand>/quash/", demand.move_to_quash, name="move_to_quash_demand"),
    path("demands/<uuid:demand>/quash/won/", demand.win_quash, name="win_quash_demand"),
    path("demands/<uuid:demand>/quash/lost/", demand.lose_quash, name="lose_quash_demand"),
    path("demands/<uuid:demand>/withdraw/", demand.withdraw, name="withdraw_demand"),
]
