"""Somebody is away for a while, and somebody covers their caseload until then."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import access, covering, reminders
from orgs import audit, clock, rota
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.models import User
from orgs.record import IllegalMove, Record, permissions_of
from orgs.words import local

MOVES = {
    "direct": ({"proposed"}, "standing"),
    "refuse": ({"proposed"}, "refused"),
    "withdraw": ({"proposed"}, "withdrawn"),
    "change": ({"standing"}, None),
    "confirm": ({"standing"}, None),
    "end": ({"standing"}, "ended"),
}
STATES = {
    "proposed": _("Proposed"),
    "standing": _("Arranged"),
    "refused": _("Not arranged"),
    "withdrawn": _("Withdrawn"),
    "ended": _("Over"),
}
LONGEST = timedelta(days=186)
CANNOT_COVER = _("This member cannot cover: they are away at that time, gone, or work no cases here.")
ALREADY_AWAY = _("They are away in a part of that time already. Change or end that absence first.")
PAST = _("That time is over.")


class AbsenceQuerySet(RecordQuerySet):
    def standing(self):
        return self.filter(state="standing")

    def running(self):
        """Who is away at this moment, by the database's clock; no task need have run."""
        return self.standing().filter(starts_at__lte=clock.Now(), ends_at__gt=clock.Now())

    def overlapping(self, starts_at, ends_at):
        """Those that have a moment between two aware ones in common with them, proposed ones left out."""
        return self.standing().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Absence(Record):
    """`user` is away from `starts_at` until `ends_at`, and `cover` stands in. Why is nobody's business."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.absence_grants, reminders.absence_clocks

    user = models.ForeignKey("orgs.User", models.PROTECT, related_name="absences")
    cover = models.ForeignKey("orgs.User", models.PROTECT, related_name="covers")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    directed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    without_cover_since = models.DateTimeField(null=True)  # whoever was to cover cannot
    cover_asked_at = models.DateTimeField(null=True)  # since when whoever covers now is to know of it
    cover_seen_at = models.DateTimeField(null=True)  # when they said that they do
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("absence", MOVES)
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="absence_state_is_known"),
            models.CheckConstraint(condition=~Q(user=F("cover")), name="absence_covered_by_another"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="absence_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("standing", "ended")) | Q(directed_by__isnull=False),
                name="absence_directed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "starts_at", "ends_at"],
                condition=Q(state="standing"),
                name="absences_standing",
            ),
            models.Index(
                fields=["organization", "proposed_at"],
                condition=Q(state="proposed"),
                name="absences_proposed",
            ),
        ]

    def get_absolute_url(self):
        return reverse("view_absence", args=[self.pk])

    @property
    def in_words(self):
        """Where it stands, in words."""
        if self.state == "standing" and self.is_running:
            return _("Away now")
        return STATES["ended"] if self.is_over else STATES[self.state]

    @property
    def is_running(self):
        return self.state == "standing" and self.starts_at <= clock.now() < self.ends_at

    @property
    def is_over(self):
        """Whether its time has passed, whether or not the clock has written it down yet."""
        return self.state == "standing" and self.ends_at <= clock.now()

    @property
    def waits_for_cover(self):
        """Whether whoever covers has not said yet that they know of it."""
        return self.state == "standing" and bool(self.cover_asked_at) and not self.cover_seen_at

    @property
    def first_day(self):
        return local(self.starts_at).date()

    @property
    def last_day(self):
        """The last day away, on the islands."""
        return local(self.ends_at - timedelta(microseconds=1)).date()

    @classmethod
    def propose(cls, member, cover, starts_at, ends_at, *, actor):
        """`actor`, who will be away, says when and who could cover; a supervisor decides. Returns it."""
        return cls._begin(member, cover, starts_at, ends_at, actor, "proposed", "propose")

    @classmethod
    def arrange(cls, member, cover, starts_at, ends_at, *, actor):
        """A supervisor says who is away and who covers, from one aware moment to another. Returns it.

        Raises `IllegalMove` for somebody who cannot cover, or is away in that time already.
        """
        return cls._begin(member, cover, starts_at, ends_at, actor, "standing", "arrange", directed_by=actor)

    @classmethod
    def _begin(cls, member, cover, starts_at, ends_at, actor, state, verb, **more):
        made = cls(
            organization_id=actor.organization_id,
            state=state,
            user=member,
            cover=cover,
            starts_at=starts_at,
            ends_at=ends_at,
            proposed_at=clock.now(),
            proposed_by=actor,
            cover_asked_at=clock.now() if state == "standing" and cover != actor else None,
            **more,
        )
        with transaction.atomic():
            made._hold(verb)
            with made.starting(actor, verb, **made._said()):
                pass
            covering.settle(made.organization_id, [member.pk])
        return made

    def direct(self, cover=None, starts_at=None, ends_at=None, *, actor):
        """A supervisor arranges what was proposed, as it was or otherwise."""
        self._set("direct", cover, starts_at, ends_at, actor)

    def change(self, cover=None, starts_at=None, ends_at=None, *, actor):
        """Somebody else covers from now on, or it ends on another day."""
        self._set("change", cover, starts_at, ends_at, actor)

    def _set(self, verb, cover, starts_at, ends_at, actor):
        with transaction.atomic():
            audit.crossing()
            self.lock_row(verb)
            self.cover, self.without_cover_since = cover or self.cover, None
            self.starts_at, self.ends_at = starts_at or self.starts_at, ends_at or self.ends_at
            said = {name: getattr(self, name) for name in ("cover_id", "starts_at", "ends_at")}
            told = self._what_cover_knows(verb, actor)
            if self.state in MOVES[verb][0]:
                self._hold(verb)
            with self.moving(verb, actor, **self._said()):
                for name, value in {**said, **told}.items():
                    setattr(self, name, value)
                self.without_cover_since, self.directed_by = None, actor
            rota.put_back(self, actor=actor, first=self.first_day, last=self.last_day)
            covering.settle(self.organization_id, [self.user_id])

    def _what_cover_knows(self, verb, actor):
        """Who covers hears of it anew where that is somebody else now, or the days are others."""
        before = type(self)._base_manager.get(pk=self.pk)
        same = all(
            getattr(before, name) == getattr(self, name) for name in ("cover_id", "starts_at", "ends_at")
        )
        if same and verb == "change":
            return {}
        asked = None if self.cover_id == actor.pk else clock.now()
        return {"cover_asked_at": asked, "cover_seen_at": None}

    def confirm(self, *, actor):
        """Whoever covers knows of it. A second press changes nothing."""
        with self.moving("confirm", actor):
            self.cover_seen_at = self.cover_seen_at or clock.now()

    def refuse(self, *, actor):
        """It is not arranged; nothing changes hands."""
        with self.moving("refuse", actor):
            self.ended_at, self.ended_by = clock.now(), actor

    def withdraw(self, *, actor):
        """Whoever proposed it does not go after all."""
        with self.moving("withdraw", actor):
            self.ended_at, self.ended_by = clock.now(), actor

    def end(self, *, actor=None):
        """They are back: early, or with no actor because its time is over. What is open is theirs again."""
        with transaction.atomic():
            audit.crossing()
            with self.moving("end", actor):
                self.ended_at, self.ended_by = clock.now(), actor
                self.without_cover_since = None
            if actor:  # early; else nothing of it is to come
                rota.put_back(self, actor=actor)
            covering.settle(self.organization_id, [self.user_id])

    def lack_cover(self, lacks):
        """Who was to cover cannot any more, or can again: the supervisors have a clock until then."""
        if lacks == bool(self.without_cover_since):
            return
        with transaction.atomic():
            self.lock_row("change")
            if self.state == "standing":
                self.without_cover_since = clock.now() if lacks else None
                self.save(update_fields=["without_cover_since"])
                self.settle()

    def _hold(self, verb):
        """Lock both members, and refuse what cannot be: another absence at that time, of either."""
        audit.crossing()
        both = self.user_id, self.cover_id
        rows = User.objects.filter(pk__in=both, organization_id=self.organization_id).order_by("pk")
        held = {member.pk: member for member in rows.select_for_update(of=("self",), no_key=True)}
        if self.ends_at <= clock.now():
            raise IllegalMove(verb, self, PAST)
        whose, cover = (held.get(pk) for pk in both)
        if not (whose and cover and covering.works(whose) and covering.can_cover(cover, whose)):
            raise IllegalMove(verb, self, CANNOT_COVER)
        meanwhile = type(self).objects.overlapping(self.starts_at, self.ends_at).exclude(pk=self.pk)
        if meanwhile.filter(user=self.user_id).exists():
            raise IllegalMove(verb, self, ALREADY_AWAY)
        if meanwhile.filter(user=self.cover_id).exists():
            raise IllegalMove(verb, self, CANNOT_COVER)

    def _said(self):
        """What a line of the audit says: who, who covers, which days. Never how much there is to cover."""
        return {
            "member": str(self.user_id),
            "cover": str(self.cover_id),
            "starts": self.first_day.isoformat(),
            "ends": self.last_day.isoformat(),
        }


class AbsenceUserGrant(UserGrant):
    content_object = models.ForeignKey(Absence, models.CASCADE, related_name="user_grants")


class AbsenceGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Absence, models.CASCADE, related_name="group_grants")
