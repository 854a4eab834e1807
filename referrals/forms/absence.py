"""Who is away, from when to when, and who covers."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases import covering
from cases.loads import loads
from cases.models import Absence
from cases.models.absence import ALREADY_AWAY, LONGEST
from orgs import clock, rota
from orgs.forms.base import CausewayForm, LocalDateField
from orgs.models import User
from orgs.roles import DESK, VICTIM_SERVICES, Role
from orgs.words import ISLANDS

NOBODY = "nobody"
_SHIFTS = _("They are on at the desk in that time: %(hours)s. Say who is on instead.")
_AWAY = _("They are away then. Choose somebody else, or nobody.")
SAID = 5  # days that are said one by one


def in_words(days):
    """The hours at the desk of some days, as a line says them."""
    said = [
        f"{date_format(day.date, 'D j M')} {hour.starts:%H:%M}–{hour.ends:%H:%M}"
        for day in days
        for hour in day.on
    ]
    more = len(said) - SAID
    return ", ".join(said[:SAID]) + (
        ngettext(", and %d more", ", and %d more", more) % more if more > 0 else ""
    )


class CoverField(forms.ModelChoiceField):
    """A member, with what they have in hand."""

    words = {}

    def label_from_instance(self, member):
        said = self.words.get(member.pk)
        return f"{member.name}, {said}" if said else member.name


class AbsenceForm(CausewayForm):
    """An advocate proposes for themselves; a supervisor says it of anybody. Nobody is asked why."""

    once = True
    swaps = ()  # the days on which whoever is away would be on at the desk, with their hours

    who = forms.ModelChoiceField(label=_("Who is away?"), queryset=User.objects.none())
    first_day = LocalDateField(label=_("First day away"))
    last_day = LocalDateField(
        label=_("Last day away"), help_text=_("From the next morning on everything is theirs alone again.")
    )
    cover = CoverField(
        label=_("Who covers?"),
        queryset=User.objects.none(),
        help_text=_("They can open what the other has in hand until then, and hear its reminders."),
    )

    def __init__(self, *args, viewer, absence=None, **kwargs):
        self.viewer, self.absence = viewer, absence
        if absence:
            kwargs["initial"] = {name: getattr(absence, name) for name in ("first_day", "last_day", "cover")}
        super().__init__(*args, **kwargs)
        away = self._whose()
        here = User.objects.filter(organization_id=viewer.organization_id)
        here = here.in_role(*(covering.may_cover(away) if away else VICTIM_SERVICES)).order_by("name")
        if absence or viewer.role != Role.SUPERVISOR:
            del self.fields["who"]
        else:
            self.fields["who"].queryset = here
        if absence and absence.is_running:
            del self.fields["first_day"]
        self.fields["cover"].queryset = here.exclude(pk=away.pk) if away else here
        self.fields["cover"].words = {load.member.pk: load.words for load in loads(viewer)}
        if self.data.get("desk") is not None or self.data.get("desk_hours"):
            self._ask_for_the_desk()

    def _whose(self):
        if self.absence:
            return self.absence.user
        return None if self.viewer.role == Role.SUPERVISOR else self.viewer

    def clean_first_day(self):
        if (day := self.cleaned_data["first_day"]) < clock.today():
            raise ValidationError(_("That day is over. Begin with today, or later."))
        return day

    def clean(self):
        said = super().clean()
        if self.errors:
            return said
        said["who"] = said.get("who") or self._whose()
        first, last = said.get("first_day"), said["last_day"]
        begins = _midnight(first) if first else self.absence.starts_at
        ends = _midnight(last + timedelta(days=1))
        if ends <= max(begins, clock.now()):
            self.add_error("last_day", _("The last day is today or later, and not before the first."))
        elif ends - begins > LONGEST:
            self.add_error("last_day", _("That is more than half a year. Move their caseload instead."))
        elif said["cover"] == said["who"]:
            self.add_error("cover", _("Choose somebody else than the one who is away."))
        elif said["cover"].role not in covering.may_cover(said["who"]):
            self.add_error(
                "cover", _("They cannot open what the other has. Choose somebody of the same work.")
            )
        else:
            self._refuse_what_overlaps(said, begins, ends)
        said["starts_at"], said["ends_at"] = begins, ends
        if not self.errors and self.viewer.role == Role.SUPERVISOR:
            self._look_at_the_desk(said["who"], begins, ends)
        return said

    def _look_at_the_desk(self, member, begins, ends):
        """Where they would be on at the desk, somebody else is offered for just those hours."""
        self.swaps = rota.hours_of(member, begins, ends)
        if self.swaps and "desk" not in self.fields:
            self._ask_for_the_desk()
            self.add_error("desk", _SHIFTS % {"hours": in_words(self.swaps)})
        elif self.swaps and self.cleaned_data.get("desk") == str(member.pk):
            self.add_error("desk", _AWAY)
        elif self.swaps and (instead := self._instead()) and rota.is_away(instead, begins, ends):
            self.add_error("desk", _AWAY)

    def _ask_for_the_desk(self):
        desk = User.objects.in_role(*DESK).filter(organization=self.viewer.organization_id).order_by("name")
        nobody = NOBODY, _("Nobody: the supervisors hear at once")
        choices = [("", _("Choose…")), nobody, *((str(one.pk), one.name) for one in desk)]
        self.ask("desk", forms.ChoiceField(label=_("Who is on at the desk instead?"), choices=choices))

    def _instead(self):
        """Who was chosen to be on at the desk, or None."""
        chosen = self.cleaned_data.get("desk")
        ours = User.objects.filter(organization_id=self.viewer.organization_id)
        return ours.get(pk=chosen) if chosen and chosen != NOBODY else None

    def swap(self, absence):
        """Put whoever was chosen on at the desk, in the hours of who is away, for as long as it stands."""
        if self.swaps and (instead := self._instead()):
            rota.put_on(instead, self.cleaned_data["who"], self.swaps, because=absence, actor=self.viewer)

    def _refuse_what_overlaps(self, said, begins, ends):
        others = Absence.objects.filter(organization_id=self.viewer.organization_id)
        others = others.overlapping(begins, ends).exclude(pk=self.absence and self.absence.pk)
        if others.filter(user=said["who"]).exists():
            self.add_error("first_day" if "first_day" in self.fields else "last_day", ALREADY_AWAY)
        if others.filter(user=said["cover"]).exists():
            self.add_error("cover", _("They are away themselves in that time. Choose somebody else."))
        elif rota.is_away(said["cover"], begins, ends):
            self.add_error("cover", _("Their last day comes before that time is over. Choose somebody else."))

    @property
    def said(self):
        """What the moves of an absence take."""
        return {name: self.cleaned_data[name] for name in ("cover", "starts_at", "ends_at")}


def _midnight(day):
    return datetime.combine(day, time(), ISLANDS)
