"""A dated promise to do something. That it is due, or late, is a fact of the clock and no state."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.walls import walled
from orgs import clock
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import SealedTextField

MOVES = {
    "complete": ({"scheduled"}, "done"),
    "reschedule": ({"scheduled"}, None),
    "cancel": ({"scheduled"}, "cancelled"),
    "reopen": ({"done", "cancelled"}, "scheduled"),  # undo
}
STATES = {"scheduled": _("Planned"), "done": _("Done"), "cancelled": _("Will not be done")}


class FollowUpQuerySet(RecordQuerySet):
    def scheduled(self):
        return self.filter(state="scheduled")

    def due_for(self, member, until):
        """What this member promised to do by an aware moment; what is late comes first."""
        return (
            self.scheduled()
            .filter(organization_id=member.organization_id, owner=member, due_at__lte=until)
            .order_by("due_at", "id")
        )

    def overdue(self):
        """What is late, by the database's clock."""
        return self.scheduled().filter(due_at__lt=clock.Now()).order_by("due_at", "id")


class FollowUp(Record):
    """`owner` is always who has the case; who did it is `ended_by`."""

    MOVES, STATES = MOVES, STATES
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

    objects = FollowUpQuerySet.as_manager()

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

    @property
    def label(self):
        return self.case.number

    def get_absolute_url(self):
        return self.case.get_absolute_url()

    def complete(self, outcome="done", *, actor):
        """Done; `outcome` is a code of follow_up_outcomes."""
        with self.moving("complete", actor, result=outcome):
            self.outcome, self.ended_at, self.ended_by = outcome, clock.now(), actor
            self.case.touch()

    def reschedule(self, due_at, *, actor):
        """Promise it for another moment (aware)."""
        with self.moving("reschedule", actor):
            self.due_at = due_at
            self.case.touch()

    def cancel(self, reason, *, actor):
        """It will not be done; `reason` is a code of follow_up_cancel_reasons."""
        with self.moving("cancel", actor, reason=reason):
            self.reason, self.ended_at, self.ended_by = reason, clock.now(), actor
            self.case.touch()

    def reopen(self, *, actor):
        """Take back what was said to be done or not needed; on a closed case it cannot be."""
        with self.moving("reopen", actor):
            self.case.stay_open()
            self.outcome, self.reason, self.ended_at, self.ended_by = "", "", None, None


class FollowUpUserGrant(UserGrant):
    content_object = models.ForeignKey(FollowUp, models.CASCADE, related_name="user_grants")


class FollowUpGroupGrant(GroupGrant):
    content_object = models.ForeignKey(FollowUp, models.CASCADE, related_name="group_grants")
