"""From whom, to whom, and why a caseload moves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.loads import loads
from orgs import codes
from orgs.forms.base import CausewayForm, Checkboxes, Radios
from orgs.models import User
from referrals.forms.handoff import working


class MoveCaseloadForm(CausewayForm):
    """Closed accounts can be chosen to move from, so that nothing stays with somebody who has gone."""

    leaver = forms.ModelChoiceField(label=_("Whose caseload?"), queryset=User.objects.none())
    to = forms.ModelMultipleChoiceField(
        label=_("Who takes it over?"),
        help_text=_("With several, the one with the fewest open cases gets the next."),
        queryset=User.objects.none(),
        widget=Checkboxes,
    )
    reason = forms.ChoiceField(
        label=_("Why?"), choices=codes.load("cases", "assignment_reasons").choices, widget=Radios
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        everybody = User.objects.filter(
            organization=viewer.organization_id, role__in=("advocate", "supervisor")
        )
        self.fields["leaver"].queryset = everybody.order_by("name")
        self.fields["to"].queryset = working(viewer.organization_id)
        self.fields["to"].widget.hints = {load.member.pk: load.words for load in loads(viewer)}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("leaver") and cleaned["leaver"] in (cleaned.get("to") or ()):
            self.add_error("to", _("Choose somebody else than the one whose caseload moves."))
        return cleaned
