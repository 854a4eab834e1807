"""The card for somebody who was spoken with at a scene: numbers, a reference, what will be told to whom."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orgs import audit
from orgs.clock import now
from orgs.paper import handed_over, pdf
from orgs.sign_in import step_up
from orgs.words import exactly
from referrals import sheets
from referrals.projection import projection
from referrals.views.referral import sender_side


@require_GET
@step_up
def print_card_referral(request, reference):
    """A sheet with one card to cut out, in the `language` asked for; without `named` it has numbers alone.

    Made of what the sender may see (R1) and, of that, of the reference and the numbers alone: nothing that
    was written of the person is on it, and what becomes of the packet changes no letter of it but its number.
    """
    referral = sender_side(request, "view_referral", reference)
    if referral.state == "draft":
        return redirect(referral)
    audit.viewed(request.user, referral, verb="print_card")
    who = {"name": request.user.name, "organization": request.user.organization.name, "when": exactly(now())}
    foot = [
        _("Printed by %(name)s, %(organization)s, %(when)s") % who,
        _("Confidential under federal law (34 U.S.C. 12291). Cut the card out and destroy the rest."),
    ]
    language = sheets.language_of(request.GET.get("language", ""))
    made = sheets.card(
        projection(referral, now()), language=language, named="named" in request.GET, foot=foot
    )
    return handed_over(pdf(made))
