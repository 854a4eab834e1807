"""Addresses of posters with a code, for those who hang them."""

from django.urls import path

from referrals.views import campaign

urlpatterns = [
    path("organization/campaigns/", campaign.list_campaigns, name="campaigns"),
    path("organization/campaigns/new/", campaign.make_campaign, name="make_campaign"),
    path("organization/campaigns/<uuid:pk>/", campaign.view_campaign, name="view_campaign"),
    path("organization/campaigns/<uuid:pk>/print/", campaign.print_campaign, name="print_campaign"),
    path(
        "organization/campaigns/<uuid:pk>/square/", campaign.save_square_campaign, name="save_square_campaign"
    ),
    path("organization/campaigns/<uuid:pk>/end/", campaign.end_campaign, name="end_campaign"),
]
