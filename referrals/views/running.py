"""Which clocks run on an intake, a handoff or a packet, on the reader's side."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orgs.access import get_permitted
from orgs.views import running
from referrals.models import Intake
from referrals.views.handoff import HANDOFFS
from referrals.views.steps import REFERRALS


@require_GET
def clocks_intake(request, number):
    intake = get_permitted(request.user, "view_intake", Intake, number=number)
    return running.shown(request, intake, back_label=_("The intake"))


@require_GET
def clocks_handoff(request, reference):
    handoff = get_permitted(request.user, "view_handoff", HANDOFFS, reference=reference)
    return running.shown(request, handoff, back_label=_("The handoff"))


@require_GET
def clocks_referral(request, reference):
    """For the desk that got it: its sender is answered on the packet's own page."""
    referral = get_permitted(request.user, "view_referral", REFERRALS, reference=reference)
    if referral.organization_id == request.user.organization_id:
        raise PermissionDenied
    return running.shown(request, referral, back_label=_("The referral"))
