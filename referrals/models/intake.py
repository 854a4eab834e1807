"""The receiving organization's private handling: about a person, and none of it on the packet."""

from django.db import models
from django.db.models import Q

from cases.models.assignment import MOVES as ASSIGNMENT_MOVES
from cases.models.assignment import Assignment
from cases.walls import walled
from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import SealedTextField
from referrals import access, reminders

OPEN_STATES = ("new", "triaged", "assigned", "outreach", "engaged")
ENDS = (
    "services_declined",
    "unable_to_contact",
    "unsafe_to_contact",
    "not_eligible",
    "referred_out",
    "duplicate_of",
    "invalid",
)
MOVES = {
    "triage": ({"new"}, "triaged"),
    "assign": ({"triaged", "assigned", "outreach", "engaged"}, None),
    "take_on": ({"triaged", "assigned"}, "assigned"),  # the advocate accepted
    "hand_back": ({"triaged", "assigned"}, "triaged"),  # the advocate declined, or left
    "reach_out": ({"assigned", "outreach", "engaged"}, None),
    "begin_outreach": ({"assigned"}, "outreach"),
    "engage": ({"assigned", "outreach"}, "engaged"),
    "open_case": ({"engaged"}, "case_opened"),
    "link_case": ({"triaged", "assigned", "outreach", "engaged"}, "linked_to_case"),
    "decline_services": ({"outreach", "engaged"}, "services_declined"),
    "give_up": ({"outreach"}, "unable_to_contact"),
    "find_unsafe": ({"triaged", "assigned", "outreach"}, "unsafe_to_contact"),
    "find_ineligible": ({"triaged", "assigned", "outreach", "engaged"}, "not_eligible"),
    "refer_out": ({"triaged", "assigned", "outreach", "engaged"}, "referred_out"),
    "find_duplicate": ({"new", "triaged", "assigned"}, "duplicate_of"),
    "find_invalid": ({"new", "triaged", "assigned"}, "invalid"),
    "reopen": (set(ENDS), "triaged"),
}


class Intake(Record):
    MOVES = MOVES
    grants, clocks = access.intake_grants, reminders.intake_clocks

    number = models.CharField(max_length=12)  # I-0031, counted inside the organization
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, null=True, related_name="intakes")
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="intakes")
    priority = models.CharField(max_length=12)
    island = models.CharField(max_length=3)
    arrived_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    summary = SealedTextField(max_length=1000, blank=True)
    conflict_checked_at = models.DateTimeField(null=True)
    conflict_checked_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    conflict_found = models.BooleanField(default=False)
    triaged_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="intakes")
    assigned_at = models.DateTimeField(null=True)
    outreach_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="intakes")
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("intake", MOVES)
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="intake_number_once"),
            models.UniqueConstraint(
                fields=["organization", "referral"],
                condition=Q(referral__isnull=False),
                name="one_intake_a_packet",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*OPEN_STATES, *ENDS, "case_opened", "linked_to_case")),
                name="intake_state_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "arrived_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="open_intakes",
            ),
            models.Index(
                fields=["organization", "assigned_to", "arrived_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="my_intakes",
            ),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")


class IntakeUserGrant(UserGrant):
    content_object = models.ForeignKey(Intake, models.CASCADE, related_name="user_grants")


class IntakeGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Intake, models.CASCADE, related_name="group_grants")


class IntakeAssignment(Assignment):
    grants = access.intake_assignment_grants

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="assignments")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("intakeassignment", ASSIGNMENT_MOVES)
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


class IntakeAssignmentUserGrant(UserGrant):
    content_object = models.ForeignKey(IntakeAssignment, models.CASCADE, related_name="user_grants")


class IntakeAssignmentGroupGrant(GroupGrant):
    content_object = models.ForeignKey(IntakeAssignment, models.CASCADE, related_name="group_grants")
