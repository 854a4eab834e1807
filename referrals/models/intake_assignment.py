"""The question to an advocate whether they take an intake on, and their answer."""

from django.db import models, transaction
from django.db.models import Q

from cases import letting_go
from cases.models import Wall
from cases.models.assignment import MOVES, Assignment
from cases.walls import walled
from orgs import clock
from orgs.access import GroupGrant, UserGrant
from orgs.record import permissions_of
from referrals import access

from .intake import Intake

CONFLICT = "conflict"  # of assignment_decline_reasons: who says so is walled off


class IntakeAssignment(Assignment):
    """Asked, then accepted by the one who will do it (the intake is theirs from then), or declined."""

    grants = access.intake_assignment_grants

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="assignments")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("intakeassignment", MOVES)
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake"], condition=Q(state="accepted"), name="one_works_an_intake"
            ),
            models.UniqueConstraint(
                fields=["intake"], condition=Q(state="offered"), name="one_offer_an_intake"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "assignee"], condition=Q(state="offered"), name="intake_offers"
            )
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "intake__person_id")

    def get_absolute_url(self):
        return self.intake.get_absolute_url()

    @property
    def label(self):
        return self.intake.number

    @classmethod
    def offer(cls, intake, to, *, actor):
        """Ask `to`; called by `Intake.assign`, which holds the intake's lock."""
        offer = cls(
            organization_id=intake.organization_id,
            state="offered",
            intake=intake,
            assignee=to,
            assigned_by=actor,
            offered_at=clock.now(),
            priority=intake.priority,
        )
        with offer.starting(actor, "offer"):
            pass
        return offer

    @classmethod
    def settled(cls, intake, to, *, actor, reason):
        """One that needs no answer; called by `Intake.direct`, which holds the intake's lock."""
        now = clock.now()
        assignment = cls(
            organization_id=intake.organization_id,
            state="accepted",
            intake=intake,
            assignee=to,
            assigned_by=actor,
            directed=True,
            reason=reason,
            offered_at=now,
            answered_at=now,
            priority=intake.priority,
        )
        with assignment.starting(actor, "direct", reason=reason):
            pass
        return assignment

    def accept(self, *, actor):
        """Take it on. The intake's lock comes first, as in `Intake.assign`, so that the two never embrace."""
        with transaction.atomic():
            intake = self._locked_intake()
            with self.moving("accept", actor):
                self.answered_at = clock.now()
                go_on = intake.take_on if intake.state == "triaged" else intake.pass_on
                go_on(actor=actor)

    def decline(self, reason, *, actor):
        """Say no, with a code of `assignment_decline_reasons`; the desk has it again, its clock running.

        A conflict of interest needs no more words and walls the member off at once (R42).
        """
        with transaction.atomic():
            if reason == CONFLICT:
                letting_go.hold(self.intake.person)
            intake = self._locked_intake()
            with self.moving("decline", actor, reason=reason):
                self.reason, self.answered_at, self.ended_at = reason, clock.now(), clock.now()
            if intake.state == "triaged":
                intake.hand_back(actor=actor, reason=reason)
            else:
                intake.keep(actor=actor)
            if reason == CONFLICT:
                Wall.build(intake.person, self.assignee, actor=actor, reason="knows_other")

    def _locked_intake(self):
        self.intake = Intake.objects.select_for_update(of=("self",)).get(pk=self.intake_id)
        return self.intake


class IntakeAssignmentUserGrant(UserGrant):
    content_object = models.ForeignKey(IntakeAssignment, models.CASCADE, related_name="user_grants")


class IntakeAssignmentGroupGrant(GroupGrant):
    content_object = models.ForeignKey(IntakeAssignment, models.CASCADE, related_name="group_grants")
