"""One press that moved a whole caseload: what became of each record, and taking back what nobody touched."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.walls import walled
from orgs import audit, clock
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from referrals import access, reminders

MOVES = {"undo": ({"moved"}, "undone")}
STATES = {"moved": _("Moved"), "undone": _("Taken back")}
CAN_BE_UNDONE, KEPT = timedelta(hours=24), timedelta(days=30)
TOO_LATE = _("A move can be taken back for 24 hours. Give each record to somebody from its own page.")
NOTHING_LEFT = _("Nothing of it is as it was moved. Give each record to somebody from its own page.")


class CaseloadMoveQuerySet(RecordQuerySet):
    def lately(self):
        """Those that are still kept, the newest first."""
        return self.filter(moved_at__gt=clock.now() - KEPT).order_by("-moved_at", "-id")

    def forget_old(self):
        """Drop those that nobody looks at any more; what was done stays in the audit."""
        self.filter(moved_at__lte=clock.now() - KEPT).delete()


class Among(Func):
    """Whether the key of a row is one of those in the parts of a move; found by the index of the key."""

    template = "(%(expressions)s) part)))"
    arg_joiner = " = ANY (ARRAY(SELECT (part->>'id')::uuid FROM jsonb_array_elements("
    output_field = models.BooleanField()


class CaseloadMove(Record):
    """`parts` are dicts of a record's kind, its id, and who got it ("" where nobody who was chosen may).

    Ids alone: a page asks anew what its reader may see of each, so that a wall that goes up, or a purge,
    takes it from here too (R35, R42).
    """

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.caseloadmove_grants, reminders.caseloadmove_clocks

    leaver = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=24)  # of assignment_reasons
    moved_at = models.DateTimeField()
    parts = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = CaseloadMoveQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("caseloadmove", MOVES)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="moved", undone_at=None, undone_by=None)
                | Q(state="undone", undone_at__isnull=False, undone_by__isnull=False),
                name="caseload_move_undone_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["organization", "-moved_at"], name="caseload_moves")]

    @classmethod
    def behind_wall(cls, user):
        """A move is there for those alone who may know of a part of it, as is what somebody left (R42)."""
        return cls.behind_wall_of(user.pk)

    @classmethod
    def behind_wall_of(cls, key):
        """The same for a member of whom nothing but the key is known, in a question that is kept."""
        from cases.models import Case

        from .handoff import Handoff, HandoffFile
        from .intake import Intake

        known, ours = Q(), OuterRef(OuterRef("organization_id"))
        files = HandoffFile.objects.filter(handoff=OuterRef("pk"), organization_id=ours)
        walls = {
            Case: walled(key, "person_id"),
            Intake: walled(key, "person_id"),
            Handoff: Exists(files.filter(walled(key, "case__person_id"))),
        }
        for model, wall in walls.items():
            rows = model._base_manager.filter(Among(F("pk"), OuterRef("parts")))
            known |= Q(Exists(rows.exclude(wall)))
        return ~known

    def get_absolute_url(self):
        return reverse("view_caseloadmove", args=[self.pk])

    @property
    def undo_until(self):
        return self.moved_at + CAN_BE_UNDONE

    @property
    def can_be_undone(self):
        """Whether its time to be taken back still runs."""
        return self.state == "moved" and clock.now() < self.undo_until

    @classmethod
    def keep(cls, leaver, parts, *, actor, reason):
        """Write down what was moved in this transaction; `parts` are of `referrals.caseload.move`."""
        move = cls(
            organization_id=leaver.organization_id,
            state="moved",
            leaver=leaver,
            by=actor,
            reason=reason,
            moved_at=clock.now(),
            parts=[_kept(*part) for part in parts],
        )
        with move.starting(actor, count=sum(to is not None for _kind, _record, to in parts)):
            pass
        return move

    def undo(self, *, actor):
        """Give back to whom it was taken from what is still as it was moved, and what `actor` may move.

        Returns how many records went back. Raises `IllegalMove` after 24 hours, and where none is left.
        """
        from referrals import caseload

        with transaction.atomic():
            audit.crossing()
            self.lock_row("undo")
            back = []
            if self.state == "moved":
                if not self.can_be_undone:
                    raise IllegalMove("undo", self, TOO_LATE)
                back = caseload.take_back(self, actor)
                if not back:
                    raise IllegalMove("undo", self, NOTHING_LEFT)
            with self.moving("undo", actor, count=len(back)):
                self.undone_at, self.undone_by = clock.now(), actor
        return len(back)


def _kept(kind, record, to):
    """One record by its id; of a question to take a case, the case: a new question may stand there."""
    key = record.case_id if kind == "offer" else record.pk
    return {"kind": kind, "id": str(key), "to": str(to.pk) if to else ""}


class CaseloadMoveUserGrant(UserGrant):
    content_object = models.ForeignKey(CaseloadMove, models.CASCADE, related_name="user_grants")


class CaseloadMoveGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CaseloadMove, models.CASCADE, related_name="group_grants")
