"""The pages of a referral's form, one short question each; it asks the least that help needs (R15)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.codes import load
from orgs.forms.base import CausewayForm, Checkboxes, LongTextField, PhoneField, Radios
from orgs.guard import clean_text, guarded

TRAFFICKING = {"V14": "labor", "V15": "sex"}
UNKNOWN_KIND = "T00"  # trafficking, kind not known: an answer of this page, not a code of the list
OFTEN = ("V15", "V14", "V10", "V02", "V22", "V01", "V09", "V07")
GROUP_LIMIT = 500
NOTE_LENGTH = 500  # characters (R15)


def hints(table):
    return {code.code: code.hint for code in table}


def of(app, name, only=None):
    """Choices of a code table, `only` these codes in this order."""
    table = load(app, name)
    return [(code, table.label(code)) for code in (only or table.codes)]


def islands():
    """None is chosen for the reader: a wrong island is a wrong desk."""
    return [("", "---------"), *of("orgs", "islands")]


class GuardedLine(forms.CharField):
    """One line that a referrer writes, cleaned and guarded (R15, C1)."""

    default_validators = [guarded]

    def to_python(self, value):
        value = super().to_python(value)
        return clean_text(value) if isinstance(value, str) else value


class GuardedText(LongTextField):
    """The same for some sentences."""

    default_validators = [guarded]

    def to_python(self, value):
        value = super().to_python(value)
        return clean_text(value) if isinstance(value, str) else value


class Step(CausewayForm):
    """One page. `referral` is the draft and `kind` the kind of the referrer's organization."""

    title = ""

    def __init__(self, *args, referral, kind, **kwargs):
        self.referral, self.kind = referral, kind
        super().__init__(*args, **kwargs)
        self.shape()

    def shape(self):
        """Take away or add what depends on the draft."""


class AskedForm(Step):
    """On what basis it is sent; without the person's agreement the legal bases alone are offered (R14)."""

    title = _("Who asked")
    question = "basis"
    basis = forms.ChoiceField(label=_("Did the person ask for this, or agree to it?"), widget=Radios)
    citation = GuardedLine(
        label=_("Which law or written protocol?"),
        max_length=120,
        help_text=_("For example: 14 V.I.C. 151, or the protocol of your unit."),
        error_messages={"required": _("Name the law or the written protocol that makes you send this.")},
    )

    def shape(self):
        table = [code for code in load("referrals", "basis") if self.kind in code.extra["by"]]
        self.fields["basis"].choices = [(code.code, code.label) for code in table]
        self.fields["basis"].widget.hints = hints(table)
        chosen = self["basis"].value()
        if not any(code.code == chosen and code.extra.get("needs_citation") for code in table):
            del self.fields["citation"]

    def clean(self):
        return {"citation": "", **self.cleaned_data}


class UrgentForm(Step):
    """How urgent, and what kind of crime; signs of trafficking only where it may be that."""

    title = _("How urgent")
    question = "priority"
    priority = forms.ChoiceField(
        label=_("How soon is help needed?"),
        choices=of("referrals", "priority"),
        widget=Radios(hints=hints(load("referrals", "priority"))),
    )
    often = forms.MultipleChoiceField(
        label=_("What may have happened?"),
        help_text=_("Tick all that may be. You need not be sure, and need not tell what was done."),
        choices=[
            *of("cases", "victimization", OFTEN[:2]),
            (UNKNOWN_KIND, _("Human Trafficking: kind not known")),
            *of("cases", "victimization", OFTEN[2:]),
        ],
        widget=Checkboxes,
        required=False,
    )
    other = forms.MultipleChoiceField(
        label=_("Other kinds"),
        choices=of(
            "cases", "victimization", [c for c in load("cases", "victimization").codes if c not in OFTEN]
        ),
        widget=Checkboxes,
        required=False,
    )
    indicators = forms.MultipleChoiceField(
        label=_("Signs of trafficking that you saw"),
        help_text=_("A sign is a reason to offer help, never proof. Tick what you saw yourself."),
        choices=of("referrals", "trafficking_indicators"),
        widget=Checkboxes(hints=hints(load("referrals", "trafficking_indicators"))),
        required=False,
    )
    say_optional = False

    def clean(self):
        """Both lists in one; a sign that was seen is trafficking of a kind not known: suspicion is enough."""
        answers = self.cleaned_data
        ticked = [*answers.get("often", ()), *answers.get("other", ())]
        kinds = {TRAFFICKING[code] for code in ticked if code in TRAFFICKING}
        if not ticked and not answers.get("indicators") and not self.errors.keys() & {"often", "other"}:
            self.add_error("often", _("Tick at least one; “Other” is at the end of the other kinds."))
        kind = "both" if len(kinds) == 2 else next(iter(kinds), "")
        if not kind and (UNKNOWN_KIND in ticked or answers.get("indicators")):
            kind = "unknown"
        return {
            "priority": answers.get("priority", ""),
            "victimizations": sorted(code for code in ticked if code != UNKNOWN_KIND),
            "trafficking_kind": kind,
            "indicators": answers.get("indicators", []),
        }

    @staticmethod
    def shown(answers):
        """Answers as this page has them, from answers as they are kept."""
        kinds = [
            *answers["victimizations"],
            *([UNKNOWN_KIND] if answers["trafficking_kind"] == "unknown" else []),
        ]
        return {
            **answers,
            "often": [code for code in kinds if code in OFTEN or code == UNKNOWN_KIND],
            "other": [code for code in kinds if code not in OFTEN and code != UNKNOWN_KIND],
        }


class WhereForm(Step):
    title = _("Where, and what is needed")
    say_optional = False
    island_now = forms.ChoiceField(label=_("Where is the person now?"), choices=islands)
    island_needed = forms.ChoiceField(
        label=_("Where should the help be?"),
        help_text=_("This decides which organization gets the referral."),
        choices=islands,
    )
    group_size = forms.IntegerField(label=_("About how many people?"), min_value=1, max_value=GROUP_LIMIT)
    group_minors = forms.IntegerField(
        label=_("How many of them under 18?"),
        help_text=_("Leave empty if you do not know."),
        min_value=0,
        max_value=GROUP_LIMIT,
        required=False,
    )
    language = forms.ChoiceField(label=_("Which language is best?"), choices=of("orgs", "languages"))
    interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("What is needed?"),
        help_text=_("Tick what the person asked for, or leave it empty."),
        choices=of(
            "referrals", "needs", [code for code in load("referrals", "needs").codes if code != "interpreter"]
        ),
        widget=Checkboxes,
        required=False,
    )

    def shape(self):
        if not self.referral.is_group:
            del self.fields["group_size"], self.fields["group_minors"]
            return
        self.fields["island_now"].label = _("Where are the people now?")
        self.fields["needs"].help_text = _("Tick what you know of, or leave it empty.")

    def clean(self):
        size, minors = self.cleaned_data.get("group_size"), self.cleaned_data.get("group_minors")
        if size and minors and minors > size:
            self.add_error(
                "group_minors", _("More are under 18 than there are people. Correct one of the two.")
            )


class ReachForm(Step):
    title = _("Reaching the person safely")
    question = "reach_way"
    reach_way = forms.ChoiceField(
        label=_("How can an advocate reach the person safely?"),
        help_text=_("Ask the person, and use what they say. If you cannot ask, choose “not known”."),
        choices=of("referrals", "contact_ways"),
        widget=Radios(hints=hints(load("referrals", "contact_ways"))),
    )
    phone = PhoneField(label=_("Phone number"), required=False)
    reach_who = GuardedLine(
        label=_("Who answers, or whom to ask for?"),
        help_text=_("For example: they answer it themselves; ask for Maria, her sister, who knows."),
        max_length=120,
        required=False,
    )
    times = forms.MultipleChoiceField(
        label=_("When is it safe?"),
        choices=of("referrals", "contact_times"),
        widget=Checkboxes,
        required=False,
    )
    never = GuardedText(
        label=_("What must an advocate not do?"),
        help_text=_("For example: do not leave a message, do not say where you call from."),
        max_length=200,
        rows=2,
        required=False,
    )

    def clean(self):
        answers = self.cleaned_data
        way = answers.get("reach_way")
        if way == "call" and not answers.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Give the number that an advocate calls, or choose another way above."))
        if way == "trusted_person" and not answers.get("reach_who") and "reach_who" not in self.errors:
            self.add_error("reach_who", _("Say whom an advocate asks for, and what may be said to them."))


class WhoForm(Step):
    """What to call the person: a name, an alias, or nothing at all (R36), and the least else."""

    title = _("What we must know")
    name = GuardedLine(
        label=_("The person’s name"),
        help_text=_("Only if they want it given. A referral needs no name."),
        max_length=80,
        required=False,
    )
    alias = GuardedLine(
        label=_("Or what they want to be called"),
        max_length=40,
        required=False,
    )
    age_group = forms.ChoiceField(
        label=_("How old is the person?"),
        choices=of("referrals", "age_groups"),
        widget=Radios(hints=hints(load("referrals", "age_groups"))),
    )
    note = GuardedText(
        label=_("Anything an advocate must know before the first contact"),
        help_text=_(
            "Short and practical: a child along, a wheelchair, who waits outside. Not what was done to the "
            "person, no Social Security number, no immigration status, no medical or criminal record: that "
            "may not be here, and the advocate does not need it."
        ),
        max_length=NOTE_LENGTH,
        rows=3,
        required=False,
    )
    referrer_phone = PhoneField(
        label=_("How does the desk reach you?"),
        help_text=_("Your own number at work."),
        required=False,
    )

    def shape(self):
        if self.referral.is_group:
            for name in ("name", "alias", "age_group"):
                del self.fields[name]
            self.fields["note"].label = _("Anything the advocates must know before they come")
            self.fields["note"].help_text = _(
                "Short and practical: when and where to meet, whom to ask for. No names, not what was done."
            )


class SendForm(CausewayForm):
    """The organization to send to, where several help on the island."""

    to = forms.ChoiceField(label=_("Which organization?"), widget=Radios)

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.receivers = receivers
        if len(receivers) > 1:
            self.fields["to"].choices = [(str(one.pk), one.name) for one in receivers]
        else:
            del self.fields["to"]

    def clean(self):
        """The organization itself: the chosen one, the only one, or None where there is none."""
        chosen = self.cleaned_data.get("to")
        found = [one for one in self.receivers if "to" not in self.fields or str(one.pk) == chosen]
        return {"to": next(iter(found), None)}


FORMS = {"asked": AskedForm, "urgent": UrgentForm, "where": WhereForm, "reach": ReachForm, "who": WhoForm}
