"""Work with one person in one organization."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases import access, reminders
from cases.walls import walled
from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of

MOVES = {
    "activate": ({"open"}, "active"),
    "hold": ({"active"}, "on_hold"),
    "resume": ({"on_hold"}, "active"),
    "request_closure": ({"open", "active", "on_hold"}, "closure_requested"),
    "refuse_closure": ({"closure_requested"}, "active"),
    "close": ({"closure_requested"}, "closed"),
    "reopen": ({"closed"}, "active"),
    "assign": ({"open", "active", "on_hold", "closure_requested"}, None),
    "log": ({"open", "active", "on_hold", "closure_requested"}, None),
    "restrict": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
}
OPEN_STATES = ("open", "active", "on_hold", "closure_requested")


class Case(Record):
    MOVES = MOVES
    grants, clocks = access.case_grants, reminders.case_clocks

    number = models.CharField(max_length=12)  # C-0412, counted inside the organization
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="cases")
    assigned_to = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="caseload")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    priority = models.CharField(max_length=12, default="standard")
    island = models.CharField(max_length=3)
    victimizations = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    trafficking_kind = models.CharField(max_length=8, blank=True)
    restricted = models.BooleanField(default=False)
    co_served = models.BooleanField(default=False)
    minor = models.BooleanField(default=False)
    legal_hold = models.BooleanField(default=False)
    plan_verified_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closure_reason = models.CharField(max_length=24, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("case", MOVES, "hand_off")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=(*OPEN_STATES, "closed")), name="case_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "assigned_to", "-last_activity_at", "-id"],
                condition=models.Q(state__in=OPEN_STATES),
                name="caseload",
            ),
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=models.Q(state__in=OPEN_STATES),
                name="open_cases",
            ),
            models.Index(fields=["organization", "person"], name="cases_of_person"),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")


class CaseUserGrant(UserGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="user_grants")


class CaseGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="group_grants")
