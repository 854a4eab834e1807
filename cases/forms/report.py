"""A mandated report and a request to HHS: named facts, as few as do what the law wants (R15, R29, R30)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.signing import end_of_childhood
from orgs import clock, codes
from orgs.forms.base import CausewayForm, Checkboxes, LocalDateField, LongTextField, Radios
from orgs.guard import guarded

from .contact import hints
from .duty import PastDayField, PastField
from .person import EMPTY

KINDS = codes.load("cases", "report_kinds")
SUBJECTS = codes.load("cases", "report_subjects")
RECIPIENTS = codes.load("cases", "report_recipients")
OVERRIDES = codes.load("cases", "report_overrides")
CONCERNS = codes.load("cases", "report_concerns")
RELATIONS = codes.load("cases", "report_relations")
DANGERS = codes.load("cases", "report_dangers")
TOLD = codes.load("cases", "report_told")
WAYS = codes.load("cases", "report_ways")
OTIP_CONCERNS = codes.load("cases", "otip_concerns")
OTIP_WAYS = codes.load("cases", "otip_ways")
OTIP_ANSWERS = codes.load("cases", "otip_answers")
LANGUAGES = codes.load("orgs", "languages")
ISLANDS = codes.load("orgs", "islands")
SUSPECTED = _("The law counts from here, whatever the hour.")


def _radios(table):
    return Radios(hints=hints(table))


class ReportForm(CausewayForm):
    once = True
    kind = forms.ChoiceField(label=_("What is suspected?"), choices=KINDS.choices, widget=_radios(KINDS))
    about = forms.ChoiceField(label=_("Who is it about?"), choices=SUBJECTS.choices, widget=Radios)
    since = PastField(label=_("Since when is it suspected?"), help_text=SUSPECTED)


class OralForm(CausewayForm):
    at = PastField(label=_("When did you call?"))
    to = forms.ChoiceField(label=_("Whom did you tell?"), choices=RECIPIENTS.choices, widget=Radios)
    taken_by = forms.CharField(
        label=_("Who took the report?"), max_length=120, required=False,
        help_text=_("Their name or badge, and the number that they gave the report."),
    )  # fmt: skip
    override = forms.ChoiceField(
        label=_("Is there a release that covers it?"),
        choices=OVERRIDES.choices,
        widget=_radios(OVERRIDES),
        help_text=_(
            "The law demands the report either way. This says on record that it overrides, and what."
        ),
    )


class ReportFactsForm(CausewayForm):
    """The written report. Who did it is said by relation; no name of theirs is kept anywhere (R42)."""

    called = forms.CharField(
        label=_("Name of who is in danger"), max_length=120, required=False, validators=[guarded],
        help_text=_("The agency needs it to find them. Leave it empty if it is not known."),
    )  # fmt: skip
    age = forms.IntegerField(label=_("Age"), min_value=0, max_value=120, required=False)
    where = LongTextField(
        label=_("Where are they now?"), max_length=200, rows=2, validators=[guarded],
        help_text=_("As much as it takes to protect them. Never the address of a shelter."),
    )  # fmt: skip
    concerns = forms.MultipleChoiceField(
        label=_("Which harm is suspected?"), choices=CONCERNS.choices, widget=Checkboxes
    )
    relation = forms.ChoiceField(
        label=_("Who is said to have done it?"), choices=RELATIONS.choices, widget=Radios,
        help_text=_("If the agency asks for a name, say it by voice. Causeway keeps no list of suspects."),
    )  # fmt: skip
    danger = forms.ChoiceField(
        label=_("How safe are they?"), choices=DANGERS.choices, widget=_radios(DANGERS)
    )
    language = forms.ChoiceField(label=_("Language"), choices=[*EMPTY, *LANGUAGES.choices], required=False)
    note = LongTextField(
        label=_("What else does the agency need to know to protect them?"), max_length=300, rows=3,
        required=False, validators=[guarded],
        help_text=_("Not what happened, and nothing of what you do for anybody. Usually this stays empty."),
    )  # fmt: skip


class WrittenForm(CausewayForm):
    at = PastField(label=_("When did it go?"))
    way = forms.ChoiceField(label=_("How did it go?"), choices=WAYS.choices, widget=Radios)


class ToldForm(CausewayForm):
    question = "answer"
    answer = forms.ChoiceField(
        label=_("Does the person know that the report was made?"),
        widget=_radios(TOLD),
    )

    def __init__(self, *args, plan, **kwargs):
        """Without a plan that is confirmed nobody says that they told them since (R37)."""
        super().__init__(*args, **kwargs)
        safe = plan and plan.is_verified
        kept = {"died"} if safe else {"died", "after"}
        self.fields["answer"].choices = [choice for choice in TOLD.choices if choice[0] not in kept]


class OtipForm(CausewayForm):
    once = True
    question = "since"
    since = PastField(
        label=_("Since when is it suspected that this minor was trafficked?"), help_text=SUSPECTED
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self):
        if self.person.is_minor(clock.now()) is False:
            self.add_error(
                None, _("The record says that they are of age. If that is wrong, correct the person first.")
            )
        return super().clean()


class OtipFactsForm(CausewayForm):
    """What the request needs. A status, or a number of one, is not asked for and is refused."""

    called = forms.CharField(label=_("Name to use"), max_length=120, validators=[guarded])
    born = LocalDateField(label=_("Birth date"), required=False)
    age = forms.IntegerField(
        label=_("Age, if the birth date is not known"), min_value=0, max_value=17, required=False
    )
    country = forms.CharField(
        label=_("Country they come from"), max_length=60, validators=[guarded],
        help_text=_("The country alone: no status, no number, no papers."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=[*EMPTY, *LANGUAGES.choices], required=False)
    island = forms.ChoiceField(label=_("Island where they are"), choices=[*EMPTY, *ISLANDS.choices])
    concern = forms.ChoiceField(
        label=_("What is suspected?"), choices=OTIP_CONCERNS.choices, widget=_radios(OTIP_CONCERNS)
    )
    with_whom = forms.CharField(
        label=_("Who cares for them now?"), max_length=120, required=False, validators=[guarded],
        help_text=_("Never the address of a shelter."),
    )  # fmt: skip
    note = LongTextField(
        label=_("What else does the office need to know?"), max_length=300, rows=3, required=False,
        validators=[guarded], help_text=_("Usually this stays empty."),
    )  # fmt: skip

    def clean(self):
        said = super().clean()
        if not self.errors and not said.get("born") and said.get("age") is None:
            self.add_error("age", _("Give the birth date or the age, as well as it is known."))
        if born := said.get("born"):
            said["born"] = born.isoformat()
            if end_of_childhood(born) <= clock.now() or born > clock.today():
                self.add_error("born", _("Somebody born on that day is not under 18. Check the year."))
        return said


class OtipSentForm(CausewayForm):
    at = PastField(label=_("When did it go?"))
    way = forms.ChoiceField(label=_("How did it go?"), choices=OTIP_WAYS.choices, widget=Radios)


class OtipAnswerForm(CausewayForm):
    kind = forms.ChoiceField(
        label=_("Which letter came?"), choices=OTIP_ANSWERS.choices, widget=_radios(OTIP_ANSWERS)
    )
    letter_on = PastDayField(label=_("Day of the letter"), required=False)
    interim_until = LocalDateField(
        label=_("Helps until which day?"), required=False, help_text=_("For an interim letter.")
    )
    reference = forms.CharField(label=_("Number of the letter"), max_length=60, required=False)

    def clean(self):
        said = super().clean()
        kind = said.get("kind")
        if (
            kind in ("eligibility", "interim")
            and not said.get("letter_on")
            and "letter_on" not in self.errors
        ):
            self.add_error("letter_on", _("Give the day that stands on the letter."))
        if kind == "interim" and "interim_until" not in self.errors:
            if not said.get("interim_until"):
                self.add_error("interim_until", _("Say until which day the interim letter helps."))
            elif said.get("letter_on") and said["interim_until"] < said["letter_on"]:
                self.add_error("interim_until", _("The letter cannot end before its own day."))
        return said
