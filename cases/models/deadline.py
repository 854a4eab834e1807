"""A day that a law sets for one case: the copy of a domestic violence report, victim compensation."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.clocks import DEFAULT_CLOCKS
from orgs.record import IllegalMove, permissions_of

from .duty import Duty, index_of, runs_in

KINDS = codes.load("cases", "deadline_kinds")
COMPENSATION = ("crime_report", "claim", "late_claim")
MOVES = {
    "meet": ({"running"}, "met"),
    "excuse": ({"running"}, "not_required"),
    "reopen": ({"met", "not_required"}, "running"),
}
STATES = {"running": _("Running"), "met": _("Done"), "not_required": _("Not required")}


def longest(kind):
    """How long the law gives at most, as a timedelta."""
    return timedelta(seconds=DEFAULT_CLOCKS[KINDS[kind].extra["clock"]]["standard"].seconds)


def within_the_law():
    """A condition: whatever an organization sets, no deadline is later than its law has it."""
    each = (Q(kind=kind, runs_until__lte=F("since") + longest(kind)) for kind in KINDS.codes)
    return reduce(or_, each)


class Deadline(Duty):
    """`since` is the report or the crime; `runs_until` the last moment that the law gives."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.deadline_grants, reminders.deadline_clocks

    kind = models.CharField(max_length=16)
    runs_until = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("deadline", MOVES)
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="deadline_state_is_known"),
            models.CheckConstraint(condition=Q(since__lte=F("begun_at")), name="deadline_since_the_past"),
            models.CheckConstraint(condition=runs_in("running"), name="deadline_has_a_clock"),
            models.CheckConstraint(condition=within_the_law(), name="deadline_is_what_the_law_gives"),
            models.CheckConstraint(
                condition=Q(state="running") | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="deadline_is_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="running"), name="one_deadline_of_a_kind"
            ),
        ]
        indexes = [index_of("deadline")]

    @classmethod
    def begin(cls, case, *, actor, what, since):
        """Start what counts from an aware moment: "violence_report", or "compensation" with its three days.

        What runs on the case already is left as it is. Returns the new deadlines. Raises `ValidationError`
        for a moment that is still to come.
        """
        if since > clock.now():
            raise ValidationError(_("Give a moment that has been."), code="since")
        made = []
        with transaction.atomic():
            case.stay_open()
            running = set(cls.objects.filter(case=case, state="running").values_list("kind", flat=True))
            for kind in COMPENSATION if what == "compensation" else (what,):
                if kind not in running:
                    made.append(cls._start(case, actor, kind, since))
            case.touch()
        return made

    @classmethod
    def _start(cls, case, actor, kind, since):
        deadline = cls.fresh(case, actor=actor, since=since, state="running", kind=kind)
        deadline.runs_until = deadline.due_at = deadline.runs_out(KINDS[kind].extra["clock"], since, actor)
        with deadline.starting(actor, "begin", kind=kind):
            pass
        return deadline

    def meet(self, *, actor):
        """It is done. A claim that is filed needs no later day."""
        with transaction.atomic():
            with self.moving("meet", actor):
                self.due_at, self.ended_at, self.ended_by = None, clock.now(), actor
                self.case.touch()
            if self.kind == "claim":
                for late in self._running("late_claim"):
                    late.meet(actor=actor)

    def _running(self, kind):
        rows = type(self).objects.filter(case_id=self.case_id, kind=kind, state="running")
        return rows.select_related("case")

    def reopen(self, *, actor):
        """It was not done after all; on a closed case, or when another of its kind runs, it cannot be."""
        with self.moving("reopen", actor):
            self.case.stay_open()
            if self._running(self.kind).exists():
                raise IllegalMove("reopen", self, _("Another one runs already."))
            self.due_at = self.runs_until
            self.excuse_reason, self.ended_at, self.ended_by = "", None, None

    @property
    def kind_in_words(self):
        return KINDS.label(self.kind)


class DeadlineUserGrant(UserGrant):
    content_object = models.ForeignKey(Deadline, models.CASCADE, related_name="user_grants")


class DeadlineGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Deadline, models.CASCADE, related_name="group_grants")
