"""What whoever goes off duty leaves for whoever comes on. It waits, with a clock, until somebody takes it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Wall
from cases.walls import walled
from orgs import clock
from orgs import reminders as rungs
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from orgs.sealing import SealedTextField
from referrals import access, reminders

MOVES = {"take": ({"left"}, "taken")}
STATES = ("left", "taken")
BY_ANOTHER = _("You left this note yourself. Whoever comes on takes it; until then its clock runs.")


class ShiftNoteQuerySet(RecordQuerySet):
    def for_page(self):
        """Those that wait first, the longest wait on top."""
        return self.select_related("by", "taken_by", "intake", "referral").order_by("state", "left_at", "id")


class ShiftNote(Record):
    """One note of the desk, about one intake, one packet, or neither.

    A note about a record is there for those alone who may see the record: whoever is walled from its person
    finds nothing of it.
    """

    MOVES = MOVES
    grants, clocks = access.shiftnote_grants, reminders.shiftnote_clocks

    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    left_at = models.DateTimeField()
    intake = models.ForeignKey("referrals.Intake", models.PROTECT, null=True, related_name="+")
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, null=True, related_name="+")
    text = SealedTextField(_("note"), max_length=500)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = ShiftNoteQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("shiftnote", MOVES)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="shift_note_state_is_known"),
            models.CheckConstraint(condition=Q(intake=None) | Q(referral=None), name="shift_note_of_one"),
            models.CheckConstraint(
                condition=Q(state="left", taken_at=None, taken_by=None)
                | Q(state="taken", taken_at__isnull=False, taken_by__isnull=False),
                name="shift_note_taken_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "left_at"], name="shift_notes")]

    @classmethod
    def behind_wall(cls, user):
        """Who is walled from the person of its intake, or whom this house knows from its packet (R42)."""
        packets = Wall.objects.filter(user=user, person__intakes__referral=OuterRef("referral_id"))
        return walled(user, "intake__person_id") | Exists(packets)

    @property
    def about(self):
        """The number or reference of its record, or ""."""
        if self.intake:
            return self.intake.number
        return self.referral.reference if self.referral else ""

    @property
    def about_url(self):
        of = self.intake or self.referral
        return of.get_absolute_url() if of else ""

    def get_absolute_url(self):
        return reverse("inbox")

    @classmethod
    def leave(cls, text, *, actor, intake=None, referral=None):
        """Leave a note at the desk; the record is one that `actor` may see. Returns it."""
        note = cls(
            organization_id=actor.organization_id,
            state="left",
            by=actor,
            left_at=clock.now(),
            intake=intake,
            referral=referral,
            text=text,
        )
        with note.starting(actor, "leave_note"):
            pass
        return note

    @classmethod
    def not_for(cls, keys):
        """(note, who left it) for notes by their keys: it is told to somebody else, or the next one up."""
        return cls._base_manager.filter(pk__in=keys).values_list("pk", "by_id")

    def take(self, *, actor):
        """Whoever is on has read it and goes on with it. Raises `IllegalMove` for the one who left it."""
        with self.moving("take", actor):
            if actor.pk == self.by_id:
                self.state = "left"
                raise IllegalMove("take", self, BY_ANOTHER)
            self.taken_at, self.taken_by = clock.now(), actor

    @classmethod
    def forget(cls, referral, organization_id):
        """A packet leaves this desk, and with it what the desk wrote beside it (R16); under its tenant.

        No line is written: the move that takes the packet away has one, and holds the chain after this.
        """
        ours = cls.objects.filter(Q(referral=referral) | Q(intake__referral=referral))
        ours = ours.filter(organization_id=organization_id)
        for note in ours.select_for_update(of=("self",)).order_by("id"):
            note.state = "taken"  # its clock stops
            rungs.settle(note, organization_id)
            note.delete()


class ShiftNoteUserGrant(UserGrant):
    content_object = models.ForeignKey(ShiftNote, models.CASCADE, related_name="user_grants")


class ShiftNoteGroupGrant(GroupGrant):
    content_object = models.ForeignKey(ShiftNote, models.CASCADE, related_name="group_grants")
