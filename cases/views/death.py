"""A person has died (R33): what ends, what stays, and taking back a mistake."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.duty import DeathForm
from cases.models import FollowUp
from cases.views.asking import about, ask, typed
from cases.views.looked_up import OF_HOUSE
from orgs import notices
from orgs.access import get_permitted


def _case(request, verb, number):
    return get_permitted(request.user, f"{verb}_case", OF_HOUSE, number=number)


def record_death(request, number):
    case = _case(request, "record_death", number)
    if case.person_died:
        return redirect(case)
    promised = list(FollowUp.objects.filter(case=case).scheduled().order_by("due_at", "id"))
    form = DeathForm(typed(request), promised=promised)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        case.record_death(actor=request.user, on=said["on"], keep=said.get("keep", ()))
        notices.say(request, _("It is written down. Nobody is asked to reach them any more."))
        return redirect(case)
    why = _(
        "Every release ends now, and nobody will be asked to reach them. Confidentiality goes on: "
        "nothing may be told to anybody, family included, unless next of kin who harmed nobody sign a new "
        "release."
    )
    return ask(
        request, form, _("The person has died"), _("Write it down"), case.get_absolute_url(),
        about=about(case), why=why, stop=True,
    )  # fmt: skip


@require_POST
def take_back_death(request, number):
    case = _case(request, "take_back_death", number)
    if case.person_died:
        case.take_back_death(actor=request.user)
        notices.say(request, _("Taken back. Releases that ended stay ended; confirm the safe-contact plan."))
    return redirect(case)
