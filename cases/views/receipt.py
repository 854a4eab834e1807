"""The access receipt of a case, for supervisors: who opened it, and why they could (C11, C12)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.models import Case
from orgs import audit
from orgs.access import get_permitted
from orgs.sign_in import step_up
from orgs.views import receipt


@require_GET
def receipt_case(request, number):
    case = get_permitted(request.user, "receipt_case", Case, number=number)
    audit.viewed(request.user, case, "receipt")
    url = reverse("print_receipt_case", args=[case.number])
    return receipt.shown(
        request, case.number, print_url=url, back=case.get_absolute_url(), back_label=_("The case")
    )


@require_GET
@step_up
def print_receipt_case(request, number):
    case = get_permitted(request.user, "receipt_case", Case, number=number)
    audit.viewed(request.user, case, "print_receipt")
    return receipt.printed(request, case.number)
