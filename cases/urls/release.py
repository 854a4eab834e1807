"""Addresses of releases and of the ledger."""

from django.urls import path

from cases.views import ledger, release, signing

urlpatterns = [
    path("cases/<str:number>/releases/", release.draft, name="draft_release"),
    path("cases/<str:number>/disclosures/", ledger.disclosures, name="disclosures"),
    path("cases/<str:number>/disclosures/print/", ledger.print_disclosures, name="print_disclosures"),
    path("releases/<uuid:release>/", release.view, name="view_release"),
    path("releases/<uuid:release>/edit/", release.edit, name="edit_release"),
    path("releases/<uuid:release>/discuss/", release.discuss, name="discuss_release"),
    path("releases/<uuid:release>/sign/", signing.sign, name="sign_release"),
    path("releases/<uuid:release>/print/", signing.print_release, name="print_release"),
    path("releases/<uuid:release>/paper/", signing.open_paper, name="open_paper_release"),
    path("releases/<uuid:release>/refuse/", release.refuse, name="refuse_release"),
    path("releases/<uuid:release>/discard/", release.discard, name="discard_release"),
    path("releases/<uuid:release>/revoke/", release.revoke, name="revoke_release"),
    path("releases/<uuid:release>/disclose/", release.disclose, name="disclose_release"),
]
