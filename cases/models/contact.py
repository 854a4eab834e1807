"""How a person may be reached, and each time that somebody tried (R37)."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cases import following
from orgs import audit, clock, codes, reminders
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

GOOD_FOR = timedelta(days=30)
REACHED = ("reached", "reached_wants_later", "declined")


class NoSafePlan(Exception):
    """Nobody may try to reach this person: no safe-contact plan, or none confirmed in the last 30 days (R37).

    `plan` is the stale one, or None.
    """

    def __init__(self, plan=None):
        super().__init__("No safe-contact plan was verified in the last 30 days.")
        self.plan = plan


class PersonDied(NoSafePlan):
    """Nobody tries to reach somebody who has died (R33)."""


class SafeContactPlan(TenantModel):
    """How, when and by what name a person may be reached; a new version supersedes, none is overwritten."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="plans")
    ways = ArrayField(models.CharField(max_length=24), default=list)  # contact_methods, or a packet's ways
    reach_at = SealedTextField(_("number or place"), max_length=200, blank=True)
    times = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    when = SealedTextField(_("when"), max_length=200, blank=True)
    ask_for = SealedTextField(_("what to say if somebody else answers"), max_length=200, blank=True)
    never = SealedTextField(_("what never to do"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    verified_with = models.CharField(max_length=12, blank=True)  # plan_confirmations; empty: the person
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(superseded_at=None), name="one_plan_stands_a_person"
            )
        ]

    @classmethod
    def make(
        cls,
        person,
        *,
        actor,
        ways=(),
        reach_at="",
        times=(),
        when="",
        ask_for="",
        never="",
        verified="person",
    ):
        """Write a new plan, which supersedes the one that stands. Returns it.

        `ways` and `times` are codes; `verified` says with whom it was confirmed (a code of
        plan_confirmations), or is empty where it was not.
        """
        now = clock.now()
        with transaction.atomic():
            # One writer a person, and nobody waits who only writes a row that names them.
            type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
            before = person.plan
            cls.objects.filter(person=person, superseded_at=None).update(superseded_at=now)
            plan = cls(
                organization_id=person.organization_id,
                person=person,
                ways=list(ways),
                reach_at=reach_at,
                times=list(times),
                when=when,
                ask_for=ask_for,
                never=never,
                made_at=now,
                made_by=actor,
                verified_at=now if verified else None,
                verified_by=actor if verified else None,
                verified_with=verified or "",
            )
            plan.save(force_insert=True)
            plan.tell_cases()
            audit.write(actor, "make_plan", plan, verified=bool(verified), verified_with=verified or "")
            following.replan(person, before, actor)
        return plan

    def confirm(self, *, actor):
        """The person said that this plan is still safe; it is good for 30 more days."""
        with transaction.atomic():
            plan = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if plan.superseded_at:
                raise NoSafePlan(self.person.plan)
            self.verified_at, self.verified_by, self.verified_with = clock.now(), actor, "person"
            self.save(update_fields=["verified_at", "verified_by", "verified_with"])
            self.tell_cases()
            audit.write(actor, "confirm_plan", self)

    def tell_cases(self):
        """The person's open cases remember when the plan was confirmed, and their clock starts anew."""
        from .case import Case

        for case in Case.objects.open().filter(person_id=self.person_id).select_for_update(of=("self",)):
            case.plan_verified_at = self.verified_at
            case.save(update_fields=["plan_verified_at"])
            reminders.settle(case, case.organization_id)

    @property
    def verified_in_words(self):
        """With whom it was confirmed, as the beginning of a sentence that goes on with when and by whom."""
        return {
            "trusted": _("Confirmed with someone they trust"),
            "referrer": _("Confirmed by whoever referred them, nobody here has spoken with them yet; kept"),
        }.get(self.verified_with, _("Confirmed with them"))

    @property
    def good_until(self):
        """The moment from which it must be confirmed again, or None if it never was confirmed."""
        return self.verified_at and self.verified_at + GOOD_FOR

    @property
    def is_verified(self):
        """Whether it stands and was confirmed in the last 30 days, by the database's clock (R37)."""
        return not self.superseded_at and bool(self.verified_at) and clock.now() < self.good_until

    @property
    def ways_in_words(self):
        """The ways as words, whichever list they came from."""
        ours, theirs = codes.load("cases", "contact_methods"), codes.load("referrals", "contact_ways")
        return [str(ours.label(way) if way in ours else theirs.label(way)) for way in self.ways]

    @property
    def times_in_words(self):
        return [str(codes.load("referrals", "contact_times").label(time)) for time in self.times]


class ContactAttempt(TenantModel):
    """One try to reach a person; the database takes it and lets nobody change it."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="attempts")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="attempts")
    plan = models.ForeignKey(SafeContactPlan, models.PROTECT, null=True, related_name="+")
    incoming = models.BooleanField(default=False, db_default=False)  # they were in touch with us
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    way = models.CharField(max_length=24)
    outcome = models.CharField(max_length=24)
    minutes = models.PositiveSmallIntegerField(default=0)
    note = SealedTextField(_("what was said and agreed"), max_length=4000, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(incoming=True) | models.Q(plan__isnull=False),
                name="attempts_have_a_plan",  # R37: only what they began themselves needs none
            )
        ]
        indexes = [models.Index(fields=["person", "-at"], name="attempts_newest")]

    @classmethod
    def record(cls, person, *, actor, case=None, way, outcome, minutes=0, note=""):
        """Write down one try to reach `person`, under the plan that stood. Returns it.

        `minutes` is how long it took. Raises `NoSafePlan` (R37).
        """
        with transaction.atomic():
            plan = person.plan
            if type(person).objects.filter(pk=person.pk, death_recorded_at__isnull=False).exists():
                raise PersonDied(plan)
            if plan is None or not plan.is_verified:
                raise NoSafePlan(plan)
            attempt = cls(
                organization_id=person.organization_id,
                person=person,
                case=case,
                plan=plan,
                at=clock.now(),
                by=actor,
                way=way,
                outcome=outcome,
                minutes=minutes,
                note=note,
            )
            attempt.save(force_insert=True)
            audit.write(actor, "contact", case or attempt, way=way, result=outcome)
        return attempt

    @classmethod
    def come(cls, person, *, actor, way, at=None, by=None, note=""):
        """Write down that `person` was in touch themselves, which needs no plan. Returns it.

        `at` is when (aware, not to come; None: now), `by` with which member of the house (None: `actor`).
        Raises `PersonDied`, and `ValueError` for a moment that is to come.
        """
        at = at or clock.now()
        if at > clock.now():
            raise ValueError("They cannot have been in touch yet.")
        with transaction.atomic():
            if type(person).objects.filter(pk=person.pk, death_recorded_at__isnull=False).exists():
                raise PersonDied(person.plan)
            contact = cls(
                organization_id=person.organization_id,
                person=person,
                plan=person.plan,
                incoming=True,
                at=at,
                by=by or actor,
                way=way,
                outcome="reached",
                note=note,
            )
            contact.save(force_insert=True)
            audit.write(actor, "contact", contact, way=way, result="reached", incoming=True)
        return contact

    @property
    def outcome_in_words(self):
        return codes.load("cases", "contact_outcomes").label(self.outcome)

    @property
    def reached(self):
        return self.outcome in REACHED
