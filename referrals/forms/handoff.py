"""Forms of a handoff: what both sides may know, what goes along, and the word of each move."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.followup import LaterField
from cases.models import Wall
from orgs import codes
from orgs.forms.base import (
    CausewayForm,
    Checkboxes,
    LocalDateField,
    LocalDateTimeField,
    LongTextField,
    Radios,
)
from orgs.guard import refuse_numbers
from orgs.models import User
from orgs.roles import WORKERS
from referrals import handover
from referrals.models.handoff_readers import NO_READER, readers

LONGEST = 500
TAKE_OUT = _("The release does not cover this: take it out, or ask for a new release first.")
PLACES = {
    "needs": _("What the other side must get ready, and from when."),
    "safety": _("What is dangerous now, and how to meet safely."),
    "court": _("Dates, places and orders that stand."),
    "attend": _("When, where, and who has promised to be there."),
    "services": _("What goes on while the case changes hands."),
    "certification": _("What was asked for and where it stands."),
    "documents": _("Only those named on the release."),
}


WAYS = codes.load("referrals", "travel_ways")
LEG_FAULTS = {
    "way": _("Say how they go on this leg."),
    "leaves": _("Say from where. A dock or an airport is enough."),
    "arrives": _("Say to where. A dock or an airport is enough."),
}


def leg_fields(n, covered):
    """The questions of one leg of a travel plan, by the keys of `handover.LEG_KEYS`."""
    leg = {"n": n}
    more = {"required": False}
    place = {"max_length": 80, "validators": [refuse_numbers], **more}
    hint = _("A dock or an airport, never a shelter.") if covered else TAKE_OUT
    return {
        "way": forms.ChoiceField(
            label=_("Leg %(n)d: how") % leg,
            choices=[("", "---------"), *WAYS.choices],
            help_text=hint,
            **more,
        ),
        "leaves": forms.CharField(label=_("Leg %(n)d: from") % leg, **place),
        "leaves_at": LocalDateTimeField(label=_("Leg %(n)d: leaves at") % leg, **more),
        "arrives": forms.CharField(label=_("Leg %(n)d: to") % leg, **place),
        "with": forms.CharField(label=_("Leg %(n)d: who goes along, or meets them") % leg, **place),
    }


class HandoffForm(CausewayForm):
    """The de-identified facts and, under a release, the items. Without one no field takes a name (R10).

    `case` is the case that goes, `release` the open release or None, `receiver` the other organization.
    """

    once = True

    adults = forms.IntegerField(label=_("Adults"), min_value=0, max_value=20, initial=1)
    children = forms.IntegerField(label=_("Children"), min_value=0, max_value=20, initial=0)
    needs_codes = forms.MultipleChoiceField(
        label=_("What is needed"), choices=codes.load("referrals", "needs").choices, widget=Checkboxes
    )
    island = forms.ChoiceField(
        label=_("On which island"), choices=codes.load("orgs", "islands").choices, widget=Radios
    )
    needed_from = LocalDateField(label=_("From which day"), required=False)
    priority = forms.ChoiceField(
        label=_("How urgent"), choices=codes.load("referrals", "priority").choices, widget=Radios
    )

    def __init__(self, *args, case, release, receiver, **kwargs):
        super().__init__(*args, **kwargs)
        self.case, self.release, self.receiver, self.left_out = case, release, receiver, []
        covered = set(receiver.islands)
        islands = [choice for choice in codes.load("orgs", "islands").choices if choice[0] in covered]
        self.fields["island"].choices = islands or codes.load("orgs", "islands").choices
        if release:
            self._add_items()

    def _add_items(self):
        plan = self.case.person.plan
        self.copies = {
            "reach": handover.reach_of(plan),
            "language": handover.language_of(self.case.person),
            "age_group": self.case.person.age_group,
        }
        for item in handover.ITEMS:
            covered = item.category in self.release.categories
            if item.text and not covered and not self.initial.get(item.key):
                self.left_out.append(item.label)
            elif item.text:
                self.fields[item.key] = self._text(item, covered)
            elif item.key == "travel":
                self._add_legs(item, covered)
            elif self.copies[item.key]:
                said = handover.said({item.key: self.copies[item.key]})[0][1]
                label = {
                    "reach": _("Send the safe-contact plan as it stands"),
                    "language": _("Send the language"),
                    "age_group": _("Send the age group"),
                }[item.key]
                self.fields[item.key] = forms.BooleanField(
                    label=label, help_text=said, required=False, initial=covered
                )

    def _add_legs(self, item, covered):
        """A travel plan is asked for where the release names it, or where a draft has one to be taken out."""
        if not covered and not self.initial.get("way_1"):
            self.left_out.append(item.label)
            return
        for n in range(1, handover.LEGS + 1):
            for name, field in leg_fields(n, covered).items():
                self.fields[f"{name}_{n}"] = field
                self._calm(field)

    def _text(self, item, covered):
        hint = PLACES.get(item.key, "")
        if not covered:
            hint = TAKE_OUT
        if item.key == "name":
            return forms.CharField(
                label=item.label,
                max_length=80,
                required=False,
                initial=self.case.person.called,
                validators=[refuse_numbers],
            )
        return LongTextField(
            label=item.label,
            help_text=hint,
            max_length=LONGEST,
            required=False,
            rows=2,
            validators=[refuse_numbers],
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("adults") and not cleaned.get("children") and not self.errors:
            self.add_error("adults", _("Say how many people come."))
        for n in range(1, handover.LEGS + 1):
            self._check_leg(cleaned, n)
        if self.release and not readers(self.release):
            raise forms.ValidationError(NO_READER, params={"receiver": self.receiver.name})
        return cleaned

    def _check_leg(self, cleaned, n):
        """A leg is one of a way, from somewhere to somewhere; what is begun is not left half said."""
        if f"way_{n}" not in self.fields or not any(cleaned.get(f"{key}_{n}") for key in handover.LEG_KEYS):
            return
        for key, fault in LEG_FAULTS.items():
            name = f"{key}_{n}"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, fault)

    def legs(self):
        """The legs of the travel plan that were given, in their order."""
        given = []
        for n in range(1, handover.LEGS + 1):
            said = {key: self.cleaned_data.get(f"{key}_{n}") for key in handover.LEG_KEYS}
            if said["way"]:
                at = said["leaves_at"]
                given.append({**said, "leaves_at": at.isoformat() if at else ""})
        return given

    def facts(self):
        """What both sides may know, for `Handoff.draft` and `edit`."""
        names = ("adults", "children", "island", "needed_from", "priority")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "needs": self.cleaned_data["needs_codes"],
            "receiver_unit": self.release.recipient_unit if self.release else "",
        }

    def content(self):
        """The items that go along; {} without a release."""
        if not self.release:
            return {}
        given = {}
        for item in handover.ITEMS:
            value = self.legs() if item.key == "travel" else self.cleaned_data.get(item.key)
            if value and item.key == "travel":
                given[item.key] = value
            elif value:
                given[item.key] = value if item.text else self.copies[item.key]
        return given

    @classmethod
    def initial_of(cls, handoff, content):
        """What a draft holds, as this form's initial values."""
        facts = {name: getattr(handoff, name) for name in handoff.FACTS if name != "needs"}
        items = {
            item.key: content.get(item.key, "") if item.text else item.key in content
            for item in handover.ITEMS
        }
        legs = {
            f"{key}_{n}": datetime.fromisoformat(said) if key == "leaves_at" and said else said
            for n, leg in enumerate(content.get("travel", ()), 1)
            for key, said in leg.items()
        }
        return {**facts, **items, **legs, "needs_codes": handoff.needs}


class ReceiverForm(CausewayForm):
    """To which organization."""

    question = "to"
    to = forms.ChoiceField(label=_("To which organization?"), widget=Radios)

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(receiver.code, receiver.name) for receiver in receivers]


class ReturnForm(CausewayForm):
    """Why it goes back to whoever drafted it, in a code and in words that stay inside the house."""

    reason = forms.ChoiceField(
        label=_("Why it goes back"),
        choices=codes.load("referrals", "handoff_return_reasons").choices,
        widget=Radios,
    )
    because = LongTextField(
        label=_("What to change"), max_length=LONGEST, rows=3, validators=[refuse_numbers]
    )


class AcceptForm(CausewayForm):
    """Who will work it here. The file is copied into a case of our own; only then has it an advocate."""

    advocate = forms.ModelChoiceField(label=_("Which advocate takes it?"), queryset=User.objects.none())

    known = forms.MultipleChoiceField(
        label=_("Is it somebody whom you know already?"),
        required=False,
        widget=Checkboxes,
        help_text=_("Whoever must not see the one will not see the other. Not sure? Choose nobody."),
    )

    def __init__(self, *args, organization_id, handoff, matches=(), **kwargs):
        """The advocate is one whom the release of `handoff` names (R18).

        `matches` are `referrals.matches.Match`es of the person in the file.
        """
        super().__init__(*args, **kwargs)
        fit = [one.pk for one in working(organization_id).select_related("unit") if handoff.opens_for(one)]
        self.fields["advocate"].queryset = working(organization_id).filter(pk__in=fit)
        self.people = {str(match.person.pk): match.person for match in matches}
        self.fields["known"].choices = [(str(match.person.pk), match.in_words) for match in matches]
        self.fields["known"].widget.hints = {str(match.person.pk): match.why for match in matches}
        if not matches:
            del self.fields["known"]

    def clean_known(self):
        return [self.people[pk] for pk in self.cleaned_data["known"]]


class PassOnForm(CausewayForm):
    """Who works our side of it from now on."""

    member = forms.ModelChoiceField(label=_("Who works it from now on?"), queryset=User.objects.none())

    def __init__(self, *args, organization_id, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = working(organization_id, person)


def working(organization_id, person=None):
    """The members who can work a case, by name; with `person`, those alone who may see them (R42)."""
    members = User.objects.filter(organization_id=organization_id).in_role(*WORKERS).order_by("name")
    return members.exclude(pk__in=Wall.objects.filter(person=person).values("user")) if person else members


def _reason(label, table, without=()):
    choices = [choice for choice in codes.load("referrals", table).choices if choice[0] not in without]
    return forms.ChoiceField(label=label, choices=choices, widget=Radios)


class CallForm(CausewayForm):
    """When the two advocates speak, before the person goes."""

    question = "call_at"
    call_at = LaterField(
        label=_("When could you both speak?"),
        help_text=_("The other side agrees, or proposes another. Both are reminded half an hour before."),
    )


class DeclineForm(CausewayForm):
    """One of a list of reasons; nothing about the person goes back with it."""

    question = "reason"
    reason = _reason(_("Why can you not take it?"), "handoff_decline_reasons")


class RecallAnswerForm(CausewayForm):
    """What becomes of the case here; the other side does not read it."""

    question = "answer"
    answer = _reason(_("What becomes of your case?"), "handoff_recall_answers")


class RecallForm(CausewayForm):
    question = "reason"
    reason = _reason(
        pgettext_lazy("handoff", "Why do you take it back?"), "handoff_recall_reasons", ("release_ended",)
    )
