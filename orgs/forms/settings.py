"""An organization's own figures: hours, limits, clocks, units, and its page of the directory."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from orgs import push
from orgs.clock_words import PRIORITY_NAMES, UNIT_SECONDS, UNITS, split
from orgs.clocks import FIXED_RUNGS, PRIORITIES, STATUTORY, clock_interval, validate_overrides
from orgs.codes import load
from orgs.models import Organization, Unit

from .base import CausewayForm, CausewayModelForm, Checkboxes, LocalTimeField, PhoneField


class HoursForm(CausewayModelForm):
    """When the desk works and when members are left in peace."""

    desk_open = LocalTimeField(label=_("The desk opens"))
    desk_close = LocalTimeField(
        label=_("The desk closes"), help_text=_("Business days are counted by these hours.")
    )
    quiet_start = LocalTimeField(label=_("Quiet hours begin"))
    quiet_end = LocalTimeField(
        label=_("Quiet hours end"),
        help_text=_("In quiet hours only a crisis rings. Equal times: never quiet."),
    )

    class Meta:
        model = Organization
        fields = ["desk_open", "desk_close", "quiet_start", "quiet_end"]

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("desk_open"), cleaned.get("desk_close")
        if opens and closes and closes < opens:
            self.add_error("desk_close", _("The desk cannot close before it opens."))
        return cleaned


def _number(label, hint, least, most):
    return forms.IntegerField(
        label=label,
        help_text=hint,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class LimitsForm(CausewayModelForm):
    """How much is much. An organization that keeps no cases has only the last of these."""

    load_limit = _number(
        _("Open cases per advocate"),
        _("With their intakes. More than this is said wherever work is given away. It stops nobody."),
        1,
        200,
    )
    high_risk_weight = _number(
        _("A crisis or high-risk case counts as"), _("This many cases. 1: as any other."), 1, 5
    )
    safe_attempts = _number(
        _("Safe attempts"),
        _("This many before a supervisor may say that a person could not be reached."),
        1,
        20,
    )
    idle_minutes = _number(
        _("Minutes until an idle screen locks"), _("What was typed is kept. At most 30."), 1, 30
    )

    class Meta:
        model = Organization
        fields = ["load_limit", "high_risk_weight", "safe_attempts", "idle_minutes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.helps:
            for name in ("load_limit", "high_risk_weight", "safe_attempts"):
                del self.fields[name]


class MailForm(CausewayModelForm):
    """What members may choose of what can wait. A crisis and the last rung of a clock are mailed always."""

    say_optional = False
    may_gather = forms.BooleanField(
        label=_("One mail a day instead of one for each reminder"),
        required=False,
        help_text=_("It leaves when the desk opens."),
    )
    may_mute = forms.BooleanField(
        label=_("No mail, in Causeway alone"),
        required=False,
        help_text=_(
            "Whoever seldom signs in hears late. When nobody acts, the next one in the ladder hears."
        ),
    )
    may_feed = forms.BooleanField(
        label=_("A calendar that says how many follow-ups are due when"),
        required=False,
        help_text=_(
            "It names nobody and nothing. Still, whoever keeps the calendar learns when somebody is busy."
        ),
    )

    may_push = forms.BooleanField(
        label=_("Notices on devices, beside mail"),
        required=False,
        help_text=_(
            "A phone or computer that a member names shows one sentence when a mail leaves at once. It names "
            "nobody and nothing, but the company that makes its browser learns when it was shown. Without "
            "this tick no device is kept."
        ),
    )

    class Meta:
        model = Organization
        fields = ["may_gather", "may_mute", "may_feed", "may_push"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not push.there():
            self.fields["may_push"].disabled = True
            self.fields["may_push"].help_text = _("Whoever runs this installation has not set it up.")


class DirectoryForm(CausewayModelForm):
    """What every organization of the installation can read about this one."""

    islands = forms.MultipleChoiceField(label=_("Islands served"), required=False, widget=Checkboxes)
    languages = forms.MultipleChoiceField(label=_("Languages spoken"), required=False, widget=Checkboxes)
    hotline = PhoneField(label=_("Hotline"), required=False, help_text=_("Shown to whoever refers."))
    office_phone = PhoneField(label=_("Office phone"), required=False)

    class Meta:
        model = Organization
        fields = ["name", "islands", "languages", "hotline", "office_phone"]
        labels = {"name": _("Name")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["islands"].choices = load("orgs", "islands").choices
        self.fields["languages"].choices = load("orgs", "languages").choices

    def clean_islands(self):
        if self.instance.helps and not self.cleaned_data["islands"]:
            raise ValidationError(_("Without an island nothing could be sent to you. Tick at least one."))
        return self.cleaned_data["islands"]


class UnitForm(CausewayModelForm):
    """A unit's name and island."""

    island = forms.ChoiceField(label=_("Island"), required=False)

    class Meta:
        model = Unit
        fields = ["name", "island"]
        labels = {"name": _("Name")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["island"].choices = [
            ("", _("All, or none in particular")),
            *load("orgs", "islands").choices,
        ]

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        same = Unit.objects.filter(organization_id=self.instance.organization_id, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a unit of this name already."))
        return name


class ClockForm(CausewayForm):
    """One clock's length for each priority: an amount, where its unit has one."""

    say_optional = False

    def __init__(self, *args, name, overrides, **kwargs):
        super().__init__(*args, **kwargs)
        self.name, self.overrides = name, overrides
        for priority in PRIORITIES:
            amount, unit = split(clock_interval(name, priority, overrides))
            label = PRIORITY_NAMES[priority]
            long = forms.IntegerField(label=label, required=False, min_value=1, max_value=999, initial=amount)
            counted = _("%(priority)s: counted in") % {"priority": label}
            self.ask(f"{priority}_amount", long)
            self.ask(
                f"{priority}_unit", forms.ChoiceField(label=counted, choices=self._units(), initial=unit)
            )

    def _units(self):
        """Time that a law counts runs on weekends too."""
        return [(u, n) for u, n in UNITS if self.name not in STATUTORY or u in UNIT_SECONDS]

    def clean(self):
        cleaned, own = super().clean(), {}
        for priority in PRIORITIES:
            amount, unit = cleaned.get(f"{priority}_amount"), cleaned.get(f"{priority}_unit")
            if unit in ("same_day", "next_business_day"):
                own[priority] = {unit: True}
            elif amount is None and f"{priority}_amount" not in self.errors:
                self.add_error(f"{priority}_amount", _("How many? Give a whole number."))
            elif amount and unit == "business_days":
                own[priority] = {"business_days": amount}
            elif amount and unit:
                own[priority] = {"seconds": amount * UNIT_SECONDS[unit]}
        if not self.errors:
            validate_overrides({self.name: own})
            cleaned["own"] = own
        return cleaned


class DaysForm(CausewayForm):
    """The days of a clock that rings on fixed ones."""

    days = forms.CharField(
        label=_("Days"), max_length=60, help_text=_("Whole days with commas, like 7, 14, 30.")
    )

    def __init__(self, *args, name, overrides, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["days"].initial = ", ".join(str(day) for day in overrides.get(name, FIXED_RUNGS[name]))

    def clean_days(self):
        try:
            days = [int(part) for part in self.cleaned_data["days"].replace(";", ",").split(",")]
        except ValueError:
            raise ValidationError(_("Whole days with commas, like 7, 14, 30.")) from None
        validate_overrides({self.name: days})
        self.cleaned_data["own"] = days
        return days


def clock_form(name, *args, **kwargs):
    """The form of one clock. Raises KeyError for a clock that does not exist."""
    if name in FIXED_RUNGS:
        return DaysForm(*args, name=name, **kwargs)
    clock_interval(name, "standard")
    return ClockForm(*args, name=name, **kwargs)
