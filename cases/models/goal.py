"""What the person wants, in their own words, looked at again together until they have it or let it go.

Inside one organization only, and no part of any release: nobody outside can tell that there is one (R3).
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.duty_words import morning_of
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.calendar import end_of_day, is_business_day
from orgs.ladder import due
from orgs.record import IllegalMove, permissions_of
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel
from orgs.words import local

from .duty import Duty, index_of, runs_in

KINDS, PROGRESS = codes.load("cases", "goal_kinds"), codes.load("cases", "goal_progress")
REASONS = codes.load("cases", "goal_reasons")
MOVES = {
    "revise": ({"set"}, None),
    "review": ({"set"}, None),
    "reach": ({"set"}, "reached"),
    "reach_partly": ({"set"}, "partly"),
    "let_go": ({"set"}, "let_go"),
    "reopen": ({"reached", "partly", "let_go"}, "set"),  # undo
}
STATES = {
    "set": _("Worked toward"),
    "reached": _("Reached"),
    "partly": _("Reached in part"),
    "let_go": _("Let go"),
}
DAY = timedelta(days=1)
DIED = _("The person has died. Nothing of theirs is worked toward any more.")
TO_COME = _("Give a day that is to come.")


class Goal(Duty):
    """`look_at` is the end of the day on which it is looked at together again, `due_at` the same until it
    ends; `since` is when it was set, or looked at last. The steps to it are follow-ups of the case."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.goal_grants, reminders.goal_clocks

    kind = models.CharField(max_length=16)
    words = SealedTextField(_("in their own words"), max_length=500)
    progress = models.CharField(max_length=16, default="not_begun")
    look_at = models.DateTimeField()
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("goal", MOVES)
        ordering = ["look_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=tuple(STATES)), name="goal_state_is_known"),
            models.CheckConstraint(
                condition=runs_in("set") & (Q(due_at=None) | Q(state="set", due_at=F("look_at"))),
                name="goal_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(state="set", reason="", ended_at=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(state="set"),
                name="goal_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="let_go") & ~Q(reason="") | ~Q(state="let_go") & Q(reason=""),
                name="goal_is_let_go_for_a_reason",
            ),
        ]
        indexes = [index_of("goal")]

    @classmethod
    def begin(cls, case, *, actor, kind, words, look_on=None, step="", step_by=None):
        """Write a goal down: `kind` is a code of goal_kinds, `look_on` a day to come, on the islands.

        Without it the organization's setting says when it is looked at again. `step`, to be done by
        `step_by` (aware), becomes a follow-up of the case. Raises `ValidationError` (code: the field).
        """
        look_at = cls._looked_at_on(look_on or next_look(actor, case.priority))
        said = {"kind": kind, "words": words, "look_at": look_at, "due_at": look_at}
        goal = cls.fresh(case, actor=actor, since=clock.now(), state="set", **said)
        with goal.starting(actor, "begin", kind=kind):
            goal._may_run()
            case.touch()
            goal._take(step, step_by, actor)
        return goal

    @staticmethod
    def _looked_at_on(day):
        if day <= clock.today():
            raise ValidationError(TO_COME, code="look_on")
        return end_of_day(morning_of(day))

    def _may_run(self):
        self.case.stay_open()
        if self.case.person_died:
            raise IllegalMove("begin", self.case, DIED)

    def _take(self, step, by, actor):
        if step:
            self.case.promise(step, by, actor=actor)

    @property
    def look_on(self):
        """The day, on the islands, on which it is looked at again."""
        return local(self.look_at).date()

    def revise(self, *, actor, kind, words, look_on):
        """The person says it in other words, or another day suits them."""
        with self.moving("revise", actor, kind=kind):
            self.kind, self.words = kind, words
            if look_on != self.look_on:
                self.look_at = self.due_at = self._looked_at_on(look_on)
            self.case.touch()

    def review(self, progress, look_on, *, actor, step="", step_by=None):
        """Looked at together: how far it is, a code of goal_progress, and the day of the next look."""
        with transaction.atomic(), self.moving("review", actor, kind=self.kind, progress=progress):
            self.progress, self.since = progress, clock.now()
            self.look_at = self.due_at = self._looked_at_on(look_on)
            self.looks.create(
                organization_id=self.organization_id, case_id=self.case_id, at=self.since, by=actor,
                progress=progress,
            )  # fmt: skip
            self.case.touch()
            self._take(step, step_by, actor)

    def reach(self, *, actor):
        """The person has what they wanted."""
        self._end("reach", actor)

    def reach_partly(self, *, actor):
        """The person has a part of it, and that is enough for now."""
        self._end("reach_partly", actor)

    def let_go(self, reason, *, actor):
        """It is not worked toward any more; `reason` is a code of goal_reasons."""
        self._end("let_go", actor, reason=reason)

    def _end(self, verb, actor, **said):
        with self.moving(verb, actor, **said):
            self.reason, self.due_at = said.get("reason", ""), None
            self.ended_at, self.ended_by = clock.now(), actor
            self.case.touch()

    def reopen(self, *, actor):
        """Work toward it again, with the day of looking that it had; on a closed case it cannot be."""
        with self.moving("reopen", actor):
            self._may_run()
            self.reason, self.due_at, self.ended_at, self.ended_by = "", self.look_at, None, None

    @property
    def kind_in_words(self):
        return KINDS.label(self.kind)

    @property
    def progress_in_words(self):
        return PROGRESS.label(self.progress)

    @property
    def reason_in_words(self):
        return REASONS.label(self.reason)


def next_look(member, priority="standard"):
    """The day, on the islands, on which a goal that is looked at now is looked at again, by the setting of
    the member's organization: a business day."""
    house = member.organization
    calendar = house.calendar()
    day = local(due(clock.now(), house.interval("review_goal", priority), calendar)).date()
    day = max(day, clock.today() + DAY)
    while not is_business_day(day, calendar):
        day += DAY
    return day


class GoalLook(TenantModel):
    """That it was looked at together, and how far it was. Written by `Goal.review`."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="looks")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    progress = models.CharField(max_length=16)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["case", "-at"], name="looks_newest")]

    @property
    def progress_in_words(self):
        return PROGRESS.label(self.progress)


class GoalUserGrant(UserGrant):
    content_object = models.ForeignKey(Goal, models.CASCADE, related_name="user_grants")


class GoalGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Goal, models.CASCADE, related_name="group_grants")
