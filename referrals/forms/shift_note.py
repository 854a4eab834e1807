"""What is left for the next shift."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.glass import NUMBER
from orgs.forms.base import CausewayForm, LongTextField
from orgs.guard import refuse_numbers, refuse_references
from orgs.reference import is_valid, normalize
from referrals.models import Intake, Referral

NO_SUCH_RECORD = _("No intake or packet of this number is there for you. Check it, or leave it empty.")


class ShiftNoteForm(CausewayForm):
    """`number` cleans to {"intake": …} or {"referral": …} of what `member` may see, or {}."""

    once = True

    number = forms.CharField(
        label=_("Number of the intake or packet, if it is about one"),
        max_length=20,
        required=False,
        help_text=_("As in I-0031 or VI-7K3Q-92. Then the note is there for those alone who may see it."),
    )
    text = LongTextField(
        label=_("What must whoever comes on know?"),
        max_length=500,
        rows=4,
        validators=[refuse_numbers, refuse_references],
        help_text=_("What waits, who calls back, what was promised until when. Name nobody who is helped."),
    )

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_number(self):
        """One that the member may not see is as good as one that nobody has (R6)."""
        typed = self.cleaned_data["number"].strip().upper()
        if not typed:
            return {}
        if (found := NUMBER.fullmatch(typed)) and found[1] == "I":
            intakes = Intake.objects.visible_to(self.member)
            record = {"intake": intakes.filter(number=f"I-{int(found[2]):04d}").first()}
        else:
            packets = Referral.objects.visible_to(self.member).filter(receiver=self.member.organization_id)
            of = normalize(typed) if is_valid(typed) else ""
            record = {"referral": packets.filter(reference=of).first()}
        if None in record.values():
            raise forms.ValidationError(NO_SUCH_RECORD)
        return record
