"""Who works an intake or a case: offered, accepted by who will do it; superseded, never overwritten."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from cases import access, reminders
from cases.walls import walled
from orgs import audit, clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.models import User
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import WORKERS, Role

MOVES = {
    "accept": ({"offered"}, "accepted"),
    "decline": ({"offered"}, "declined"),
    "supersede": ({"offered", "accepted"}, "superseded"),
}
CANNOT = _later("This member cannot take it.")


class AssignmentQuerySet(RecordQuerySet):
    def waiting_for(self, member):
        """What this member was asked to take and has not answered, longest wait first."""
        return self.filter(organization_id=member.organization_id, assignee=member, state="offered").order_by(
            "offered_at", "id"
        )

    def unanswered(self):
        return self.filter(state="offered").order_by("offered_at", "id")


class Assignment(Record):
    """The abstract half: subclasses name what is assigned."""

    MOVES = MOVES
    grants, clocks = access.assignment_grants, reminders.assignment_clocks

    assignee = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    directed = models.BooleanField(default=False)  # by a supervisor, with a reason
    reason = models.CharField(max_length=24, blank=True)  # why directed, or why declined
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    priority = models.CharField(max_length=12, default="standard")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        abstract = True

    def supersede(self, *, actor):
        """Somebody else works it now, or is asked."""
        with self.moving("supersede", actor):
            self.ended_at = clock.now()


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

    @property
    def label(self):
        return self.case.number

    @property
    def outline(self):
        """(label, value) pairs: enough to decide, nothing about who the person is."""
        case, priorities = self.case, codes.load("referrals", "priority")
        pairs = [
            (_("Urgency"), priorities.label(case.priority)),
            (_("Island"), codes.load("orgs", "islands").label(case.island)),
            (_("Language"), codes.load("orgs", "languages").label(case.person.language)),
            (_("Minor"), case.minor and _("yes")),
        ]
        return [(label, value) for label, value in pairs if value]

    @classmethod
    def offer(cls, case, to, *, actor, directed=False, reason=""):
        """Ask `to`, instead of whoever was asked before; `directed`, they have it at once.

        Raises `PermissionDenied` unless a supervisor directs with a reason, and `IllegalMove` for a closed
        case, or somebody who cannot work it: another house, another role, behind a wall, gone.
        """
        if directed and (actor.role != Role.SUPERVISOR or not reason):
            raise PermissionDenied("Only a supervisor directs, and says why.")
        with transaction.atomic():
            held = cls.locked(case)
            if not held.is_open or not can_work(to, held):
                raise IllegalMove("assign", held, CANNOT)
            for standing in cls.objects.filter(case=case, state="offered"):
                standing.supersede(actor=actor)
            if directed:
                return cls.settled(case, to, actor=actor, directed=True, reason=reason)
            assignment = cls._new(case, to, actor, "offered")
            with assignment.starting(actor, "offer", assignee=str(to.pk)):
                pass
        return assignment

    @classmethod
    def settled(cls, case, to, *, actor, directed=False, reason=""):
        """An assignment that needs no answer: a directed one, or by the one who opened the case for `to`.

        Raises `IllegalMove` for somebody who cannot work it.
        """
        with transaction.atomic():
            cls.locked(case)
            if not can_work(to, case):
                raise IllegalMove("assign", case, CANNOT)
            cls.end_accepted(case, actor)
            assignment = cls._new(case, to, actor, "accepted", directed=directed, reason=reason)
            assignment.answered_at = assignment.offered_at
            with assignment.starting(
                actor, "direct" if directed else "assign", assignee=str(to.pk), reason=reason
            ):
                pass
            if case.assigned_to_id != to.pk:
                case.hand_to(to, actor=actor, unasked=directed)
        return assignment

    @classmethod
    def _new(cls, case, to, actor, state, **more):
        return cls(
            organization_id=case.organization_id,
            state=state,
            case=case,
            assignee=to,
            assigned_by=actor,
            offered_at=clock.now(),
            priority=case.priority,
            **more,
        )

    @classmethod
    def locked(cls, case):
        """The case as it stands, locked before any line in the audit: handoffs follow it across the wall."""
        audit.crossing()
        return type(case).objects.select_for_update(of=("self",)).get(pk=case.pk)

    @classmethod
    def end_accepted(cls, case, actor):
        for standing in cls.objects.filter(case=case, state="accepted"):
            standing.supersede(actor=actor)

    def accept(self, *, actor):
        """The one who was asked takes the case; whoever had it until now has it until this moment.

        The case's lock comes first, as in `offer`, so that the two never wait for each other. Raises
        `IllegalMove` for one who cannot work it any more: walled off since, or in another role.
        """
        with transaction.atomic():
            self.case = self.locked(self.case)
            if not can_work(self.assignee, self.case):
                self.refresh_from_db(fields=["state"])
                raise IllegalMove("accept", self, CANNOT)
            with self.moving("accept", actor):
                self.end_accepted(self.case, actor)
                self.answered_at = clock.now()
                self.case.hand_to(self.assignee, actor=actor)

    def decline(self, reason, *, actor):
        """Not me; `reason` is a code. The case stays with whom it is."""
        with self.moving("decline", actor, reason=reason):
            self.reason, self.answered_at = reason, clock.now()


def can_work(member, record):
    """Whether a member can have a case or an intake: here, active, in a role that works, behind no wall.

    The member's row is asked again: a role may have changed since the member was asked.
    """
    from .wall import Wall

    if member.organization_id != record.organization_id or not member.is_active:
        return False
    here = User.objects.in_role(*WORKERS).filter(pk=member.pk, organization_id=record.organization_id)
    return here.exclude(pk__in=Wall.objects.filter(person=record.person_id).values("user")).exists()


class CaseAssignmentUserGrant(UserGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="user_grants")


class CaseAssignmentGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="group_grants")
