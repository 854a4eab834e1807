"""What has come to its end, listed, looked at by two supervisors, and really deleted (R35)."""

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.models.wall import Wall
from orgs import clock, retention
from orgs.access import GroupGrant, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import Role
from orgs.tenancy import TenantModel

MOVES = {
    "keep": ({"listed", "proposed"}, None),
    "propose": ({"listed"}, "proposed"),
    "approve": ({"proposed"}, "carried_out"),
    "withdraw": ({"listed", "proposed"}, "withdrawn"),
}
STANDING = ("listed", "proposed")
STATES = {
    "listed": _("Listed, not proposed yet"),
    "proposed": _("Proposed: another supervisor approves"),
    "carried_out": _("Carried out"),
    "withdrawn": _("Withdrawn: nothing went"),
}
PROPOSER_LEFT = _(
    "Whoever proposed this list does not decide here any more. Withdraw it, have it listed again, and "
    "propose it yourself; another supervisor approves."
)


class OwnProposal(PermissionDenied):
    """Another supervisor approves what one has proposed."""


class Purge(Record):
    """One list of what would go, under the periods of one day, and what became of it.

    Carried out, it is the certificate: how many rows of each table, the hashes of the records' ids, who
    proposed and who approved, under which periods. It is kept.
    """

    MOVES, STATES, STANDING = MOVES, STATES, STANDING
    grants, clocks = access.purge_grants, reminders.purge_clocks

    schedule = models.JSONField(default=dict)  # {kind: days}, as it was when the list was made
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # None: the clock
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("purge", MOVES, "open_names", "certify")
        ordering = ["-listed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=tuple(STATES)), name="purge_state_is_known"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="purge_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="carried_out") | Q(approved_by__isnull=False, proposed_by__isnull=False),
                name="purge_has_two_people",
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state__in=STANDING), name="one_purge_at_a_time"
            ),
        ]

    def get_absolute_url(self):
        return reverse("view_purge", args=[self.pk])

    @classmethod
    def list_due(cls, organization, *, actor=None):
        """Make the list of what has come to its end; returns the `Purge`, or None when nothing has.

        `actor` is None for the clock. A list that stands is returned as it is.
        """
        with transaction.atomic():
            organization = type(organization).objects.select_for_update().get(pk=organization.pk)
            standing = cls.objects.filter(organization=organization, state__in=STANDING).first()
            if standing:
                return standing
            found = [
                (kind.code, subject, person)
                for kind in retention.kinds_of(organization)
                for subject, person in retention.due(organization, kind)
            ]
            if not found:
                return None
            purge = cls(
                organization=organization,
                state="listed",
                schedule=retention.schedule(organization),
                listed_at=clock.now(),
                listed_by=actor,
            )
            with purge.starting(actor, "list", records=len(found)):
                pass
            PurgeItem.objects.bulk_create(
                PurgeItem(organization=organization, purge=purge, kind=kind, subject_id=subject, person_id=of)
                for kind, subject, of in found
            )
        return purge

    @property
    def proposer_still_decides(self):
        """Whether who proposed it is still here, in a role that decides; the database asks the same."""
        return self.proposed_by.is_active and self.proposed_by.role in (Role.SUPERVISOR, Role.UNIT_SUPERVISOR)

    def items_for(self, member):
        """What this member may see and decide about: not what is about a person from whom they are walled."""
        return self.items.exclude(person_id__in=walled_people(member))

    def counted(self, member):
        """How many records of each kind the list has for a member: {kind: (to go, kept)}."""
        rows = self.items_for(member).order_by().values("kind", "kept_by_id").annotate(n=models.Count("pk"))
        found = {}
        for row in rows:
            go, kept = found.get(row["kind"], (0, 0))
            found[row["kind"]] = (go, kept + row["n"]) if row["kept_by_id"] else (go + row["n"], kept)
        return found

    def keep(self, item, *, actor):
        """Take one record off the list for this time; a legal hold keeps it for longer."""
        with self.moving("keep", actor, kind=item.kind):
            item.kept_by, item.kept_at = actor, clock.now()
            item.save(update_fields=["kept_by", "kept_at"])

    def propose(self, *, actor):
        """One supervisor has looked and says that these should go."""
        with self.moving("propose", actor):
            self.proposed_by, self.proposed_at = actor, clock.now()

    def approve(self, *, actor):
        """Another supervisor agrees, and the records go, now and for ever. Raises `OwnProposal`.

        What either of the two is walled from stays for two others to decide about. Raises `IllegalMove`
        where the one who proposed it does not decide here any more: nobody is left to answer for the half.
        """
        if actor.pk == self.proposed_by_id:
            raise OwnProposal
        if self.proposed_by and not self.proposer_still_decides:
            raise IllegalMove("approve", self, PROPOSER_LEFT)
        with self.moving("approve", actor):
            self.approved_by, self.approved_at = actor, clock.now()
            hidden = walled_people(actor) | walled_people(self.proposed_by)
            self.items.filter(person_id__in=hidden).delete()
            self.save(update_fields=["approved_by", "approved_at"])
            with connection.cursor() as cursor:
                cursor.execute("SELECT carry_out_purge(%s)", [self.pk])
            self.items.filter(hash=None, kept_by=None).delete()  # what was not due any more, or held
            self.items.exclude(kept_by=None).update(subject_id=None, person_id=None)

    def withdraw(self, *, actor):
        """Nothing goes this time."""
        with self.moving("withdraw", actor):
            self.items.all().delete()


def walled_people(member):
    """The ids of the people from whom a member is walled (R42)."""
    return set(Wall.objects.filter(user=member).values_list("person_id", flat=True))


class PurgeItem(TenantModel):
    """One record of a list. Once it is gone, the hash of its id is all that is left of it."""

    purge = models.ForeignKey(Purge, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=24)
    subject_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    hash = models.BinaryField(null=True)
    kept_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purge", "kind", "id"], name="items_of_purge")]


class PurgeCount(TenantModel):
    """How many rows of one table went with a purge; written by the database's function alone."""

    purge = models.ForeignKey(Purge, models.PROTECT, related_name="counts")
    relation = models.CharField(max_length=63)
    gone = models.BigIntegerField()

    class Meta:
        ordering = ["relation"]
        constraints = [models.UniqueConstraint(fields=["purge", "relation"], name="one_count_a_table")]


class PurgeUserGrant(UserGrant):
    content_object = models.ForeignKey(Purge, models.CASCADE, related_name="user_grants")


class PurgeGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Purge, models.CASCADE, related_name="group_grants")
