"""A breach: one press, three clocks that nobody can lengthen, and what was done about it (R43)."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.breach_clocks import BY_CODE, TOLD
from orgs import clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.clocks import clock_interval
from orgs.models import Organization, OutboxMessage, User
from orgs.record import IllegalMove, Record, permissions_of
from orgs.roles import ROLES_OF_KIND, ROWLESS, Role
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

STEPS = codes.load("cases", "breach_steps").codes
MOVES = {
    "gather": ({"open"}, None),
    "tell": ({"open"}, None),
    "contain": ({"open"}, None),
    "request_closure": ({"open"}, "closure_requested"),
    "refuse_closure": ({"closure_requested"}, "open"),
    "close": ({"closure_requested"}, "closed"),
    "reopen": ({"closed"}, "open"),
}
STATES = ("open", "closure_requested", "closed")
TELLERS = (Role.SUPERVISOR, Role.UNIT_SUPERVISOR, Role.ADMINISTRATOR)
REFUSALS = {
    "second_person": _("Somebody else than the one who asked closes it."),
    "not_done": _(
        "Not everybody has been told, or not every step is done, or nobody has said what happened."
    ),
}


def _in_time(told):
    """The database's own word: no clock is later than the law has it."""
    return models.CheckConstraint(
        condition=Q(**{f"{told.code}_due_at__lte": F("known_at") + told.within}),
        name=f"breach_{told.code}_told_in_time",
    )


def _all_told():
    return Q(**{f"{told.code}_told_at__isnull": False for told in TOLD}, contained__contains=list(STEPS))


class Breach(Record):
    """Of one organization, whatever its kind: a lost phone of an officer is one too. No name is in it."""

    MOVES = MOVES
    SHUT_TO = ROWLESS - {Role.ADMINISTRATOR}  # it is about the house, not about a person
    grants, clocks = access.breach_grants, reminders.breach_clocks

    number = models.CharField(max_length=12)  # B-001, counted inside the organization
    kind = models.CharField(max_length=24)
    what = SealedTextField(_("what happened"), max_length=1000, blank=True)  # it may follow
    known_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    answered_by = ArrayField(models.CharField(max_length=20))  # the roles of this kind of house that answer
    records = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # numbers, references
    member = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # it goes on while this is empty
    affected = models.PositiveIntegerField(null=True)  # persons
    grantor_due_at = models.DateTimeField()
    grantor_told_at = models.DateTimeField(null=True)
    persons_due_at = models.DateTimeField()
    persons_told_at = models.DateTimeField(null=True)
    territory_due_at = models.DateTimeField()
    territory_told_at = models.DateTimeField(null=True)
    contained = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    closure_requested_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    lesson = SealedTextField(_("what changes"), max_length=1000, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("breach", MOVES, "evidence", "export")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="breach_number_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="breach_state_is_known"),
            models.CheckConstraint(
                condition=Q(known_at__lte=F("started_at")), name="breach_was_known_before"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="breach_ends_after_it_begins"
            ),
            *map(_in_time, TOLD),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | (
                    _all_told()
                    & Q(what__isnull=False)
                    & Q(closed_by__isnull=False, closure_requested_by__isnull=False)
                    & ~Q(closed_by=F("closure_requested_by"))
                ),
                name="breach_closed_when_done_by_a_second_person",
            ),
        ]

    def get_absolute_url(self):
        return reverse("view_breach", args=[self.pk])

    @property
    def kind_in_words(self):
        return codes.load("cases", "breach_kinds").label(self.kind)

    @property
    def told(self):
        """What each clock says: dicts of who, law, code, due and told (moments or None)."""
        for one in TOLD:
            due_at, told_at = getattr(self, f"{one.code}_due_at"), getattr(self, f"{one.code}_told_at")
            yield {"code": one.code, "who": one.who, "law": one.law, "due": due_at, "told": told_at}

    @property
    def left(self):
        """How many clocks run and steps are open, and whether nobody has said yet what happened."""
        untold = sum(not one["told"] for one in self.told)
        return untold + len(set(STEPS) - set(self.contained)) + (not self.what)

    @classmethod
    def start(cls, *, actor, kind, known_at, what="", since=None, until=None, records=(), member=None):
        """The button: the clocks count from `known_at` (aware, not to come), and all who must hear hear now.

        `kind` is a code of breach_kinds; `records` are numbers and references, `member` whose account it was,
        `since` and `until` the aware moments between which something may have been seen; without `since`
        from when it was known. All but the kind and that moment may follow.
        """
        codes.load("cases", "breach_kinds")[kind]
        now = clock.now()
        if known_at > now:
            raise ValidationError(_("That is still to come."), code="known_at")
        with transaction.atomic():
            house = Organization.objects.select_for_update().get(pk=actor.organization_id)
            dues = {
                f"{one.code}_due_at": known_at
                + min(one.within, _length(clock_interval(one.clock, "crisis", house.clocks)))
                for one in TOLD
            }
            breach = cls(
                organization=house,
                state="open",
                number=f"B-{cls.objects.filter(organization=house).count() + 1:03d}",
                kind=kind,
                what=what,
                known_at=known_at,
                started_at=now,
                started_by=actor,
                answered_by=[role for role in ROLES_OF_KIND[house.kind] if role in TELLERS],
                since=since or known_at,
                until=until,
                records=sorted(set(records)),
                member=member,
                **dues,
            )
            with breach.starting(actor, "start_breach", kind=kind):
                pass
            breach._tell_everyone(actor)
        return breach

    def _tell_everyone(self, actor):
        """Mail at once to whoever can act on it, with the constant text (R38)."""
        here = User.objects.filter(organization_id=self.organization_id).in_role(*TELLERS)
        now = clock.now()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(
                organization_id=self.organization_id,
                kind="notice",
                recipient=member,
                created_at=now,
                available_at=now,
            )
            for member in here.exclude(pk=actor.pk)
        )

    def gather(self, *, actor, since, what="", until=None, records=(), member=None, affected=None):
        """Say anew what happened, and which records, whose account and which time are concerned; what stands
        as the account of it stays where `what` is empty."""
        with self.moving("gather", actor):
            self.what = what or self.what
            self.since, self.until, self.member = since, until, member
            self.records, self.affected = sorted(set(records)), affected

    def tell(self, whom, *, actor, at, how, to, complete=True):
        """Record that one of `TOLD` was told: when (aware), how (`breach_ways`), and to whom exactly.

        With `complete` that clock stops; the persons can be told one after the other. Raises
        `ValidationError` (code: the field) for a moment to come or before anybody knew.
        """
        codes.load("cases", "breach_ways")[how]
        if not self.known_at <= at <= clock.now():
            raise ValidationError(_("Give a moment after it was known, and not one to come."), code="at")
        if how == "not_required" and whom == "grantor" and actor.organization.helps:
            raise ValidationError(_("A service always tells its grantor."), code="how")
        with self.moving("tell", actor, whom=whom, how=how, complete=complete):
            BreachNotice(
                organization_id=self.organization_id,
                breach=self,
                whom=whom,
                at=at,
                how=how,
                to=to,
                by=actor,
                written_at=clock.now(),
            ).save(force_insert=True)
            if complete:
                setattr(self, f"{BY_CODE[whom].code}_told_at", at)

    def contain(self, steps, *, actor):
        """Which steps are done, of `breach_steps`."""
        with self.moving("contain", actor, steps=sorted(steps)):
            self.contained = [step for step in STEPS if step in steps]

    def request_closure(self, *, actor):
        """Everybody is told and every step done; a second person closes."""
        with self.moving("request_closure", actor):
            if self.left:
                self._refuse("request_closure", "not_done")
            self.closure_requested_by = actor

    def refuse_closure(self, *, actor):
        with self.moving("refuse_closure", actor):
            self.closure_requested_by = None

    def close(self, lesson, *, actor):
        """By somebody else than the one who asked for it."""
        with self.moving("close", actor):
            if actor.pk == self.closure_requested_by_id:
                self._refuse("close", "second_person")
            self.closed_at, self.closed_by, self.lesson = clock.now(), actor, lesson

    def reopen(self, *, actor):
        """Something more came out. What was told stays told, and the clocks of what was not go on."""
        with self.moving("reopen", actor):
            self.closed_at = self.closed_by = self.closure_requested_by = None

    def _refuse(self, verb, why):
        self.refresh_from_db(fields=["state"])
        raise IllegalMove(verb, self, REFUSALS[why])


def _length(interval):
    from datetime import timedelta

    return timedelta(seconds=interval.seconds)


class BreachNotice(TenantModel):
    """One telling: to whom, when, how. The database lets nobody change it."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="notices")
    whom = models.CharField(max_length=12)
    at = models.DateTimeField()
    how = models.CharField(max_length=16)
    to = SealedTextField(_("to whom"), max_length=300)
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(whom__in=tuple(BY_CODE)), name="breach_notice_to_one_of_three")
        ]

    @property
    def how_in_words(self):
        return codes.load("cases", "breach_ways").label(self.how)

    @property
    def whom_in_words(self):
        return BY_CODE[self.whom].who


class BreachUserGrant(UserGrant):
    content_object = models.ForeignKey(Breach, models.CASCADE, related_name="user_grants")


class BreachGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Breach, models.CASCADE, related_name="group_grants")
