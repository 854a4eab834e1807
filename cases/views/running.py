"""Which clocks run on a case and what belongs to it."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.views.looked_up import CASES
from orgs.access import get_permitted
from orgs.views import running


@require_GET
def clocks_case(request, number):
    case = get_permitted(request.user, "view_case", CASES, number=number)
    return running.shown(request, case, back_label=_("The case"))
