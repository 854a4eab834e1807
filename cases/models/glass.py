"""Breaking the glass: one member, one record, one reason, one hour, in front of the supervisor (R32)."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import access, glass, reminders
from cases.walls import walled
from orgs import clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.models import OutboxMessage, User
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import Role
from orgs.sealing import SealedTextField

LASTS = timedelta(hours=glass.HOUR)
MOVES = {"end": ({"open"}, "ended"), "review": ({"open", "ended"}, "reviewed")}
STATES = ("open", "ended", "reviewed")
NOT_YOUR_OWN = _("Another supervisor reviews what you opened yourself.")


class TooMany(Exception):
    """The member has as many records open in an emergency as one person can answer for."""


class BreakGlassQuerySet(RecordQuerySet):
    def standing(self):
        """What opens something now, by the database's clock; no task ends it."""
        return self.filter(state="open", expires_at__gt=clock.Now())

    def to_review(self):
        """What no supervisor has looked at, the longest wait first."""
        return self.exclude(state="reviewed").order_by("opened_at", "id")


class BreakGlass(Record):
    """One use. It opens one record for looking, to one member, and never what a wall keeps from them."""

    MOVES = MOVES
    grants, clocks = access.breakglass_grants, reminders.breakglass_clocks

    number = models.CharField(max_length=12)  # of what was opened: C-0412, I-0031
    subject_id = models.UUIDField()
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="+")
    holder = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")  # whose record it is
    opened_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=24)
    why = SealedTextField(_("what happens"), max_length=300)
    done = SealedTextField(_("what was done"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=24, blank=True)
    remark = SealedTextField(_("what was found"), max_length=500, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("breakglass", MOVES)
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="glass_state_is_known"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("opened_at"), expires_at__lte=F("opened_at") + LASTS),
                name="glass_is_broken_for_an_hour",
            ),
            models.CheckConstraint(condition=Q(why__isnull=False) & ~Q(reason=""), name="glass_says_why"),
            models.CheckConstraint(
                condition=~Q(state="reviewed")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="")),
                name="glass_review_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("opened_by")),
                name="glass_reviewed_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_by", "subject_id", "expires_at"],
                condition=Q(state="open"),
                name="broken_glass",
            ),
            models.Index(
                fields=["organization", "opened_at"], condition=~Q(state="reviewed"), name="glass_to_review"
            ),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    def get_absolute_url(self):
        return reverse("view_breakglass", args=[self.pk])

    @property
    def subject_url(self):
        """The address of what was opened."""
        return reverse(f"view_{glass.kind_of(self.number).model._meta.model_name}", args=[self.number])

    @property
    def is_standing(self):
        """Whether it opens anything at this moment, by the database's clock."""
        return self.state == "open" and clock.now() < self.expires_at

    @property
    def reason_in_words(self):
        return codes.load("cases", "emergency_reasons").label(self.reason)

    @property
    def finding_in_words(self):
        return codes.load("cases", "emergency_findings").label(self.finding)

    @classmethod
    def open(cls, number, reason, why, *, actor):
        """Open the record of this number to `actor`, for looking, for an hour; returns the use, or None.

        `reason` is a code of emergency_reasons, `why` one sentence. None where there is no such number, or it
        is kept from them by a wall or a restriction: the two are never told apart (R6, R42). Pressed twice,
        it is one use. The supervisors, and whoever has the record, hear at once. Raises `TooMany`.
        """
        codes.load("cases", "emergency_reasons")[reason]
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(pk=actor.pk)  # one press after the other
            mine = cls.objects.standing().filter(opened_by=actor)
            if mine.exclude(number=number).count() >= glass.AT_ONCE:
                raise TooMany
            record = glass.reachable(actor, number)
            if record is None:
                return None
            if known := mine.filter(subject_id=record.pk).first():
                return known
            now = clock.now()
            use = cls(
                organization_id=actor.organization_id,
                state="open",
                number=number,
                subject_id=record.pk,
                person_id=record.person_id,
                holder_id=record.assigned_to_id,
                opened_by=actor,
                opened_at=now,
                expires_at=now + LASTS,
                reason=reason,
                why=why,
            )
            with use.starting(actor, "break_glass", reason=reason, until=use.expires_at.isoformat()):
                pass
            use.tell(Role.SUPERVISOR, record.assigned_to_id)
        return use

    def tell(self, role, *more):
        """Mail at once, at any hour, to everybody in `role` and to `more` (ids): the constant text (R38).

        Who is walled from the person hears nothing, nor does whoever opened it.
        """
        known = Q(role=role) | Q(pk__in=[pk for pk in more if pk])
        walls = self.person.walls.values("user")
        here = User.objects.active().filter(known, organization_id=self.organization_id)
        now = clock.now()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(
                organization_id=self.organization_id,
                kind="notice",
                recipient_id=member,
                created_at=now,
                available_at=now,
            )
            for member in here.exclude(pk__in=walls)
            .exclude(pk=self.opened_by_id)
            .values_list("pk", flat=True)
        )

    def end(self, done="", *, actor):
        """Shut it before the hour is over, or say afterwards what was `done`: whom they reached."""
        with self.moving("end", actor):
            self.ended_at, self.ended_by = min(clock.now(), self.expires_at), actor
            self.done = done or self.done

    def review(self, finding, remark="", *, actor):
        """A supervisor who did not open it says what they found (`emergency_findings`); that shuts it."""
        codes.load("cases", "emergency_findings")[finding]
        with self.moving("review", actor, finding=finding):
            if actor.pk == self.opened_by_id:
                self.refresh_from_db(fields=["state"])
                raise IllegalMove("review", self, NOT_YOUR_OWN)
            self.ended_at = self.ended_at or min(clock.now(), self.expires_at)
            self.finding, self.remark = finding, remark
            self.reviewed_at, self.reviewed_by = clock.now(), actor
            if finding == "misuse":
                self.tell(Role.ADMINISTRATOR)


class BreakGlassUserGrant(UserGrant):
    content_object = models.ForeignKey(BreakGlass, models.CASCADE, related_name="user_grants")


class BreakGlassGroupGrant(GroupGrant):
    content_object = models.ForeignKey(BreakGlass, models.CASCADE, related_name="group_grants")
