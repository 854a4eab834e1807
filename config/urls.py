"""Every address of Causeway. A name is the permission that its view asks for: `acknowledge_referral`."""

from django.urls import include, path

from config.views.counts import counts
from config.views.home import home
from config.views.permissions import permissions

urlpatterns = [
    path("", home, name="home"),
    path("counts/", counts, name="counts"),
    path("help/", include("config.views.help")),
    path("", include("orgs.urls.account")),
    path("organization/", include("orgs.urls.admin")),
    path("organization/permissions/", permissions, name="permissions"),
    path("", include("cases.urls.case")),
    path("", include("cases.urls.person")),
    path("", include("cases.urls.release")),
    path("", include("cases.urls.duty")),
    path("", include("cases.urls.court")),
    path("", include("cases.urls.goal")),
    path("", include("cases.urls.purge")),
    path("", include("cases.urls.glass")),
    path("", include("cases.urls.breach")),
    path("", include("cases.urls.demand")),
    path("", include("cases.urls.coaching")),
    path("", include("referrals.urls.referral")),
    path("", include("referrals.urls.intake")),
    path("", include("referrals.urls.inquiry")),
    path("", include("referrals.urls.public")),
    path("", include("referrals.urls.campaign")),
    path("", include("referrals.urls.officer")),
    path("", include("referrals.urls.handoff")),
    path("", include("referrals.urls.desk")),
]
handler400 = "config.views.errors.bad_request"
handler500 = "config.views.errors.crash"
