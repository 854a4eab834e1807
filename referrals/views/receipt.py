"""The access receipt of an intake, for supervisors: who opened it, and why they could (C11, C12)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orgs import audit
from orgs.access import get_permitted
from orgs.sign_in import step_up
from orgs.views import receipt
from referrals.models import Intake


@require_GET
def receipt_intake(request, number):
    intake = get_permitted(request.user, "receipt_intake", Intake, number=number)
    audit.viewed(request.user, intake, "receipt")
    url = reverse("print_receipt_intake", args=[intake.number])
    return receipt.shown(
        request, intake.number, print_url=url, back=intake.get_absolute_url(), back_label=_("The intake")
    )


@require_GET
@step_up
def print_receipt_intake(request, number):
    intake = get_permitted(request.user, "receipt_intake", Intake, number=number)
    audit.viewed(request.user, intake, "print_receipt")
    return receipt.printed(request, intake.number)
