"""What is asked on the way of a legal demand (R28)."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import glass
from orgs import clock, codes
from orgs.forms.base import NOTHING_YET, CausewayForm, LocalDateTimeField, LongTextField, Radios
from orgs.guard import refuse_numbers

from .contact import METHODS, hints

KINDS = codes.load("cases", "demand_kinds")
ITEMS = codes.load("cases", "demand_items")
NOTICES = codes.load("cases", "demand_notices")
WAYS = codes.load("cases", "release_methods")
MOST_ITEMS = 8
NO_SUCH_RECORD = _("There is no case or intake with that number that you may see.")
# What names no day itself: a warrant is for now, a request is looked at within two weeks.
UNDATED = {"warrant": timedelta(0), "request": timedelta(days=14)}


class NamesARecord:
    """Its `number` is of a case or intake that the member may see; `record` is that one, or None."""

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member, self.record = member, None

    def clean_number(self):
        typed = self.cleaned_data["number"].strip().upper()
        if kind := glass.kind_of(typed):
            rows = kind.model.objects.visible_to(self.member).select_related("person")
            self.record = rows.filter(organization_id=self.member.organization_id, number=typed).first()
        if typed and self.record is None:
            raise forms.ValidationError(NO_SUCH_RECORD)
        return typed


class NameCaseForm(NamesARecord, CausewayForm):
    question = "number"
    number = forms.CharField(
        label=_("Which case or intake of ours is it about?"), max_length=20,
        help_text=_("Its number. From now on nothing about its person is purged."),
    )  # fmt: skip


class ReceiveForm(NamesARecord, CausewayForm):
    """What lies on the table, as it was served."""

    once = True

    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS.choices, widget=Radios(hints=hints(KINDS)))
    served_at = LocalDateTimeField(label=_("When was it served?"))
    served_by = forms.CharField(
        label=_("Who served it?"), max_length=200, validators=[refuse_numbers],
        help_text=_("Name, office and telephone number, as on the card."),
    )  # fmt: skip
    issued_by = forms.CharField(
        label=_("Which court, lawyer or office asks?"), max_length=200, validators=[refuse_numbers]
    )
    asked = LongTextField(
        label=_("What does it ask for?"), max_length=4000, rows=4, validators=[refuse_numbers],
        help_text=_("Word for word where it matters. The paper itself stays in the locked file."),
    )  # fmt: skip
    due_at = LocalDateTimeField(
        label=_("By when must it be answered?"), required=False,
        help_text=_("As it says. A warrant is for now, and a request may name no day: leave it empty then."),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Number of the case or intake, if it is about one of ours"),
        max_length=20,
        required=False,
        help_text=_(
            "Never say to whoever serves it whether there is one. Leave it empty where there is none, or "
            "where you are not sure: a supervisor names it."
        ),
    )

    def clean_served_at(self):
        if self.cleaned_data["served_at"] > clock.now():
            raise forms.ValidationError(_("That is still to come."))
        return self.cleaned_data["served_at"]

    def clean(self):
        said = super().clean()
        served, due = said.get("served_at"), said.get("due_at")
        if served and due and due < served:
            self.add_error("due_at", _("That is before it was served."))
        if served and not due and "due_at" not in self.errors:
            if said.get("kind") in UNDATED:
                said["due_at"] = served + UNDATED[said["kind"]]
            else:
                self.add_error("due_at", _("Say by when. It stands on the paper."))
        return said

    def received(self):
        """What `Demand.receive` is told."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "number"}
        return {**said, "record": self.record}


class NotifyForm(CausewayForm):
    """Was the person told? Without a plan that is confirmed, "told" is not there (R37)."""

    notice = forms.ChoiceField(label=_("Was the person told?"), widget=Radios)
    way = forms.ChoiceField(
        label=_("By what way?"), choices=[("", "---------"), *METHODS.choices], required=False
    )
    why = LongTextField(
        label=_("If they were not told: why, and what was tried"),
        max_length=500,
        required=False,
        validators=[refuse_numbers],
    )

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        told = bool(plan and plan.is_verified)
        rows = [code for code in NOTICES if told or code.code != "told"]
        self.fields["notice"].choices = [(code.code, code.label) for code in rows]
        self.fields["notice"].widget.hints = hints(rows)
        if not told:
            del self.fields["way"]

    def clean(self):
        said = super().clean()
        if said.get("notice") == "told" and not said.get("way"):
            self.add_error("way", _("Say how they were told."))
        if said.get("notice") not in (None, "told") and not said.get("why"):
            self.add_error("why", _("Say why, and what was tried."))
        return said


class CounselForm(CausewayForm):
    question = "counsel"
    counsel = forms.CharField(
        label=_("Who is counsel?"), max_length=200, validators=[refuse_numbers],
        help_text=_("Name and telephone number. Of the organization, not of the police or the prosecution."),
    )  # fmt: skip


class NarrowForm(CausewayForm):
    narrowed = LongTextField(
        label=_("What is left of it?"), max_length=4000, rows=4, validators=[refuse_numbers],
        help_text=_("After counsel spoke with whoever asks: the least that answers it, item by item."),
    )  # fmt: skip
    notes_ordered = forms.BooleanField(
        label=_("A judge’s order names the advocate’s notes, and counsel says it must be obeyed"),
        required=False,
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != "court_order":
            del self.fields["notes_ordered"]


class ComplyForm(CausewayForm):
    """Each thing that leaves, in a line of its own; there is no second time."""

    method = forms.ChoiceField(label=_("By what way does it leave?"), choices=WAYS.choices, widget=Radios)

    def __init__(self, *args, notes_ordered, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [(code.code, code.label) for code in ITEMS if notes_ordered or code.code != "notes"]
        for n in range(1, MOST_ITEMS + 1):
            what, exactly = _("%(n)d. What is it?") % {"n": n}, _("%(n)d. Exactly") % {"n": n}
            first, numbers = n == 1, [refuse_numbers]
            self.ask(
                f"kind_{n}",
                forms.ChoiceField(label=what, choices=[("", NOTHING_YET), *kinds], required=first),
            )
            self.ask(
                f"what_{n}",
                forms.CharField(label=exactly, max_length=1000, required=first, validators=numbers),
            )

    def clean(self):
        said = super().clean()
        for n in range(2, MOST_ITEMS + 1):
            kind, what = said.get(f"kind_{n}"), said.get(f"what_{n}")
            if kind and not what:
                self.add_error(f"what_{n}", _("Say exactly what leaves."))
            if what and not kind:
                self.add_error(f"kind_{n}", _("Say what it is."))
        return said

    def items(self):
        """The (kind, what) pairs."""
        said, rows = self.cleaned_data, range(1, MOST_ITEMS + 1)
        return [(said[f"kind_{n}"], said[f"what_{n}"]) for n in rows if said.get(f"kind_{n}")]


class OutcomeForm(CausewayForm):
    question = "outcome"
    outcome = LongTextField(
        label=_("How was it answered, and how did it end?"), max_length=1000, validators=[refuse_numbers]
    )


class LoseForm(CausewayForm):
    question = "due_at"
    due_at = LocalDateTimeField(label=_("By when must it be answered now?"))

    def clean_due_at(self):
        if self.cleaned_data["due_at"] <= clock.now():
            raise forms.ValidationError(_("That has passed already. Check the year."))
        return self.cleaned_data["due_at"]
