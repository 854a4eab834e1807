"""Two records of one person: a supervisor puts them together, and can take them apart (R25)."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import merging, taking_apart
from cases.forms.merge import JoinForm, MergeForm, pair
from cases.models import Case, Merge
from cases.models.merge import NotMerged
from cases.views.asking import about, ask, typed
from cases.views.looked_up import ASSIGNED, CASES
from orgs import audit, codes, notices
from orgs.access import get_permitted
from orgs.forms.base import CausewayForm
from orgs.words import exactly


def merge(request, number):
    """First the number of the other case, then both people side by side, and only there the press."""
    case = get_permitted(request.user, "merge_case", ASSIGNED, number=number)

    def found(which):
        others = Case.objects.visible_to(request.user, "merge").exclude(person_id=case.person_id)
        others = others.select_related("person", "assigned_to")
        return others.filter(number=which).first() if "\0" not in which else None

    form = MergeForm(typed(request), found=found)
    if request.method == "POST" and form.is_valid():
        return _join(request, case, form.cleaned_data["which"])
    why = _("The next page shows both people, side by side. Nothing is joined before you say so there.")
    return ask(
        request,
        form,
        _("The same person as in another case"),
        _("Show both"),
        case.get_absolute_url(),
        why=why,
        about=about(case),
    )


def _join(request, case, other):
    """The page that shows both people; joined are only the two whom it showed before it was pressed."""
    shown = pair(case, other)
    pressed = request.POST.get("pair") == shown
    first = {"which": other.number, "pair": shown}
    form = JoinForm(request.POST if pressed else None, initial=first)
    if pressed and form.is_valid():
        try:
            Merge.make(case, other.person, actor=request.user)
        except NotMerged as refused:
            form.add_error(None, refused.reason)
        else:
            joined = _(
                "%(one)s was joined with %(other)s: they are one record now. Confirm the safe-contact plan "
                "with the person."
            )
            notices.say(request, joined % {"one": case.number, "other": other.number})
            return redirect(case)
    for record in (case, other):
        audit.viewed(request.user, record)
    context = {
        "case": case,
        "other": other,
        "here": _known(case, request.user),
        "there": _known(other, request.user),
        "ending": sorted({end.recipient.name for end in merging.conflicting(case.person, other.person)}),
        "form": form,
    }
    return render(request, "cases/case/merge.html", context)


def _known(case, member):
    """(label, value) pairs by which a supervisor knows one person from another."""
    person = case.person
    more = Case.objects.visible_to(member).filter(person=person).exclude(pk=case.pk).order_by("number")
    unknown, none = _("not known"), _("none")
    return [
        (_("Called"), person.called),
        (_("Also known as"), (person.alias and person.name) or none),
        (_("Case"), f"{case.number}, {case.standing}"),
        (_("Opened"), exactly(case.opened_at)),
        (_("Their other cases"), ", ".join(more.values_list("number", flat=True)) or none),
        (_("Age"), _label("referrals", "age_groups", person.age_group) or unknown),
        (_("Island"), _label("orgs", "islands", person.island or case.island) or unknown),
        (_("Language"), _label("orgs", "languages", person.language) or unknown),
        (_("Worked by"), case.assigned_to.name if case.assigned_to else _("nobody")),
    ]


def _label(app, table, code):
    return codes.load(app, table).label(code) if code else ""


def undo_merge(request, number, merge):
    case = get_permitted(request.user, "merge_case", CASES, number=number)
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
