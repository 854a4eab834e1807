"""What the referrer says of a packet after it was sent waits, with a clock, until somebody here has read it.

The words lie in the packet's messages, as ever; this says to whoever works the intake that they are new. It
is a row of the receiving organization alone: nothing of it, nor of who read it, can reach the referrer (R3).
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Wall
from cases.walls import walled
from orgs import clock
from orgs import reminders as rungs
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.clocks import PRIORITIES
from orgs.ladder import due
from orgs.record import IllegalMove, Record, permissions_of
from orgs.tenancy import acting_for
from referrals import access, reminders

from .copies import ReferralCopy

MOVES = {"read": ({"waits"}, "read")}
STATES = ("waits", "read")
MORE_CAME = _("The referrer has written again meanwhile. Go back and read that too.")


class SenderWordQuerySet(RecordQuerySet):
    def waiting(self):
        """What nobody here has read yet, what is due first on top."""
        return self.filter(state="waits").order_by("due_at", "id")

    def for_worker(self, member):
        """What is about an intake, or the case it became, that this member works."""
        of_case = Q(case__assigned_to=member)
        of_intake = Q(case=None, intake__assigned_to=member, intake__state__in=access.OPEN_INTAKE)
        return self.filter(of_case | of_intake)


class SenderWord(Record):
    """What the referrer said since, on one packet: the row of all of it at the one that received it.

    `since` is when the first of what is unread came, and `due_at` counts from there; `latest_at` is when the
    last came. `intake` is the one that is worked: of the packet, or what that was found to be the same as;
    `case` is what it became.
    """

    MOVES = MOVES
    grants, clocks = access.senderword_grants, reminders.senderword_clocks

    referral = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="+")
    intake = models.ForeignKey("referrals.Intake", models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    priority = models.CharField(max_length=12)
    since = models.DateTimeField()
    latest_at = models.DateTimeField()
    due_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = SenderWordQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("senderword", MOVES)
        constraints = [
            models.UniqueConstraint(fields=["organization", "referral"], name="one_sender_word_a_packet"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="sender_word_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="waits", read_at=None, read_by=None)
                | Q(state="read", read_at__isnull=False, read_by__isnull=False),
                name="sender_word_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("latest_at")), name="sender_word_since_the_first"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"], condition=Q(state="waits"), name="sender_words_waiting"
            ),
        ]

    @classmethod
    def behind_wall(cls, user):
        """Who is walled from the person of its intake, or whom this house knows from its packet (R42)."""
        packets = Wall.objects.filter(user=user, person__intakes__referral=OuterRef("referral_id"))
        return walled(user, "intake__person_id") | Exists(packets)

    @property
    def reference(self):
        return self.referral.reference

    @property
    def worked(self):
        """The case that it became, or else the intake; None while there is neither."""
        return self.case or self.intake

    @property
    def owner_id(self):
        """Whoever works it; None: the desk."""
        if self.case or (self.intake and self.intake.state in access.OPEN_INTAKE):
            return self.worked.assigned_to_id
        return None

    @property
    def upto(self):
        """Which words a page shows, so that reading them is reading these and none that came since."""
        return self.latest_at.isoformat()

    def get_absolute_url(self):
        if self.worked:
            return self.worked.get_absolute_url()
        return reverse("view_referral", args=[self.reference])

    @classmethod
    def come(cls, referral):
        """The referrer said something more: whoever works it at the receiver must read it, from now on.

        In the transaction of the referrer's move, which holds the packet. A desk that keeps no word of the
        packet any more hears nothing. What is unread is due when it was; whoever has heard of it hears again.
        """
        desk = referral.receiver
        with acting_for(desk.pk):
            if not ReferralCopy.objects.filter(organization_id=desk.pk, referral=referral).exists():
                return
            intake, now = intake_of(referral.pk, desk.pk, lock=True), clock.now()
            word = cls.objects.select_for_update(of=("self",)).filter(referral=referral).first()
            word = word or cls(organization=desk, referral=referral)
            word.latest_at = now
            word.is_about(intake)
            if word.state != "waits":
                urgencies = [referral.priority, intake.priority if intake else ""]
                word.priority = next(one for one in PRIORITIES if one in urgencies)
                interval = desk.interval("read_senderword", word.priority)
                word.since, word.due_at = now, due(now, interval, desk.calendar())
                word.state, word.read_at, word.read_by = "waits", None, None
            word.changed_at = now
            word.save()
            word.settle()

    def read(self, *, actor, upto):
        """Somebody who may work it has read what the page showed, which is `upto`; the clock stops.

        Raises `IllegalMove` where more came since.
        """
        with self.moving("read", actor):
            if upto != self.upto:
                self.state = "waits"
                raise IllegalMove("read", self, MORE_CAME)
            self.read_at, self.read_by = clock.now(), actor

    @classmethod
    def answered(cls, referral, actor):
        """The desk wrote back, and so has read what it answers; under its tenant, in that transaction."""
        for word in cls.objects.filter(
            referral=referral, organization_id=actor.organization_id, state="waits"
        ):
            word.read(actor=actor, upto=word.upto)

    @classmethod
    def follow(cls, intake):
        """It is before whoever works the intake now, or the case; in the transaction of that move."""
        about = Q(intake=intake.pk)
        if intake.referral_id:
            about |= Q(referral=intake.referral_id)
        ours = cls.objects.filter(about, organization_id=intake.organization_id).order_by("pk")
        for word in ours.select_for_update(of=("self",)):
            found_at = intake_of(word.referral_id, word.organization_id)
            word.is_about(intake if found_at == intake else found_at)  # a move may not be written down yet
            word.save(update_fields=["intake", "case"])
            word.settle()

    def is_about(self, intake):
        self.intake, self.case = intake, intake.case if intake else None

    @classmethod
    def forget(cls, referral, organization_id):
        """A packet leaves this desk, and with it what was said on it (R16); under its tenant."""
        ours = cls.objects.filter(referral=referral, organization_id=organization_id)
        for word in ours.select_for_update(of=("self",)):
            word.state = "read"  # its clock stops
            rungs.settle(word, organization_id)
            word.delete()


def intake_of(referral_id, organization_id, lock=False):
    """The intake that is worked for a packet: its own, or what that was found to be the same as; or None.

    With `lock`, all on the way are held, so that nobody takes it over meanwhile.
    """
    from .intake import Intake

    ours = Intake.objects.filter(organization_id=organization_id)

    def way():
        steps, step = [], ours.filter(referral=referral_id).first()
        while step and step not in steps:
            steps.append(step)
            step = ours.filter(pk=step.same_as_id).first() if step.same_as_id else None
        return steps

    steps = way()
    if lock and steps:
        held = ours.filter(pk__in=[one.pk for one in steps]).order_by("pk")
        list(held.select_for_update(of=("self",)).values_list("pk"))
        steps = way()
    return steps[-1] if steps else None


class SenderWordUserGrant(UserGrant):
    content_object = models.ForeignKey(SenderWord, models.CASCADE, related_name="user_grants")


class SenderWordGroupGrant(GroupGrant):
    content_object = models.ForeignKey(SenderWord, models.CASCADE, related_name="group_grants")
