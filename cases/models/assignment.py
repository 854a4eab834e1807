"""Who works an intake or a case: offered, accepted by who will do it; superseded, never overwritten."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from cases import access, reminders
from cases.walls import walled
from orgs import clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import Role

MOVES = {
    "accept": ({"offered"}, "accepted"),
    "decline": ({"offered"}, "declined"),
    "supersede": ({"offered", "accepted"}, "superseded"),
}
WORKERS = (Role.ADVOCATE, Role.SUPERVISOR)


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
            held = type(case).objects.select_for_update(of=("self",)).get(pk=case.pk)
            if not held.is_open or not can_work(to, held):
                raise IllegalMove("assign", held, _("This member cannot take this case."))
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
        """An assignment that needs no answer: a directed one, or by the one who opened the case for `to`."""
        with transaction.atomic():
            cls._end_accepted(case, actor)
            assignment = cls._new(case, to, actor, "accepted", directed=directed, reason=reason)
            assignment.answered_at = assignment.offered_at
            with assignment.starting(
                actor, "direct" if directed else "assign", assignee=str(to.pk), reason=reason
            ):
                pass
            if case.assigned_to_id != to.pk:
                case.hand_to(to, actor=actor)
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
    def _end_accepted(cls, case, actor):
        for standing in cls.objects.filter(case=case, state="accepted"):
            standing.supersede(actor=actor)

    def accept(self, *, actor):
        """The one who was asked takes the case; whoever had it until now has it until this moment."""
        with self.moving("accept", actor):
            self._end_accepted(self.case, actor)
            self.answered_at = clock.now()
            self.case.hand_to(self.assignee, actor=actor)

    def decline(self, reason, *, actor):
        """Not me; `reason` is a code. The case stays with whom it is."""
        with self.moving("decline", actor, reason=reason):
            self.reason, self.answered_at = reason, clock.now()


def can_work(member, case):
    """Whether a member can have this case: here, active, in a role that works cases, behind no wall."""
    from .person import Wall

    return (
        member.organization_id == case.organization_id
        and member.is_active
        and member.role in WORKERS
        and not Wall.objects.filter(person_id=case.person_id, user=member).exists()
    )


class CaseAssignmentUserGrant(UserGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="user_grants")


class CaseAssignmentGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CaseAssignment, models.CASCADE, related_name="group_grants")
