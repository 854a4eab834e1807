"""A duty that a suspicion begins. It waits for no case: until there is one, it is of an intake (R29, R30)."""

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from cases import glass, letting_go
from orgs.clocks import PRIORITIES
from orgs.ladder import due

from .case import Case
from .duty import Duty


class Suspicion(Duty):
    """Before there is a case it is of an intake, and of whoever has that; nobody has it: of the desk."""

    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="%(class)ss")
    intake_number = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def suspected(cls, of, *, actor, **said):
        """An unsaved one on a case, closed ones too, or on an intake; of an intake's case where that has one.

        Call it in the transaction that saves it.
        """
        letting_go.hold(of.person)  # whoever makes a case of it, or gives it away, comes before or after
        of.refresh_from_db(fields=["assigned_to"] if isinstance(of, Case) else ["assigned_to", "case"])
        if case := of if isinstance(of, Case) else of.case:
            return cls.fresh(case, actor=actor, **said)
        return cls.fresh(of, actor=actor, **said, case=None, intake_number=of.number)

    @classmethod
    def join(cls, person, case):
        """What was begun before there was a case is the case's from here on, and of whoever has it.

        So is what was begun about the same person in another of their records. Call it in the transaction in
        which `case` came to be of this person.
        """
        for begun in cls._before_a_case(person__in=letting_go.all_of(person)):
            begun.case, begun.person = case, case.person
            begun.save(update_fields=["case", "person"])
            begun.belong_to(case.assigned_to_id)

    @classmethod
    def hand_on(cls, intake):
        """What was begun at this intake is of whoever has that now; of the desk where nobody has."""
        for begun in cls._at(intake):
            begun.belong_to(intake.assigned_to_id)

    @classmethod
    def cover(cls, intake):
        """Whoever stands in at this intake has what was begun there too, while they do."""
        for begun in cls._at(intake):
            begun.settle()

    @classmethod
    def _at(cls, intake):
        """What was begun at this intake, before there is a case; as it is about to be saved."""
        for begun in cls._before_a_case(person=intake.person_id, intake_number=intake.number):
            begun.place = intake
            yield begun

    @classmethod
    def _before_a_case(cls, **terms):
        return cls.objects.select_for_update(of=("self",)).filter(case=None, **terms)

    @cached_property
    def place(self):
        """The case, or before there is one the intake."""
        if self.case:
            return self.case
        intakes = glass.kind_of(self.intake_number).model.objects
        return intakes.get(organization_id=self.organization_id, number=self.intake_number)

    @property
    def label(self):
        return self.case.number if self.case_id else self.intake_number

    @property
    def place_url(self):
        if self.case_id:
            return super().place_url
        return reverse(f"view_{glass.kind_of(self.label).model._meta.model_name}", args=[self.label])

    def runs_out(self, clock_name, start, actor):
        """As on a case; before there is one, the shortest that the organization has set."""
        if self.case_id:
            return super().runs_out(clock_name, start, actor)
        house = actor.organization
        lengths = {house.interval(clock_name, priority) for priority in PRIORITIES}
        return min(due(start, length, house.calendar()) for length in lengths)

    def touch(self):
        """Something happened in the case."""
        if self.case_id:
            self.case.touch()
