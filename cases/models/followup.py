"""A dated promise to do something. That it is due, or late, is a fact of the clock and no state."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.walls import walled
from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import SealedTextField

MOVES = {
    "complete": ({"scheduled"}, "done"),
    "reschedule": ({"scheduled"}, None),
    "cancel": ({"scheduled"}, "cancelled"),
    "reopen": ({"done", "cancelled"}, "scheduled"),  # undo
}


class FollowUp(Record):
    MOVES = MOVES
    grants, clocks = access.followup_grants, reminders.followup_clocks

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="followups")
    what = SealedTextField(_("what to do"), max_length=200)
    due_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    priority = models.CharField(max_length=12, default="standard")
    owner = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="followups")
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("followup", MOVES)
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["organization", "owner", "due_at", "id"],
                condition=models.Q(state="scheduled"),
                name="followups_due",
            ),
            models.Index(
                fields=["organization", "due_at"],
                condition=models.Q(state="scheduled"),
                name="followups_overdue",
            ),
            models.Index(fields=["case", "due_at"], name="followups_of_case"),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "case__person_id")


class FollowUpUserGrant(UserGrant):
    content_object = models.ForeignKey(FollowUp, models.CASCADE, related_name="user_grants")


class FollowUpGroupGrant(GroupGrant):
    content_object = models.ForeignKey(FollowUp, models.CASCADE, related_name="group_grants")
