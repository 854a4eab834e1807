"""What the law asks of an organization about one person: it runs, it is done, or a supervisor excuses it.

Inside one organization only. No referrer, and no other house, can tell that there is one (R3).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.walls import walled
from orgs import clock, codes
from orgs.access import RecordQuerySet
from orgs.ladder import due
from orgs.record import Record
from orgs.roles import Role


class DutyQuerySet(RecordQuerySet):
    def running(self):
        """What has something due, the first to run out first."""
        return self.filter(due_at__isnull=False).order_by("due_at", "id")

    def due_for(self, member):
        """What runs on the cases of one member."""
        return self.filter(organization_id=member.organization_id, owner=member, due_at__isnull=False)


def index_of(noun):
    """Of what runs, by who must do it and when."""
    return models.Index(
        fields=["organization", "owner", "due_at", "id"],
        condition=Q(due_at__isnull=False),
        name=f"{noun}_due",
    )


def runs_in(*states):
    """Whether something is due: in these states, always."""
    return ~Q(state__in=states) | Q(due_at__isnull=False)


class Duty(Record):
    """The half that all duties share. `due_at` is when the next thing must be done; empty: nothing is due.

    `owner` is always who has the case, as with a follow-up; who did what is beside each act.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="%(class)ss")
    owner = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()  # from when the law counts
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    excuse_reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = DutyQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    @property
    def label(self):
        """The number of the record at which it was begun."""
        return self.case.number

    @property
    def place_url(self):
        """The address of that record."""
        return self.case.get_absolute_url()

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse(f"view_{self._meta.model_name}", args=[self.pk])

    @classmethod
    def fresh(cls, of, /, *, actor, since, state, **fields):
        """An unsaved duty on a case, counted from an aware moment."""
        known = {"case": of, "person_id": of.person_id, "owner_id": of.assigned_to_id, **fields}
        return cls(
            organization_id=of.organization_id,
            state=state,
            since=since,
            begun_at=clock.now(),
            begun_by=actor,
            **known,
        )

    def runs_out(self, clock_name, start, actor):
        """When a clock of the table that starts at an aware moment is due here."""
        house = actor.organization
        return due(start, house.interval(clock_name, self.case.priority), house.calendar())

    def belong_to(self, owner_id):
        """It is this member's to do from here on; None: nobody's, and those whose turn is next hear."""
        self.owner_id = owner_id
        self.save(update_fields=["owner"])
        self.settle()

    def must_have_been(self, at):
        """Raise `ValidationError` unless an aware moment lies between the start and now, to the minute."""
        if not self.since.replace(second=0, microsecond=0) <= at <= clock.now():
            raise ValidationError(_("Give a moment between the suspicion and now."), code="at")

    def excuse(self, reason, *, actor):
        """It need not be done: a supervisor decides, and says why (a code of duty_excuses)."""
        if actor.role != Role.SUPERVISOR:
            raise PermissionDenied("A supervisor decides that a duty does not apply.")
        with self.moving("excuse", actor, reason=reason):
            self.excuse_reason, self.due_at = reason, None
            self.ended_at, self.ended_by = clock.now(), actor

    @property
    def excuse_in_words(self):
        return codes.load("cases", "duty_excuses").label(self.excuse_reason)

    @property
    def standing(self):
        """Where it stands, in words."""
        return self.STATES[self.state]
