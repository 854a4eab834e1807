"""Who works an intake or a case: offered, then accepted by the one who will do it; superseded, never overwritten."""

from django.db import models

from cases import access, reminders
from cases.walls import walled
from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of

MOVES = {
    "accept": ({"offered"}, "accepted"),
    "decline": ({"offered"}, "declined"),
    "supersede": ({"offered", "accepted"}, "superseded"),
}


class Assignment(Record):
    """The abstract half: subclasses name what is assigned."""

    MOVES = MOVES
    grants, clocks = access.assignment_grants, reminders.assignment_clocks

    assignee = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    directed = models.BooleanField(default=False)  # by a supervisor, with a reason
    reason = models.CharField(max_length=24, blank=True)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    priority = models.CharField(max_length=12, default="standard")

    class Meta:
        abstract = True


class CaseAssignment(Assignment):
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="assignments")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("caseassignment", MOVES)
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="accepted"), name="one_works_a_case"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="offered"), name="one_offer_a_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "assignee"], condition=models.Q(state="offered"), name="case_offers"
            )
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "case__person_id")


class CaseAssignmentUserGrant(UserGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="user_grants")


class CaseAssignmentGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="group_grants")
