"""Who somebody is, as far as they want it known."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.forms.person import PersonForm
from cases.views.asking import about, ask, typed
from cases.views.looked_up import CASES
from orgs import audit, notices
from orgs.access import get_permitted


def correct_person(request, number):
    case = get_permitted(request.user, "log_case", CASES, number=number)
    form = PersonForm(typed(request), person=case.person)
    if request.method == "POST" and form.is_valid():
        if changes := form.changes():
            ended = case.person.correct(actor=request.user, **changes)
            if ended:
                notices.say(request, _("By what is known now a release does not hold: it has ended."))
        notices.say(request, _("Kept."))
        return redirect(case)
    audit.viewed(request.user, case.person)
    return ask(request, form, _("The person"), _("Keep it"), case.get_absolute_url(), about=about(case))
