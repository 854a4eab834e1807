"""What a supervisor notes about a colleague's work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.base import CausewayForm, LongTextField
from orgs.guard import refuse_numbers, refuse_references
from orgs.models import User
from orgs.roles import VICTIM_SERVICES

from .glass import NUMBER

NO_SUCH_CASE = _("There is no case of this number that you may see. Check it, or leave it empty.")


class AddToCoachingForm(CausewayForm):
    once = True

    text = LongTextField(
        label=_("Note"),
        max_length=4000,
        rows=6,
        validators=[refuse_numbers, refuse_references],
        help_text=_(
            "About the work, and nobody’s name who is helped here. The supervisors read it, except the one "
            "whom it is about. It cannot be changed later; you can add to it."
        ),
    )


class CoachingForm(AddToCoachingForm):
    """`cases` are those that the writer may see."""

    about = forms.ModelChoiceField(label=_("About whose work?"), queryset=User.objects.none())
    number = forms.CharField(
        label=_("Number of a case, if it is about one"),
        max_length=20,
        required=False,
        help_text=_("As in C-0412. Then the note is there for those alone who may see the case."),
    )
    field_order = ("about", "number", "text")

    def __init__(self, *args, writer, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = cases
        colleagues = User.objects.in_role(*VICTIM_SERVICES).filter(organization_id=writer.organization_id)
        self.fields["about"].queryset = colleagues.exclude(pk=writer.pk).order_by("name")

    def clean_number(self):
        """The case itself, or None; one that the writer may not see is as good as one that nobody has."""
        typed = self.cleaned_data["number"].strip().upper()
        if not typed:
            return None
        found = NUMBER.fullmatch(typed)
        case = found and self.cases.filter(number=f"{found[1]}-{int(found[2]):04d}").first()
        if case is None:
            raise forms.ValidationError(NO_SUCH_CASE)
        return case
