"""The receiving organization's private handling: about a person, and none of it on the packet (R3)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import before_a_case, glass
from cases.covering import Covered
from cases.models import SafeContactPlan
from cases.models.contact import REACHED
from cases.models.person import Person
from cases.taking_up import Handed
from cases.walls import walled
from orgs import clock
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from orgs.sealing import SealedTextField
from referrals import access, reminders

from .copies import ReferralCopy
from .inquiry import Inquiry
from .intake_moves import ENDS, MOVES, OPEN_STATES, IntakeMoves
from .officer import OfficerMoves
from .referral import Referral
from .sender_word import SenderWord
from .sent_on import remember_person

STATES = (*OPEN_STATES, *ENDS, "case_opened", "linked_to_case")


class IntakeQuerySet(RecordQuerySet):
    def open(self):
        """What is neither ended nor a case yet, the longest here first."""
        return self.filter(state__in=OPEN_STATES).order_by("arrived_at", "id")

    def waiting(self):
        """What waits for the desk: not triaged, or triaged and nobody has it and nobody is asked."""
        return self.open().filter(Q(state="new") | Q(assigned_to=None, asked=None))

    def unassigned(self):
        """What has been triaged and belongs to nobody and is offered to nobody."""
        return self.waiting().exclude(state="new")

    def asked_and_unanswered(self):
        """What has been offered to somebody who has not answered."""
        return self.open().exclude(asked=None)

    def handed(self):
        """What came to somebody with a caseload that was moved, who has not taken it up yet."""
        return self.open().filter(handed_at__isnull=False)

    def open_for(self, member):
        """The open intakes that this member works."""
        return self.open().filter(assigned_to=member)


class Intake(IntakeMoves, OfficerMoves, Covered, Handed, Record):
    """One person's arrival. `person` is this organization's own; the packet keeps no trace of any of it."""

    MOVES = MOVES
    grants, clocks = access.intake_grants, reminders.intake_clocks

    number = models.CharField(max_length=12)  # I-0031, counted inside the organization
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, null=True, related_name="intakes")
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="intakes")
    priority = models.CharField(max_length=12)  # our own; the packet keeps the sender's
    island = models.CharField(max_length=3)
    arrived_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    summary = SealedTextField(max_length=1000, blank=True)
    conflict_checked_at = models.DateTimeField(null=True)
    conflict_checked_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    conflict_found = models.BooleanField(default=False)
    triaged_at = models.DateTimeField(null=True)
    asked = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # has not answered
    assigned_to = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="intakes")
    assigned_at = models.DateTimeField(null=True)
    outreach_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # since it arrived, or was opened again
    last_attempt_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="intakes")
    person_died = models.BooleanField(default=False)  # nobody is asked to reach them any more (R33)
    officer_marked_at = models.DateTimeField(null=True)  # the officer who filed is the one who harms (R42)
    officer_marked_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    heads_see = models.BooleanField(default=False)  # the heads of the officer's unit still see it move
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("intake", MOVES, "receipt")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="intake_number_once"),
            models.UniqueConstraint(
                fields=["organization", "referral"],
                condition=Q(referral__isnull=False),
                name="one_intake_a_packet",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="intake_state_is_known"),
            Covered.for_a_while("intake"),
            Handed.to_somebody("intake"),
            models.CheckConstraint(
                condition=Q(officer_marked_at=None, heads_see=False)
                | Q(officer_marked_at__isnull=False, officer_marked_by__isnull=False, referral__isnull=False),
                name="officer_marked_on_a_packet",
            ),
            models.CheckConstraint(
                condition=Q(state="new")
                | Q(state__in=("duplicate_of", "invalid", "referred_out"))
                | Q(conflict_checked_at__isnull=False),
                name="triaged_after_the_conflict_check",
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

    def __str__(self):
        return self.number

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    @classmethod
    def in_emergency(cls, user):
        return glass.opened(user)

    def get_absolute_url(self):
        return reverse("view_intake", args=[self.number])

    def settle(self):
        """As every record; and what its referrer or its writer said since is before whoever works it now."""
        super().settle()
        self.settle_letter()
        SenderWord.follow(self)

    def settle_letter(self):
        """The letter that it came by, if any, is answered by whoever has it now."""
        letter = None if self.referral_id else Inquiry.objects.filter(intake=self).first()
        if letter:
            letter.intake = self
            letter.settle()

    def be_stood_in_for(self):
        """Whoever stands in here has its letter, and the duties that were begun here, too."""
        self.settle_letter()
        SenderWord.follow(self)
        before_a_case.cover(self)

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @property
    def was_reached(self):
        """Whether a contact with the person is on record since it arrived, or was opened again."""
        return self.person.attempts.filter(outcome__in=REACHED, at__gte=self.waits_since).exists()

    @property
    def waits_since(self):
        """When the clock of the first outreach began: the arrival, or the moment of opening it again."""
        return self.reopened_at or self.arrived_at

    @property
    def was_begun(self):
        """Whether anybody may have been in touch with the person about this, also before it was opened again.

        What came of it is nobody's to read off the packet's way (R3).
        """
        if self.outreach_at or self.case_id or self.person.attempts.filter(at__gte=self.arrived_at).exists():
            return True
        taken = self.assignments.exclude(answered_at=None).exclude(state="declined")
        return bool(self.reopened_at) and taken.exists()

    @property
    def packet(self):
        """The referral as this organization may see it now; None for a walk-in, and once it was sent on."""
        return Referral.objects.filter(pk=self.referral_id).first() if self.referral_id else None

    @property
    def content(self):
        """What was written, from this organization's own copy (R16); {} for a walk-in."""
        if not self.referral_id:
            return {}
        copy = ReferralCopy.objects.filter(referral_id=self.referral_id, organization_id=self.organization_id)
        return next((c.content for c in copy), {})

    @classmethod
    def receive(cls, referral, *, actor):
        """Begin the handling of a packet that `actor` of the receiving desk has just acknowledged (R4).

        Makes a person of this organization's own from its own copy, and returns the intake. A packet that was
        here before, was sent on, and came back opens the same intake again. A group notice names nobody and
        gets none: returns None. Raises `IllegalMove` for a packet that nobody has acknowledged.
        """
        if referral.state != "acknowledged":
            raise IllegalMove("receive", referral)
        if referral.is_group:
            return None
        content = referral.copy_for(actor.organization_id).content
        known = cls.objects.filter(organization_id=actor.organization_id, referral_id=referral.pk).first()
        if known:
            remember_person(known, content, actor)
            if known.state in ENDS:
                known.reopen(actor=actor)
            return known
        return cls._arrive(
            actor,
            "receive",
            {key: content.get(key, "") for key in ("name", "alias", "phone")}
            | {key: getattr(referral, key) for key in ("age_group", "language", "interpreter")},
            referral=referral,
            priority=referral.priority,
            island=referral.island_needed or referral.island_now,
            summary=content.get("note", ""),
        )

    @classmethod
    def walk_in(cls, *, actor, priority, island, summary="", **person):
        """Somebody called or came in by themselves; an alias alone or no name at all is enough (R36).

        `person` takes what `Person.enter` takes: name, alias, phone, age_group, language, interpreter.
        """
        return cls._arrive(actor, "walk_in", person, priority=priority, island=island, summary=summary)

    @classmethod
    def from_letter(cls, inquiry, *, actor):
        """Begin the handling of a letter from the public page that `actor` has just read; nobody need have a
        name (R36). A plan for safe contact is begun from what they said of themselves, and confirmed by
        nobody (R37); of somebody who is worried about another it says nothing.
        """
        said = inquiry.content
        own = said.get("basis") == "self"
        person = {key: said.get(key, "") for key in ("age_group", "language")}
        person |= {
            "interpreter": bool(said.get("interpreter")),
            "phone": said.get("phone", "") if own else "",
        }
        intake = cls._arrive(
            actor,
            "receive",
            person | {"alias": said.get("called" if own else "other", "")},
            priority=inquiry.priority,
            island=said.get("island") or actor.organization.islands[0],
            summary=inquiry.first_words,
        )
        if own:
            begin_plan(intake, said, actor)
        return intake

    @classmethod
    def _arrive(cls, actor, verb, person, *, island, **fields):
        organization = actor.organization
        person = Person.enter(actor=actor, island=island, **person)
        intake = cls(
            organization=organization,
            state="new",
            number=f"I-{organization.take_number('intake'):04}",
            person=person,
            island=island,
            arrived_at=clock.now(),
            made_by=actor,
            **fields,
        )
        with intake.starting(actor, verb):
            pass
        return intake


def begin_plan(intake, said, actor):
    """The plan for safe contact that a letter speaks of; nobody has spoken with them yet."""
    ways = {"call": ["call"], "text": ["text"]}.get(said.get("way"), [])
    SafeContactPlan.make(
        intake.person,
        actor=actor,
        ways=ways,
        reach_at=said.get("phone", ""),
        times=said.get("times", []),
        when="" if ways else _("They come back to the public page and read the answer there."),
        ask_for=said.get("ask_for", ""),
        never=said.get("never", ""),
        verified="",
    )


class IntakeUserGrant(UserGrant):
    content_object = models.ForeignKey(Intake, models.CASCADE, related_name="user_grants")


class IntakeGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Intake, models.CASCADE, related_name="group_grants")
