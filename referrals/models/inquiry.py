"""A letter from the public page: somebody without an account asks one organization for help.

A letter to two organizations is two rows that know nothing of each other (R3). What was written is sealed to
the organization; what the writer may read again is sealed once more, to a key of the letter's own, which only
their sixteen digits open (`referrals.letterbox`). Nothing tells from where they wrote.
"""

from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.walls import walled
from orgs import audit, clock
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.models import Organization
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import Kind
from orgs.sealing import LetterField, crypto
from orgs.still_open import must_be_open
from orgs.tenancy import TenantModel, acting_for
from referrals import access, reminders
from referrals.models import routes

MOVES = {
    "acknowledge": ({"waiting"}, "acknowledged"),  # somebody has read it; an intake begins
    "refuse": ({"waiting"}, "refused"),  # it asks for no help: a machine, or abuse
    "restore": ({"refused"}, "waiting"),
    "answer": ({"acknowledged"}, None),
    "put_by": ({"acknowledged"}, None),  # what was written last needs no answer
    "end": ({"acknowledged"}, "ended"),
    "reopen": ({"ended"}, "acknowledged"),
}
STATES = ("waiting", "acknowledged", "refused", "ended")
READ = ("acknowledged", "ended")
COMES_BACK = "comes_back"  # of the ways: answers are read on the public page alone
MOST_AN_HOUR = 60  # letters to one organization, from everywhere
MOST_MESSAGES = 20  # messages an hour on one letter
HOUR = timedelta(hours=1)
THEY_LEFT = _("They have ended it from their side: nothing can be written to them here any more.")
CLOSED = _("This conversation is closed.")


class TooMany(Exception):
    """More arrives than anybody could read: nothing was taken, and whoever writes is told to call."""


class InquiryQuerySet(RecordQuerySet):
    def to_do(self):
        """What waits to be read, and what was read and waits for an answer."""
        return self.filter(Q(state="waiting") | Q(state="acknowledged", asked_at__isnull=False))


class Inquiry(Record):
    """One letter to one organization, and what both sides wrote since."""

    MOVES = MOVES
    grants, clocks = access.inquiry_grants, reminders.inquiry_clocks

    priority = models.CharField(max_length=12)
    arrived_at = models.DateTimeField()
    waits_since = models.DateTimeField()  # the arrival, or when it was taken back from the refused ones
    content = LetterField(default=dict)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    intake = models.OneToOneField("referrals.Intake", models.PROTECT, null=True, related_name="inquiry")
    asked_at = models.DateTimeField(null=True)  # since when something that they wrote waits for an answer
    left_at = models.DateTimeField(null=True)  # they ended it: their digits open nothing any more
    reason = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    place = models.BinaryField(null=True, max_length=32)  # what their digits are looked for by
    public_key = models.BinaryField(null=True)  # of the letter's own key
    locked = models.BinaryField(null=True)  # its private half, which their digits open

    objects = InquiryQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("inquiry", MOVES)
        constraints = [
            models.UniqueConstraint(fields=["place"], name="letter_found_by_its_digits_alone"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="letter_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=READ, intake__isnull=False, acknowledged_at__isnull=False)
                | Q(state__in=("waiting", "refused"), intake=None, acknowledged_at=None),
                name="letter_that_was_read_has_an_intake",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, place__isnull=False, public_key__isnull=False, locked__isnull=False)
                | Q(left_at__isnull=False, place=None, public_key=None, locked=None),
                name="letter_that_was_left_has_no_key",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-arrived_at"], name="letters_newest"),
            models.Index(fields=["organization", "state", "waits_since"], name="letters_waiting"),
        ]

    @classmethod
    def behind_wall(cls, user):
        """Before anybody has read it nobody knows whose it is; from then on it is its intake's person's."""
        return walled(user, "intake__person_id")

    def get_absolute_url(self):
        return reverse("view_inquiry", args=[self.pk])

    @property
    def works(self):
        """The case or the intake that it has become, or None."""
        return self.intake and (self.intake.case or self.intake)

    @property
    def first_words(self):
        """What they wrote first, for the house; "" where they only chose answers."""
        first = self.messages.filter(from_them=True).first()
        return first.content["text"] if first else ""

    # From the public page: nobody acts, and nothing tells from where.

    @classmethod
    def receive(cls, organization, key, opener, *, priority, content, text=""):
        """Put a letter into the box of `organization`; whether it was not there already.

        `key` is the row's, `opener` what the writer's digits open (`letterbox.Opener`), `content` what they
        said as codes and short answers, `text` their own words. Raises `TooMany`, and `Doubted` or `Locked`
        where nothing can be sealed to the organization.
        """
        with acting_for(organization.pk), transaction.atomic():
            if cls.objects.filter(pk=key).exists():
                return False
            now = clock.now()
            if cls.objects.filter(arrived_at__gt=now - HOUR).count() >= MOST_AN_HOUR:
                raise TooMany
            private = crypto.new_private_key()
            made = cls(
                pk=key,
                organization=organization,
                state="waiting",
                priority=priority,
                arrived_at=now,
                waits_since=now,
                content=content,
                place=opener.place(organization.pk),
                public_key=crypto.public_der(private),
            )
            made.locked = crypto.seal(
                crypto.private_der(private), opener.key(organization.pk), 1, made._bound_to("key")
            )
            try:
                with made.starting(None, "arrive"):
                    pass
            except IntegrityError:  # the same button, pressed twice in one moment
                return False
            if text:
                InquiryMessage.write(made, text)
            routes.tell_desk_of(organization, priority)
        return True

    @classmethod
    def opened_by(cls, opener):
        """The letters that these digits open, each with its organization loaded.

        Every organization that helps is asked in its own name, whether or not it has one: nothing crosses a
        wall, and digits that open nothing are as much work.
        """
        found = []
        for organization in Organization.objects.filter(kind=Kind.VICTIM_SERVICES):
            with acting_for(organization.pk), transaction.atomic():
                inquiry = cls.objects.filter(place=opener.place(organization.pk)).first()
            if inquiry:
                inquiry.organization = organization
                found.append(inquiry)
        return found

    def said(self, opener):
        """What both sides wrote, as the writer may read it: `InquiryMessage`s with their `words`."""
        opened = crypto.unseal(bytes(self.locked), opener.key(self.organization_id), self._bound_to("key"))
        private = crypto.load_private(opened)
        with acting_for(self.organization_id), transaction.atomic():
            messages = list(self.messages.all())
        for message in messages:
            plain = crypto.unseal_letter(bytes(message.copy), private, message._bound_to())
            message.words = plain.decode()
        return messages

    def hear(self, key, text):
        """Whoever wrote it writes again; `key` is the message's, the same for each press of one button.

        From here a clock runs for whoever has it, until somebody answers or says that it needs no answer.
        Raises `TooMany`, and `IllegalMove` where it is closed, or the organization is.
        """
        with acting_for(self.organization_id), transaction.atomic():
            must_be_open(self.organization_id, "hear", self)
            self._still_theirs("hear")
            if self.messages.filter(pk=key).exists():
                return
            lately = self.messages.filter(from_them=True, at__gt=clock.now() - HOUR)
            if lately.count() >= MOST_MESSAGES:
                raise TooMany
            InquiryMessage.write(self, text, key=key)
            self.asked_at = self.asked_at or clock.now()
            self._keep("hear", "asked_at")
            routes.tell_who_has(self)

    def leave(self):
        """Whoever wrote it ends it: their digits open nothing any more, and what they could read is gone.

        What the organization has stays with it, under its own rules; so does the clock of what it must do.
        """
        with acting_for(self.organization_id), transaction.atomic():
            self._still_theirs("leave", closed=True)
            self.left_at = clock.now()
            self.place = self.public_key = self.locked = None
            self.messages.update(copy=None)
            self._keep("leave", "left_at", "place", "public_key", "locked")

    def _still_theirs(self, verb, closed=False):
        """Lock the row as it is now; refuse where they have left, or it is closed."""
        self.lock_row(verb)
        if self.left_at or (self.is_closed and not closed):
            raise IllegalMove(verb, self, CLOSED)

    def _keep(self, verb, *fields):
        self.save(update_fields=fields)
        self.settle()
        audit.write(None, verb, self)

    @property
    def is_closed(self):
        """Whether nothing can be written to it from outside; a refused one says no more than an ended one."""
        return self.state in ("refused", "ended")

    @property
    def takes_no_more(self):
        """Whether the public page has no form for it: it is closed, or they are (`opened_by` knows)."""
        return self.is_closed or not self.organization.is_active

    @property
    def was_read(self):
        return self.state in READ

    # In the house

    def acknowledge(self, *, actor):
        """Somebody at the desk has read it. Begins the intake and returns it (R4, R36)."""
        from .intake import Intake

        with self.moving("acknowledge", actor):
            self.acknowledged_at, self.acknowledged_by = clock.now(), actor
            self.intake = Intake.from_letter(self, actor=actor)
            if self.content.get("way") == COMES_BACK:  # nothing but an answer here reaches them
                self.asked_at = self.asked_at or clock.now()
        return self.intake

    def refuse(self, reason, *, actor):
        """It asks for no help (`letter_refusals`); a supervisor can take that back."""
        with self.moving("refuse", actor, reason=reason):
            self.reason, self.ended_at, self.ended_by = reason, clock.now(), actor

    def restore(self, *, actor):
        """It was refused by mistake: it waits to be read, from now on."""
        with self.moving("restore", actor):
            self.reason, self.ended_at, self.ended_by = "", None, None
            self.waits_since = clock.now()

    def answer(self, text, *, actor):
        """Write back. They read it when they come back with their digits; nothing is sent to them (R39)."""
        with self.moving("answer", actor):
            if self.left_at:
                raise IllegalMove("answer", self, THEY_LEFT)
            InquiryMessage.write(self, text, by=actor)
            self.asked_at = None

    def put_by(self, *, actor):
        """What they wrote last needs no answer."""
        with self.moving("put_by", actor):
            self.asked_at = None

    def end(self, *, actor):
        """Close the conversation. They can read it still, and write a new letter."""
        with self.moving("end", actor):
            self.ended_at, self.ended_by, self.asked_at = clock.now(), actor, None

    def reopen(self, *, actor):
        with self.moving("reopen", actor):
            self.ended_at, self.ended_by = None, None

    def _bound_to(self, what):
        return f"{self.organization_id}|letter {what}|{self.pk}".encode()


class InquiryMessage(TenantModel):
    """What one side wrote on a letter: sealed to the organization, and to the letter's own key."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="messages")
    from_them = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # who of the house
    content = LetterField(default=dict)
    copy = models.BinaryField(null=True)  # for whoever wrote the letter; gone when they have left

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_them=True, by=None) | Q(from_them=False, by__isnull=False),
                name="answer_is_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["inquiry", "at"], name="messages_of_letter")]

    @classmethod
    def write(cls, inquiry, text, *, key=None, by=None):
        """One message, from them or `by` a member; returns it."""
        made = cls(
            organization=inquiry.organization,
            inquiry=inquiry,
            from_them=by is None,
            at=clock.now(),
            by=by,
            content={"text": text},
            **({"pk": key} if key else {}),
        )
        public_key = crypto.load_public(bytes(inquiry.public_key))
        made.copy = crypto.seal_letter(text.encode(), public_key, 1, made._bound_to())
        made.save(force_insert=True)
        return made

    def _bound_to(self):
        return f"{self.organization_id}|letter copy|{self.pk}".encode()


class InquiryUserGrant(UserGrant):
    content_object = models.ForeignKey(Inquiry, models.CASCADE, related_name="user_grants")


class InquiryGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Inquiry, models.CASCADE, related_name="group_grants")
