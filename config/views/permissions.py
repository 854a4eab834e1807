"""Who may do what, asked by an administrator: from the table that the tests hold every address to (C10).

No record is read for it, so nothing is told of any, and no line of the audit is written.
"""

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from config.permission_table import asking, words
from orgs.doors import for_roles
from orgs.forms.base import CausewayForm
from orgs.roles import Role

OTHERS = "others"
UNKNOWN_KIND = _("There is no such kind of record. Choose one from the list.")
UNKNOWN_STATE = _("A record of this kind is never in that state. Choose one from the list.")
UNKNOWN_PART = _("Nobody plays that part for a record of this kind. Choose from the list.")


class KindForm(CausewayForm):
    """Which kind of record is meant; agencies that refer are offered what they have."""

    say_optional = False

    kind = forms.ChoiceField(label=_("Kind of record"), error_messages={"invalid_choice": UNKNOWN_KIND})

    def __init__(self, *args, helps, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = words.KINDS if helps else words.KINDS_OF_REFERRERS
        self.fields["kind"].choices = [(kind, words.KINDS[kind]) for kind in kinds]


class StateForm(CausewayForm):
    """In which state the record is, and who asks: everybody, one of its cast, or those who have no part."""

    say_optional = False

    kind = forms.CharField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), error_messages={"invalid_choice": UNKNOWN_STATE})
    who = forms.ChoiceField(label=_("Who"), required=False, error_messages={"invalid_choice": UNKNOWN_PART})

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            (state, said[:1].upper() + said[1:]) for state, said in asking.states(kind)
        ]
        everybody, others = ("", _("Everybody")), (OTHERS, _("Who has no part in it"))
        self.fields["who"].choices = [everybody, *asking.roles(kind), others]


@for_roles(Role.ADMINISTRATOR)
def permissions(request):
    """What each may do with a record of a kind, in a state; all of the question is in the address."""
    form, context = KindForm(request.GET or None, helps=request.user.organization.helps), {}
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        first = asking.states(kind)[0][0]
        states = StateForm({"kind": kind, "state": first} | request.GET.dict(), kind=kind)
        context = {"states": states, "kind": words.KINDS[kind]}
        if states.is_valid():
            context |= answer(kind, states.cleaned_data["state"], states.cleaned_data["who"])
    return render(request, "permissions.html", {"form": form, **context})


def answer(kind, state, who):
    """What the page shows: the parts asked for, who is left over, and whether nobody plays that part."""
    parts = list(asking.parts(kind, state))
    return {
        "state": asking.state(kind, state),
        "note": words.NOTES.get(kind, ""),
        "parts": [part for part in parts if who in ("", part.role)],
        "others": asking.everybody_else(kind, state) if who in ("", OTHERS) else [],
        "not_played": who not in ("", OTHERS, *(part.role for part in parts)),
    }
