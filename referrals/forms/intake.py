"""What is asked on the way from a packet to a case."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.contact import METHODS, LogContactForm, PlanForm, hints
from cases.models import Wall
from orgs import clock, codes
from orgs.forms.base import (
    CausewayForm,
    Checkboxes,
    LocalDateTimeField,
    LongTextField,
    PhoneField,
    Radios,
)
from orgs.guard import refuse_numbers
from orgs.models import User
from orgs.roles import VICTIM_SERVICES

PRIORITIES = codes.load("referrals", "priority")
AGES = codes.load("referrals", "age_groups")
ISLANDS = codes.load("orgs", "islands")
LANGUAGES = codes.load("orgs", "languages")
WALLS = codes.load("cases", "wall_reasons")
DECLINES = codes.load("cases", "assignment_decline_reasons")
REASONS = codes.load("referrals", "intake_reasons")
LONG_AGO = timedelta(days=30)

__all__ = ["AttemptForm", "PlanForm"]


class WalkInForm(CausewayForm):
    """Somebody called or came in. An alias alone, or nothing, is enough (R36)."""

    once = True

    alias = forms.CharField(
        label=_("Name to use for them"),
        max_length=120,
        required=False,
        help_text=_("Any name that they choose. It can stay empty; nobody has to say who they are."),
    )
    name = forms.CharField(
        label=_("Their own name"),
        max_length=120,
        required=False,
        help_text=_("Only if they want to give it."),
    )
    phone = PhoneField(label=_("Phone"), required=False)
    priority = forms.ChoiceField(
        label=_("How urgent is it?"), choices=PRIORITIES.choices, widget=Radios(hints=hints(PRIORITIES))
    )
    island = forms.ChoiceField(label=_("Where is help needed?"), choices=ISLANDS.choices, widget=Radios)
    age_group = forms.ChoiceField(
        label=_("Age"), choices=AGES.choices, widget=Radios(hints=hints(AGES)), initial="unknown"
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES.choices, initial="en")
    interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    summary = LongTextField(
        label=_("What they need"),
        max_length=500,
        required=False,
        validators=[refuse_numbers],
        help_text=_("As little as the next person must know. Only for your organization."),
    )

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        served = [(code, label) for code, label in ISLANDS.choices if code in organization.islands]
        self.fields["island"].choices = served or ISLANDS.choices
        if len(served) == 1:
            self.fields["island"].initial = served[0][0]


class ConflictForm(CausewayForm):
    """Is anyone of us too near to this? Whoever is chosen is walled off from the person (R42)."""

    found = forms.ChoiceField(
        label=_("Is the one who harmed, or who sent this, known to or working with any of us?"),
        choices=[("no", _("No, not that we know")), ("yes", _("Yes"))],
        widget=Radios(hints={"yes": _("Choose below who must see nothing of it. Write no one else’s name.")}),
    )
    walled = forms.MultipleChoiceField(
        label=_("Who must see nothing of this person?"),
        required=False,
        widget=Checkboxes,
        help_text=_("From the moment you save, they find nothing of it: no page, no search, no count."),
    )
    reason = forms.ChoiceField(label=_("Why?"), choices=[("", "---------"), *WALLS.choices], required=False)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        said = _("%(name)s, %(role)s")
        self.fields["walled"].choices = [
            (pk, said % {"name": member.name, "role": member.get_role_display().lower()})
            for pk, member in self.members.items()
        ]

    def clean_walled(self):
        return [self.members[pk] for pk in self.cleaned_data["walled"]]

    def clean(self):
        said = super().clean()
        if said.get("walled") and said.get("found") == "no":
            self.add_error("found", _("You chose someone below. Say “Yes” here, or choose no one."))
        if said.get("walled") and not said.get("reason"):
            self.add_error("reason", _("Say why; the person who is walled off does not see it."))
        return said

    def check(self):
        """What `Intake.check_conflict` is told."""
        said = self.cleaned_data
        return {
            "found": said["found"] == "yes",
            "walled": said["walled"],
            "reason": said["reason"] or "other",
        }


class TriageForm(ConflictForm):
    priority = forms.ChoiceField(
        label=_("How urgent is it, as you see it?"),
        choices=PRIORITIES.choices,
        widget=Radios(hints=hints(PRIORITIES)),
        help_text=_("Yours alone. Whoever referred it goes on seeing what they wrote."),
    )


class AssignForm(CausewayForm):
    """Whom to ask; `loads` are `referrals.load.Load`s, walled members not among them."""

    question = "to"
    to = forms.ChoiceField(label=_("Who could take it?"))

    def __init__(self, *args, loads, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(load.member.pk): load.member for load in loads}
        self.fields["to"].choices = [(str(load.member.pk), load.member.name) for load in loads]
        self.fields["to"].widget = Radios(
            choices=self.fields["to"].choices, hints={str(load.member.pk): load.words for load in loads}
        )

    def clean_to(self):
        return self.members[self.cleaned_data["to"]]


class AttemptForm(LogContactForm):
    """One try to reach the person before there is a case."""

    services = next_what = next_at = None


class InTouchForm(CausewayForm):
    """The person was in touch themselves: how, when, and with which member of the house."""

    once = True

    way = forms.ChoiceField(label=_("How were they in touch?"), choices=METHODS.choices, widget=Radios)
    at = LocalDateTimeField(label=_("When?"))
    by = forms.ModelChoiceField(
        label=_("Who spoke with them?"), queryset=User.objects.none(), empty_label=None
    )
    text = LongTextField(
        label=_("What was said and agreed"),
        max_length=4000,
        required=False,
        validators=[refuse_numbers],
        help_text=_("Only for your organization. It is never part of a release or a handoff."),
    )

    def __init__(self, *args, intake, me, **kwargs):
        super().__init__(*args, **kwargs)
        here = User.objects.filter(organization_id=intake.organization_id).in_role(*VICTIM_SERVICES)
        walled = Wall.objects.filter(person=intake.person_id).values("user")
        self.fields["by"].queryset = here.exclude(pk__in=walled).order_by("name")
        self.fields["by"].label_from_instance = lambda one: one.name
        self.fields["by"].initial, self.fields["at"].initial = me.pk, clock.now()

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at > clock.now():
            raise forms.ValidationError(_("Give a time that has been."))
        if at < clock.now() - LONG_AGO:
            raise forms.ValidationError(_("This is more than 30 days ago. Check the day."))
        return at


class DeclineForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why not you?"),
        choices=DECLINES.choices,
        widget=Radios(
            hints={
                "conflict": _("No more is asked. From now on you see nothing of it, and nobody asks again.")
            }
        ),
    )


class EndForm(CausewayForm):
    """Why an intake ends here, or goes back to the desk; the reasons of one verb."""

    question = "reason"
    reason = forms.ChoiceField(label=_("Why?"), widget=Radios)

    def __init__(self, *args, verb, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [
            (row.code, row.label) for row in REASONS if row.group == verb and row.code != "rerouted"
        ]
        self.fields["reason"].label = next(group.label for group in REASONS.groups if group.code == verb)


class SameForm(CausewayForm):
    """Which record is of the same person; `found` are (key, label, hint) of what this member may link to."""

    question = "which"
    which = forms.CharField(label=_("Which one is it?"), max_length=12)

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        if found:
            choices = [(key, label) for key, label, _hint in found]
            shown = Radios(choices=choices, hints={key: hint for key, _label, hint in found})
            which = forms.ChoiceField(label=_("Which one is it?"), choices=choices, widget=shown)
            self.ask("which", which)
        else:
            self.fields["which"].help_text = _("The number, for example %(number)s.") % {"number": "I-0031"}

    def clean_which(self):
        return self.cleaned_data["which"].strip().upper()
