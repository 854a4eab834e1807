"""What is written in a case, and where it goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.resting import USUAL, must_be_ahead
from orgs import clock, codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateField, LongTextField, Radios
from orgs.guard import refuse_numbers
from orgs.models import User

from .contact import SERVICES, hints

PRIORITIES = codes.load("referrals", "priority")
ISLANDS = codes.load("orgs", "islands")
CLOSURES = codes.load("cases", "closure_reasons")
DIRECTED = codes.load("cases", "assignment_reasons")
DECLINES = codes.load("cases", "assignment_decline_reasons")
WALLS = codes.load("cases", "wall_reasons")
RESTS = codes.load("cases", "rest_reasons")


class NoteForm(CausewayForm):
    once = True

    text = LongTextField(
        label=_("Note"),
        max_length=8000,
        rows=6,
        validators=[refuse_numbers],
        help_text=_("Only for your organization. It cannot be changed later; you can add to it."),
    )


class ServiceForm(CausewayForm):
    once = True

    code = forms.ChoiceField(label=_("Service"), choices=[("", "---------"), *SERVICES.grouped_choices])
    on = LocalDateField(label=_("Day"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.today = today

    def clean_on(self):
        if self.cleaned_data["on"] > self.today:
            raise forms.ValidationError(_("Give a day that has been. For what is to come, plan a follow-up."))
        return self.cleaned_data["on"]


class OfferForm(CausewayForm):
    """Who should take a case; `people` are `cases.loads.Load`s."""

    to = forms.ChoiceField(label=_("Who should take it?"))
    how = forms.ChoiceField(
        label=_("How?"),
        choices=[("ask", _("Ask them")), ("direct", _("It is theirs at once"))],
        widget=Radios(
            hints={
                "ask": _("It stays where it is until they accept."),
                "direct": _("For what cannot wait. Say why."),
            }
        ),
        initial="ask",
    )
    reason = forms.ChoiceField(
        label=_("Why at once?"), choices=[("", "---------"), *DIRECTED.choices], required=False
    )

    def __init__(self, *args, people, may_direct, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(load.member.pk): load.member for load in people}
        self.loads = {load.member: load for load in people}
        self.fields["to"].choices = [
            ("", _("Choose…")),
            *((str(load.member.pk), f"{load.member.name}, {load.words}") for load in people),
        ]
        if not may_direct:
            del self.fields["how"], self.fields["reason"]

    def clean_to(self):
        return self.members[self.cleaned_data["to"]]

    def clean(self):
        said = super().clean()
        if said.get("how") == "direct" and not said.get("reason"):
            self.add_error("reason", _("Say why it cannot wait for an answer."))
        return said


class DeclineForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why not you?"), choices=DECLINES.choices, widget=Radios(hints=hints(DECLINES))
    )


class HoldForm(CausewayForm):
    """Until when a case rests; somebody is asked to look on that day."""

    question = "until"
    until = LocalDateField(
        label=_("Until which day does it rest?"),
        help_text=_("90 days from now at the latest. On that morning you are asked to look at it again."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + USUAL

    def clean_until(self):
        must_be_ahead(self.cleaned_data["until"])
        return self.cleaned_data["until"]


class ExtendForm(HoldForm):
    """Until when it rests for longer, and why."""

    question = ""
    reason = forms.ChoiceField(label=_("Why for longer?"), choices=RESTS.choices, widget=Radios)


class ClosureForm(CausewayForm):
    question = "reason"
    reason = forms.ChoiceField(
        label=_("Why should it close?"), choices=CLOSURES.choices, widget=Radios(hints=hints(CLOSURES))
    )


class CloseForm(CausewayForm):
    """What a supervisor has looked at before a case closes."""

    told = forms.BooleanField(label=_("The person knows, or it is not safe to tell them"))
    safety = forms.BooleanField(label=_("Their safety plan was looked at, and they know how to come back"))
    written = forms.BooleanField(label=_("What was done is written down"))


class InsidersForm(CausewayForm):
    """The person works here: who finds anything of them, and nobody else (R42)."""

    themselves = forms.ModelChoiceField(
        label=_("Which member is it?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("They have no account here any more"),
    )
    named = forms.ModelMultipleChoiceField(
        label=_("Who may see it?"),
        queryset=User.objects.none(),
        widget=Checkboxes,
        help_text=_("As few as can do the work, a supervisor among them. Everybody else finds nothing."),
    )

    def __init__(self, *args, people, holders, **kwargs):
        super().__init__(*args, **kwargs)
        self.holders = [holder for holder in holders if holder]
        for field in ("themselves", "named"):
            self.fields[field].queryset = people
            self.fields[field].label_from_instance = lambda one: f"{one.name}, {one.get_role_display()}"
        self.fields["named"].initial = [holder.pk for holder in self.holders]

    def clean(self):
        said = super().clean()
        lost = [holder.name for holder in self.holders if holder not in said.get("named", ())]
        if lost and "named" in said:
            text = _("%(name)s has it now. Give it to somebody else first, or let them stay.")
            self.add_error("named", text % {"name": ", ".join(lost)})
        return said


class WallForm(CausewayForm):
    """Whom to keep from everything about a person (R42)."""

    member = forms.ModelChoiceField(label=_("Who must not see it?"), queryset=User.objects.none())
    reason = forms.ChoiceField(
        label=_("Why?"), choices=[row for row in WALLS.choices if row[0] != "self"], widget=Radios
    )
    note = forms.CharField(
        label=_("More, if it must be known"), max_length=300, required=False, validators=[refuse_numbers]
    )

    out = forms.BooleanField(
        label=_("I will be out at once, and what I have of this goes back to the supervisors"),
        error_messages={"required": _("This is you. Tick this if you mean it, and press once more.")},
    )

    def __init__(self, *args, people, me, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = people
        self.is_me = self.data.get("member") == str(me.pk)
        if not self.is_me:
            del self.fields["out"]


class CaseloadFilter(CausewayForm):
    """What to look at; it lives in the URL, so that it can be kept as a bookmark."""

    say_optional = False
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All open")),
            ("open", _("Open, not yet reached")),
            ("active", _("Active")),
            ("on_hold", _("On hold")),
            ("closure_requested", _("Closure asked for")),
            ("handed", _("Given, not taken up yet")),
            ("closed", _("Closed")),
        ],
    )
    priority = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("Any")), *PRIORITIES.choices]
    )
    island = forms.ChoiceField(label=_("Island"), required=False, choices=[("", _("Any")), *ISLANDS.choices])
    advocate = forms.ChoiceField(label=_("Advocate"), required=False)

    def __init__(self, *args, advocates=(), **kwargs):
        super().__init__(*args, **kwargs)
        if advocates:
            named = [(str(pk), name) for pk, name in advocates]
            self.fields["advocate"].choices = [("", _("Anyone")), ("nobody", _("Nobody yet")), *named]
        else:
            del self.fields["advocate"]
