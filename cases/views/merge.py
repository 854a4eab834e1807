"""Two records of one person: a supervisor puts them together, and can take them apart (R25)."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.forms.merge import MergeForm
from cases.models import Case, Merge
from cases.models.merge import NotMerged
from cases.views.asking import ask, typed
from orgs import notices
from orgs.access import get_permitted


def merge(request, number):
    case = get_permitted(request.user, "merge_case", Case.objects.select_related("person"), number=number)

    def found(which):
        others = Case.objects.visible_to(request.user, "merge").exclude(person_id=case.person_id)
        return others.select_related("person").filter(number=which).first() if "\0" not in which else None

    form = MergeForm(typed(request), found=found)
    if request.method == "POST" and form.is_valid():
        try:
            Merge.make(case, form.cleaned_data["which"].person, actor=request.user)
        except NotMerged as refused:
            form.add_error(None, refused.reason)
        else:
            notices.say(request, _("They are one record now. Confirm the safe-contact plan with the person."))
            return redirect(case)
    why = _(
        "All cases of both go on under this person. Who is walled from one is walled from both; of two safe-"
        "contact plans the narrower stands and must be confirmed again; of two releases to the same "
        "organization the shorter stands, and where one record says no, it is no."
    )
    about = f"{case.number} · {case.person.called}"
    return ask(
        request,
        form,
        _("The same person as in another case"),
        _("Put them together"),
        case.get_absolute_url(),
        why=why,
        about=about,
        stop=True,
    )


@require_POST
def undo_merge(request, number, merge):
    case = get_permitted(request.user, "merge_case", Case, number=number)
    made = Merge.objects.filter(kept=case.person_id, pk=merge).select_related("kept", "gone").first()
    if made is None:
        raise Http404
    made.undo(actor=request.user)
    notices.say(request, _("They are two records again. What became stricter stays so."))
    return redirect("view_case", case.number)
