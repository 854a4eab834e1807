"""A case going from one organization to another: never a moment without somebody responsible (R10)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404
from django.urls import reverse

from orgs import tenancy
from orgs.access import GroupGrant, UserGrant
from orgs.clock import now
from orgs.record import Record, permissions_of
from orgs.sealing import LetterField, SealedTextField
from orgs.tenancy import TenantModel
from referrals import access, reminders

from .handing import UNDER_RELEASE, Verbs

MOVES = {
    "edit": ({"draft", "returned"}, None),
    "discard": ({"draft", "returned"}, "discarded"),
    "submit": ({"draft", "returned"}, "supervisor_review"),
    "return": ({"supervisor_review"}, "returned"),
    "offer": ({"supervisor_review"}, "offered"),
    "acknowledge": ({"offered"}, "acknowledged"),
    "accept": ({"acknowledged"}, "accepted"),
    "decline": ({"offered", "acknowledged"}, "declined"),
    "recall": ({"offered", "acknowledged", "accepted"}, "recalled"),
    "confirm": ({"accepted"}, None),  # the first of the two
    "connect": ({"accepted"}, "connected"),  # the second, a different person of the other side
    "propose_call": ({"accepted"}, None),  # a time at which the two advocates speak; either may
    "agree_call": ({"accepted"}, None),  # the other one
    "complete": ({"connected"}, "completed"),
    "put_away": ({"declined", "recalled", "accepted"}, None),  # accepted: the answer to a capacity question
    "tell_plan": ({"offered", "acknowledged", "accepted"}, None),  # by a call: theirs is an older plan
    "answer_recall": ({"recalled"}, None),  # the receiver, of what was accepted: what becomes of their case
    "pass_on": ({"draft", "supervisor_review", "returned", "offered", "acknowledged", "accepted", "declined",
                 "recalled", "connected"}, None),
    "open_snapshot": ({"offered", "acknowledged", "accepted", "connected"}, None),
    "close_snapshot": ({"connected", "completed"}, None),  # by the end of the release
}  # fmt: skip
RECEIVERS_NOW = ("connected", "completed")
STATES = (
    "draft",
    "supervisor_review",
    "returned",
    "discarded",
    "offered",
    "acknowledged",
    "accepted",
    "declined",
    "recalled",
    "connected",
    "completed",
)


class Handoff(Verbs, Record):
    """What both sides may know: that it goes, how it stands, and how long the release lets it.

    `organization` is the sender's. Cases, names and the items released are in each side's own file.
    """

    MOVES = MOVES
    case_here = None  # our case, where it is being moved and not written down yet
    taken_back = False  # whether it waits for the receiver's word on that, where a list has looked
    FACTS = ("priority", "adults", "children", "needs", "island", "needed_from", "receiver_unit")
    grants, clocks = access.handoff_grants, reminders.handoff_clocks

    reference = models.CharField(max_length=10, unique=True)
    receiver = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    receiver_unit = models.CharField(max_length=80, blank=True)  # the release's, from the offer on (R18)
    receiver_unit_id = models.UUIDField(null=True)  # the unit itself, whatever it is called by then
    reader = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # the one it names
    priority = models.CharField(max_length=12, default="standard")
    identified = models.BooleanField(default=True)  # False: a capacity question that names nobody
    adults = models.PositiveSmallIntegerField(default=1)
    children = models.PositiveSmallIntegerField(default=0)
    needs = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    island = models.CharField(max_length=3, blank=True)
    needed_from = models.DateField(null=True)
    drafted_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # last
    submitted_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    sender_advocate = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    sender_contact = models.CharField(max_length=120, blank=True)  # staff only: whom the other side calls
    receiver_contact = models.CharField(max_length=120, blank=True)
    submitted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    receiver_advocate = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    sender_confirmed_at = models.DateTimeField(null=True)
    sender_confirmed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    receiver_confirmed_at = models.DateTimeField(null=True)
    receiver_confirmed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    call_at = models.DateTimeField(null=True)  # when the two advocates speak, before the person goes
    call_asked_at = models.DateTimeField(null=True)
    call_asked_by = models.UUIDField(null=True)  # the organization whose advocate proposed it
    call_agreed_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    release_expires_at = models.DateTimeField(null=True)
    release_revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    put_away_at = models.DateTimeField(null=True)  # the sender has seen a "no" and gone on

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("handoff", MOVES)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="handoff_state_is_known"),
            models.CheckConstraint(condition=~Q(receiver=F("organization")), name="handoff_leaves_the_house"),
            models.CheckConstraint(
                condition=Q(reader__isnull=True) | Q(receiver_unit=""),
                name="handoff_is_for_a_unit_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(sender_confirmed_by__isnull=True)
                | Q(receiver_confirmed_by__isnull=True)
                | ~Q(sender_confirmed_by=F("receiver_confirmed_by")),
                name="handoff_connected_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("connected", "completed"))
                | Q(sender_confirmed_by__isnull=False, receiver_confirmed_by__isnull=False),
                name="connected_handoff_has_both_words",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "discarded", "supervisor_review", "returned"))
                | Q(identified=False)
                | Q(release_expires_at__isnull=False),
                name="identified_handoff_has_a_release",
            ),
            models.CheckConstraint(
                condition=Q(call_at=None, call_asked_at=None, call_asked_by=None, call_agreed_at=None)
                | Q(call_at__isnull=False, call_asked_at__isnull=False, call_asked_by=F("organization"))
                | Q(call_at__isnull=False, call_asked_at__isnull=False, call_asked_by=F("receiver")),
                name="call_is_proposed_by_a_side",
            ),
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True)
                | (
                    ~Q(reviewed_by=F("drafted_by"))
                    & (Q(edited_by__isnull=True) | ~Q(reviewed_by=F("edited_by")))
                    & (Q(submitted_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")))
                ),
                name="handoff_reviewed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "drafted_at"], name="handoffs_sent"),
            models.Index(fields=["receiver", "state", "offered_at"], name="handoffs_received"),
            models.Index(
                fields=["organization", "release_expires_at"],
                condition=Q(state__in=UNDER_RELEASE),
                name="handoffs_ending",
            ),
        ]

    def get_absolute_url(self):
        return reverse("view_handoff", args=[self.reference])

    def sides(self):
        return (self.organization_id, self.receiver_id) if self.offered_at else (self.organization_id,)

    def side_of(self, organization_id):
        """ "sender" or "receiver"."""
        return "sender" if organization_id == self.organization_id else "receiver"

    def own_file(self):
        """The half of the organization that acts now: nobody else's can be read.

        Raises `Http404` once it was purged here (R35): what is left of the handoff has no page.
        """
        files = HandoffFile.objects.select_related("case__person", "release")
        file = files.filter(handoff=self, organization_id=tenancy.current.get()).first()
        if file is None:
            raise Http404
        return file

    @property
    def responsible_id(self):
        """The one organization that is responsible for the person now; never none, never two (R10)."""
        return self.receiver_id if self.state in RECEIVERS_NOW else self.organization_id

    @property
    def release_has_ended(self):
        """Whether the release has stopped, by the database's clock: no task need have run (R27)."""
        if not self.release_expires_at:
            return False
        return self.release_revoked_at is not None or self.release_expires_at <= now()

    @property
    def standing(self):
        """The state as it is to be read: what its release no longer carries has come back."""
        return "recalled" if self.state in UNDER_RELEASE and self.release_has_ended else self.state

    @property
    def cover_here(self):
        """(member's id, until) of who stands in on our case for the one who has our side of it; or None.

        Asked of the organization that acts: who is away is nobody else's to know (R6).
        """
        from cases.models import Case

        here = tenancy.current.get()
        if self.case_here:
            case, whose = self.case_here, getattr(self, f"{self.side_of(here)}_advocate_id")
            is_so = case.covered_by_id and case.assigned_to_id == whose
            return (case.covered_by_id, case.covered_until) if is_so else None
        ours = Case.objects.filter(handoff_files__handoff=self, handoff_files__organization_id=here)
        with_them = ours.filter(assigned_to=getattr(self, f"{self.side_of(here)}_advocate_id"))
        covered = with_them.exclude(covered_by=None).order_by()
        return covered.values_list("covered_by_id", "covered_until").first()

    @property
    def plan_changed_at(self):
        """Since when the receiver holds an older safe-contact plan and was not told, on the sender's side."""
        ours = self.files.filter(organization_id=self.organization_id)
        return ours.values_list("plan_changed_at", flat=True).first()

    @property
    def recall_unanswered(self):
        """Whether the receiver has not said yet what becomes of the case they made; on their side."""
        if self.state != "recalled" or not self.accepted_at or not self.identified:
            return False
        return self.files.filter(organization_id=self.receiver_id, recall_answer="").exists()

    @classmethod
    def behind_wall(cls, user):
        from cases.models import Wall

        ours = HandoffFile.objects.filter(handoff=OuterRef("pk"), organization_id=user.organization_id)
        return Exists(ours.filter(Exists(Wall.objects.filter(user=user, person=OuterRef("case__person_id")))))


class HandoffUserGrant(UserGrant):
    content_object = models.ForeignKey(Handoff, models.CASCADE, related_name="user_grants")


class HandoffGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Handoff, models.CASCADE, related_name="group_grants")


class HandoffFile(TenantModel):
    """One side's half: its case, and the items in a copy sealed to it. Never an advocate's notes (R34)."""

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="files")
    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="handoff_files")
    release = models.ForeignKey("cases.Release", models.PROTECT, null=True, related_name="handoff_files")
    content = LetterField(default=dict)
    returned_because = SealedTextField(max_length=500, blank=True)
    recall_answer = models.CharField(
        max_length=12, blank=True
    )  # handoff_recall_answers, the receiver's alone
    plan_changed_at = models.DateTimeField(null=True)  # what was sent is older, and the receiver was not told

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "handoff"], name="one_file_a_side")]
