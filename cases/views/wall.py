"""Who must not see a person's records, whatever their role (R42)."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.case import WallForm
from cases.models import Case, NoSupervisorLeft, Wall
from cases.views.asking import typed
from orgs import notices
from orgs.access import get_permitted
from orgs.models import User
from orgs.roles import VICTIM_SERVICES


def restrict(request, number):
    case = get_permitted(request.user, "restrict_case", Case.objects.select_related("person"), number=number)
    walls = list(Wall.objects.filter(person=case.person).select_related("user").order_by("user__name"))
    people = User.objects.filter(organization_id=case.organization_id).in_role(*VICTIM_SERVICES)
    people = people.exclude(pk__in=[wall.user_id for wall in walls])
    form = WallForm(typed(request), people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                Wall.build(
                    case.person, said["member"], actor=request.user, reason=said["reason"], note=said["note"]
                )
                case.restrict(True, actor=request.user)
        except NoSupervisorLeft as refused:
            form.add_error("member", refused.why)
        else:
            notices.say(request, _("From now on they find nothing of this person."))
            return redirect("caseload" if said["member"] == request.user else case)
    return render(request, "cases/case/restrict.html", {"case": case, "walls": walls, "form": form})


@require_POST
def lift_wall(request, number, wall):
    case = get_permitted(request.user, "restrict_case", Case, number=number)
    standing = Wall.objects.filter(person_id=case.person_id, pk=wall).select_related("person").first()
    if standing is None:
        raise Http404
    with transaction.atomic():
        standing.lift(actor=request.user)
        case.restrict(Wall.objects.filter(person_id=case.person_id).exists(), actor=request.user)
    notices.say(request, _("They can be let in again by their role."))
    return redirect(case)
