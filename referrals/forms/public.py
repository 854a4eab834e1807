"""What somebody without an account is asked, all of it in words for a person under strain (R15, R36)."""

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orgs import codes
from orgs.forms.base import CausewayForm, Checkboxes, LongTextField, PhoneField, Radios
from orgs.guard import refuse_numbers
from referrals.models.inquiry import COMES_BACK

ISLANDS = codes.load("orgs", "islands")
LANGUAGES = codes.load("orgs", "languages")
NEEDS = codes.load("referrals", "needs")
TIMES = codes.load("referrals", "contact_times")

BASIS = [
    ("self", _("Myself")),
    ("third_party_named", _("Someone else, and they may tell that person who I am")),
    ("third_party_anonymous", _("Someone else, and I stay unknown")),
]
DANGER = [
    ("crisis", _("Yes: I am in danger now, or have nowhere safe tonight")),
    ("high_risk", _("There could be danger soon")),
    ("standard", _("No, it is safe for now")),
]
WAYS = [
    (COMES_BACK, _("I come back here and read the answer")),
    ("call", _("Call me")),
    ("text", _("Send me a text message")),
]
WAY_HINTS = {
    COMES_BACK: _("You get a number of 16 digits. Nobody calls or writes to you."),
    "text": _("Only if nobody else looks at your messages."),
}
# What is asked folded away, for those who want to say more.
MORE = ("needs", "called", "other", "age_group", "island", "language", "interpreter")
UNSAID = "high_risk"  # who does not say whether there is danger is read as if there could be


class LetterForm(CausewayForm):
    """A letter from the public page. Only whom it goes to and how the answer comes must be said."""

    to = forms.MultipleChoiceField(
        label=_("Who should read this?"),
        widget=Checkboxes,
        help_text=_(
            "One or more. Leave out whom you like: nobody asks why, and no one learns who else got it."
        ),
        error_messages={"required": _("Choose at least one.")},
    )
    basis = forms.ChoiceField(label=_("Who needs help?"), choices=BASIS, widget=Radios)
    priority = forms.ChoiceField(label=_("Is there danger?"), choices=DANGER, widget=Radios, required=False)
    message = LongTextField(
        label=_("What do you want to say?"),
        max_length=500,
        rows=4,
        required=False,
        validators=[refuse_numbers],
        help_text=_("As little as you like. You need not say what happened."),
    )
    needs = forms.MultipleChoiceField(
        label=_("What would help?"),
        choices=[choice for choice in NEEDS.choices if choice[0] not in ("interpreter", "not_known")],
        widget=Checkboxes,
        required=False,
    )
    way = forms.ChoiceField(label=_("How should they answer?"), choices=WAYS, widget=Radios(hints=WAY_HINTS))
    phone = PhoneField(
        label=_("Your phone number"), required=False, help_text=_("Only if they should call or text you.")
    )
    times = forms.MultipleChoiceField(
        label=_("When is it safe to call or text?"),
        choices=[choice for choice in TIMES.choices if choice[0] != "never_alone"],
        widget=Checkboxes,
        required=False,
    )
    ask_for = forms.CharField(
        label=_("If somebody else answers, what should they say?"),
        max_length=200,
        required=False,
        validators=[refuse_numbers],
        help_text=_("For example: it is the dentist’s office. Empty: they hang up and say nothing."),
    )
    never = forms.CharField(
        label=_("What must they never do?"),
        max_length=300,
        required=False,
        validators=[refuse_numbers],
        help_text=_("For example: leave a voice message, call on weekends, come to the house."),
    )
    called = forms.CharField(
        label=_("What should they call you?"),
        max_length=120,
        required=False,
        help_text=_("Any name that you choose. It need not be your own."),
    )
    other = forms.CharField(
        label=_("If it is about someone else: what should they call that person?"),
        max_length=120,
        required=False,
    )
    age_group = forms.ChoiceField(
        label=_("Is whoever needs help under 18?"),
        choices=[("adult", _("No")), ("minor", _("Yes")), ("unknown", _("I would rather not say"))],
        widget=Radios,
        required=False,
    )
    island = forms.ChoiceField(
        label=_("Where is help needed?"), choices=ISLANDS.choices, widget=Radios, required=False
    )
    language = forms.ChoiceField(label=_("Which language do you speak best?"), choices=LANGUAGES.choices)
    interpreter = forms.BooleanField(label=_("I would like an interpreter"), required=False)

    def __init__(self, *args, organizations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organizations = {one.code: one for one in organizations}
        served = {
            one.code: ", ".join(str(ISLANDS.label(island)) for island in one.islands) for one in organizations
        }
        self.fields["to"].widget = Checkboxes(hints=served)
        self.fields["to"].choices = [(one.code, one.name) for one in organizations]
        self.fields["language"].initial = get_language()

    def clean(self):
        said = super().clean()
        if said.get("way") in ("call", "text") and not said.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Give the number, or choose to come back here instead."))
        wanted = said.get("message") or said.get("needs") or said.get("phone")
        if not wanted and "message" not in self.errors and "phone" not in self.errors:
            self.add_error("message", _("Write a few words, or choose under “More” what would help."))
        return said

    def leave_unjudged(self):
        """Shown again with all that was typed, and nothing said of what is missing: it was not sent."""
        self.full_clean()
        self._errors = ErrorDict()

    def said_more(self):
        """What was said of `MORE`, or is wrong there."""
        said = self.cleaned_data
        told = {"age_group": said.get("age_group", "") not in ("", "unknown"), "language": False}
        return [told.get(name, said.get(name)) or self.errors.get(name) for name in MORE]

    @property
    def receivers(self):
        return [self.organizations[code] for code in self.cleaned_data["to"]]

    def letter(self):
        """What `Inquiry.receive` is told of it."""
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "to"}
        if said["way"] == COMES_BACK:
            for name in ("phone", "times", "ask_for"):
                said.pop(name, None)
        text = said.pop("message", "")
        said["danger"] = said.pop("priority", "")
        said.setdefault("age_group", "unknown")
        return {"priority": said["danger"] or UNSAID, "content": said, "text": text}


class NumberForm(CausewayForm):
    """The digits with which somebody comes back."""

    number = forms.CharField(
        label=_("Your number of 16 digits"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "spellcheck": "false"}),
    )


class SayForm(CausewayForm):
    """Another message on a letter."""

    text = LongTextField(label=_("Write to them"), max_length=500, rows=3, validators=[refuse_numbers])
