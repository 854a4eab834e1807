"""Who is away, from when to when, and who covers."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.loads import loads
from cases.models import Absence
from cases.models.absence import ALREADY_AWAY, LONGEST
from orgs import clock
from orgs.forms.base import CausewayForm, LocalDateField
from orgs.models import User
from orgs.roles import Role
from orgs.words import ISLANDS
from referrals.forms.handoff import working


class CoverField(forms.ModelChoiceField):
    """A member, with what they have in hand."""

    words = {}

    def label_from_instance(self, member):
        said = self.words.get(member.pk)
        return f"{member.name}, {said}" if said else member.name


class AbsenceForm(CausewayForm):
    """An advocate proposes for themselves; a supervisor says it of anybody. Nobody is asked why."""

    once = True

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
        here = working(viewer.organization_id)
        away = self._whose()
        if absence or viewer.role != Role.SUPERVISOR:
            del self.fields["who"]
        else:
            self.fields["who"].queryset = here
        if absence and absence.is_running:
            del self.fields["first_day"]
        self.fields["cover"].queryset = here.exclude(pk=away.pk) if away else here
        self.fields["cover"].words = {load.member.pk: load.words for load in loads(viewer)}

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
        else:
            self._refuse_what_overlaps(said, begins, ends)
        said["starts_at"], said["ends_at"] = begins, ends
        return said

    def _refuse_what_overlaps(self, said, begins, ends):
        others = Absence.objects.filter(organization_id=self.viewer.organization_id)
        others = others.overlapping(begins, ends).exclude(pk=self.absence and self.absence.pk)
        if others.filter(user=said["who"]).exists():
            self.add_error("first_day" if "first_day" in self.fields else "last_day", ALREADY_AWAY)
        if others.filter(user=said["cover"]).exists():
            self.add_error("cover", _("They are away themselves in that time. Choose somebody else."))

    @property
    def said(self):
        """What the moves of an absence take."""
        return {name: self.cleaned_data[name] for name in ("cover", "starts_at", "ends_at")}


def _midnight(day):
    return datetime.combine(day, time(), ISLANDS)
