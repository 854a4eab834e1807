"""Who must not see a person's records, whatever their role (R42)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases import letting_go
from cases.duties import count_of
from cases.forms.case import InsidersForm, WallForm
from cases.models import Case, FollowUp, NoSupervisorLeft, Wall
from cases.views.asking import ask, typed
from cases.views.looked_up import ASSIGNED, CASES
from orgs import notices
from orgs.access import get_permitted
from orgs.models import User
from orgs.roles import VICTIM_SERVICES


def restrict(request, number):
    case = get_permitted(request.user, "restrict_case", CASES, number=number)
    walls = list(Wall.objects.filter(person=case.person).select_related("user").order_by("user__name"))
    people = User.objects.filter(organization_id=case.organization_id).in_role(*VICTIM_SERVICES)
    people = people.exclude(pk__in=[wall.user_id for wall in walls])
    form = WallForm(typed(request), people=people, me=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                Wall.build(
                    case.person, said["member"], actor=request.user, reason=said["reason"], note=said["note"]
                )
                case.restrict(True, actor=request.user, by_walls=True)
        except NoSupervisorLeft as refused:
            form.add_error("member", refused.why)
        else:
            if form.is_me:
                notices.say(request, _("From now on you find nothing of this person."))
                return redirect("caseload")
            notices.say(request, _("From now on they find nothing of this person."))
            return redirect(case)
    mine = _in_hand(request.user, case.person) if form.is_me else None
    context = {"case": case, "walls": walls, "form": form, "mine": mine}
    return render(request, "cases/case/restrict.html", context)


def _in_hand(member, person):
    """What of this person the member has, and nobody will have once they are out; in words."""
    known = letting_go.all_of(person)
    cases = Case.objects.open().filter(person__in=known, assigned_to=member).order_by("number")
    promises = FollowUp.objects.filter(case__person__in=known, owner=member, state="scheduled").count()
    running = sum(count_of(case) for case in cases)
    said = [
        *cases.values_list("number", flat=True),
        promises and ngettext("%(n)d follow-up", "%(n)d follow-ups", promises) % {"n": promises},
        running and ngettext("%(n)d duty of the law", "%(n)d duties of the law", running) % {"n": running},
    ]
    return [one for one in said if one]


@require_POST
def lift_wall(request, number, wall):
    case = get_permitted(request.user, "restrict_case", Case, number=number)
    standing = Wall.objects.filter(person_id=case.person_id, pk=wall).select_related("person").first()
    if standing is None:
        raise Http404
    with transaction.atomic():
        standing.lift(actor=request.user)
        if not Wall.objects.filter(person_id=case.person_id).exists():
            case.restrict(False, actor=request.user)
    notices.say(request, _("They can be let in again by their role."))
    if case.is_open and case.assigned_to_id is None and "assign" in case.may:
        notices.say(
            request, _("%(number)s is with nobody. Say who should take it.") % {"number": case.number}
        )
        return redirect("assign_case", case.number)
    return redirect(case)


def name_insiders(request, number):
    """The person works here: only who is named finds anything of them from now on."""
    case = get_permitted(request.user, "restrict_case", ASSIGNED, number=number)
    return insiders(request, case.person, [case.assigned_to], case, case.number)


def insiders(request, person, holders, record, number):
    """The form for any record of the person; `holders` are the members who have it in hand."""
    people = User.objects.filter(organization_id=person.organization_id).in_role(*VICTIM_SERVICES)
    form = InsidersForm(typed(request), people=people.order_by("name"), holders=holders)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            Wall.name_insiders(person, said["named"], actor=request.user, themselves=said["themselves"])
        except ValidationError as refused:
            form.add_error(refused.code, refused.messages)
        except NoSupervisorLeft:
            form.add_error("named", _("None of the supervisors among them could see it."))
        else:
            notices.say(request, _("From now on only they find anything of this person."))
            return redirect(record if request.user in said["named"] else "home")
    why = _("It holds for every page, list, search, figure and line of the audit, for every role, at once.")
    back = record.get_absolute_url()
    return ask(request, form, _("The person works here"), _("Only they"), back, about=number, why=why)
