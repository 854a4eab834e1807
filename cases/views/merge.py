"""Two records of one person: a supervisor puts them together, and can take them apart (R25)."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import taking_apart
from cases.forms.merge import MergeForm
from cases.models import Case, Merge
from cases.models.merge import NotMerged
from cases.views.asking import about, ask, typed
from orgs import notices
from orgs.access import get_permitted
from orgs.forms.base import CausewayForm


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
        "organization the shorter stands, and where one record says no, it is no. A release ends "
        "whose signer could not or must not sign, by what either record knows."
    )
    return ask(
        request,
        form,
        _("The same person as in another case"),
        _("Put them together"),
        case.get_absolute_url(),
        why=why,
        about=f"{case.number} · {case.person.called}",
        stop=True,
    )


def undo_merge(request, number, merge):
    case = get_permitted(request.user, "merge_case", Case.objects.select_related("person"), number=number)
    made = Merge.objects.filter(kept=case.person_id, pk=merge).select_related("kept", "gone").first()
    if made is None:
        raise Http404
    if request.method == "POST":
        stays = made.undo(actor=request.user)
        notices.say(request, _("They are two records again. Confirm each safe-contact plan with the person."))
        if stays:
            notices.say(request, _changed(stays))
        return redirect("view_case", case.number)
    why = _(
        "Cases, releases, plans and what was known go back to each as they were. What stays, for both: "
        "walls, legal holds and releases that ended; and what was written while they were one record (tries "
        "to reach somebody, lines of the ledger), where it was written. A release that was signed or used "
        "meanwhile ends, with what it opened. Both plans must be confirmed again."
    )
    if not made.before and not made.undone_at:
        why += " " + _(
            "These two were put together before Causeway kept what each record said: go through both by hand "
            "afterwards, name, phone and birth date first."
        )
    elif stays := taking_apart.staying(made):
        why += " " + _changed(stays)
    return ask(
        request,
        CausewayForm(),
        _("Take two records apart again"),
        _("Take them apart"),
        case.get_absolute_url(),
        why=why,
        about=about(case),
        stop=True,
    )


def _changed(stays):
    """What people changed since the merge: nobody can say of whom it is true."""
    return _(
        "Changed since, and left as it is in this record: %(what)s. Read it: it may be about the other "
        "person."
    ) % {"what": ", ".join(stays)}
