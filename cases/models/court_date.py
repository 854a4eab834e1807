"""A court date in one case. That it is near, or over with nothing said of it, is a fact of the clock.

Inside one organization only: no referrer, and no other house, can tell that somebody goes along (R3).
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.record import permissions_of
from orgs.sealing import SealedTextField
from orgs.words import local

from .duty import Duty, index_of, runs_in

KINDS, COURTS = codes.load("cases", "court_kinds"), codes.load("cases", "courts")
OUTCOMES = codes.load("cases", "court_outcomes")
MOVES = {
    "reschedule": ({"set"}, None),
    "conclude": ({"set"}, "done"),
    "call_off": ({"set"}, "called_off"),
    "reopen": ({"done", "called_off"}, "set"),  # undo
}
STATES = {"set": _("To come"), "done": _("Over"), "called_off": _("Taken off")}
ASKED_AGAIN = timedelta(days=7)  # when a new day is not known yet, somebody asks the court by then
NOT_YET = _("It has not taken place yet. Say this on the day, or move it.")


class CourtDate(Duty):
    """`at` is when it is, `due_at` the same until somebody says what came of it."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.courtdate_grants, reminders.courtdate_clocks

    kind = models.CharField(max_length=16)
    court = models.CharField(max_length=16)
    at = models.DateTimeField()
    goes_along = models.BooleanField(default=False)
    note = SealedTextField(_("what to remember"), max_length=200, blank=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("courtdate", MOVES)
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="court_date_state_is_known"),
            models.CheckConstraint(
                condition=runs_in("set") & (Q(due_at=None) | Q(state="set", due_at=F("at"))),
                name="court_date_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(state="set", outcome="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(state="set") & ~Q(outcome=""),
                name="court_date_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="took_place") | Q(at__lte=F("ended_at") + timedelta(days=1)),
                name="court_date_took_place_when_it_was",
            ),
        ]
        indexes = [index_of("courtdate")]

    @classmethod
    def begin(cls, case, *, actor, kind, court, at, goes_along=False, note=""):
        """Set a day: `kind` is a code of court_kinds, `court` of courts, `at` an aware moment to come.

        Raises `ValidationError` (code: the field) for a moment that has passed.
        """
        cls._is_to_come(at)
        said = {"kind": kind, "court": court, "at": at, "goes_along": goes_along, "note": note}
        date = cls.fresh(case, actor=actor, since=clock.now(), state="set", due_at=at, **said)
        with date.starting(actor, "begin", kind=kind):
            case.stay_open()
            case.touch()
        return date

    @staticmethod
    def _is_to_come(at):
        if at <= clock.now():
            raise ValidationError(_("This time has passed. Give one that is to come."), code="at")

    def reschedule(self, at, *, actor, **said):
        """Move it to another moment (aware); `said`: `court`, `goes_along` and `note`, where they change."""
        with self.moving("reschedule", actor):
            if at != self.at:
                self._is_to_come(at)
            self.at = self.due_at = at
            for name in said.keys() & {"court", "goes_along", "note"}:
                setattr(self, name, said[name])
            self.case.touch()

    def conclude(self, outcome, *, actor, again_at=None):
        """What came of it, a code of court_outcomes. Postponed, it is set anew for `again_at` (aware); where
        that is not known, somebody promises to ask for it.

        Raises `ValidationError` (code: the field) where it cannot have taken place yet.
        """
        with transaction.atomic():
            with self.moving("conclude", actor, result=outcome):
                if outcome == "took_place" and local(self.at).date() > clock.today():
                    raise ValidationError(NOT_YET, code="outcome")
                self._end(outcome, actor)
            if outcome == "postponed" and again_at:
                same = {name: getattr(self, name) for name in ("kind", "court", "goes_along", "note")}
                type(self).begin(self.case, actor=actor, at=again_at, **same)
            elif outcome == "postponed":
                what = _now("Ask for the new day: %(what)s") % {"what": self.kind_in_words}
                self.case.promise(what, clock.now() + ASKED_AGAIN, actor=actor)

    def call_off(self, reason, *, actor):
        """It is not followed any more; `reason` is a code of court_outcomes."""
        with self.moving("call_off", actor, reason=reason):
            self._end(reason, actor)

    def _end(self, outcome, actor):
        self.outcome, self.due_at = outcome, None
        self.ended_at, self.ended_by = clock.now(), actor
        self.case.touch()

    def reopen(self, *, actor):
        """Take back what was said to have come of it; on a closed case it cannot be."""
        with self.moving("reopen", actor):
            self.case.stay_open()
            self.outcome, self.due_at, self.ended_at, self.ended_by = "", self.at, None, None

    @property
    def kind_in_words(self):
        return KINDS.label(self.kind)

    @property
    def court_in_words(self):
        return COURTS.label(self.court)

    @property
    def outcome_in_words(self):
        return OUTCOMES.label(self.outcome)


class CourtDateUserGrant(UserGrant):
    content_object = models.ForeignKey(CourtDate, models.CASCADE, related_name="user_grants")


class CourtDateGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CourtDate, models.CASCADE, related_name="group_grants")
