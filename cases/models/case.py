"""Work with one person in one organization."""

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cases import access, before_a_case, duties, following, glass, letting_go, reminders, told
from cases.closing import Closing, OwnClosure, StillOpen
from cases.covering import Covered, cover_of
from cases.death import Death
from cases.resting import Resting
from cases.taking_up import Handed
from cases.walls import walled
from cases.work import Work
from orgs import clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import Record, permissions_of

from .contact import GOOD_FOR, REACHED

__all__ = ["Case", "CaseGroupGrant", "CaseUserGrant", "OwnClosure", "StillOpen"]

MOVES = {
    "activate": ({"open"}, "active"),
    "hold": ({"active"}, "on_hold"),
    "resume": ({"on_hold"}, "active"),
    "request_closure": ({"open", "active", "on_hold"}, "closure_requested"),
    "refuse_closure": ({"closure_requested"}, "active"),
    "close": ({"closure_requested"}, "closed"),
    "reopen": ({"closed"}, "active"),
    "extend": ({"on_hold"}, None),  # it rests for longer
    "assign": ({"open", "active", "on_hold", "closure_requested"}, None),
    "take_up": ({"open", "active", "on_hold", "closure_requested"}, None),  # what was given to one unasked
    "log": ({"open", "active", "on_hold", "closure_requested"}, None),
    "record_death": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
    "take_back_death": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
    "restrict": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
    "place_hold": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
    "lift_hold": ({"open", "active", "on_hold", "closure_requested", "closed"}, None),
}
OPEN_STATES = ("open", "active", "on_hold", "closure_requested")
STATES = {
    "open": _("Open, not yet reached"),
    "active": _("Active"),
    "on_hold": _("On hold"),
    "closure_requested": _("Closure asked for"),
    "closed": _("Closed"),
}
HIGH_RISK = ("crisis", "high_risk")


def demanded():
    """A condition on cases: a legal demand about it is not answered yet."""
    from .demand import OPEN_STATES, Demand

    return models.Exists(Demand.objects.filter(case=models.OuterRef("pk"), state__in=OPEN_STATES))


class CaseQuerySet(RecordQuerySet):
    def open(self):
        return self.filter(state__in=OPEN_STATES)

    def of(self, member):
        """The caseload of one member."""
        return self.filter(organization_id=member.organization_id, assigned_to=member)

    def for_page(self):
        """With its people, its duties, its standing releases, how much was told to others, when last.

        And with `demanded`: whether a legal demand about it is still to be answered (R28).
        """
        beside = told.told_beside() | duties.duties_beside()
        people = self.select_related("person", "assigned_to", "handed_by")
        return people.annotate(**beside, demanded=demanded())

    def for_list(self):
        """With its people, and the id of the next follow-up."""
        from .followup import FollowUp

        coming = FollowUp.objects.filter(case=models.OuterRef("pk"), state="scheduled").order_by(
            "due_at", "id"
        )
        return self.select_related("person", "assigned_to").annotate(
            next_id=models.Subquery(coming.values("pk")[:1])
        )

    def newest_first(self):
        """By what happened last, in the order of the index."""
        return self.order_by("-last_activity_at", "-id")

    def older_than(self, moment, pk):
        """The rows after the one with this last activity (aware) and id, in the order of the index."""
        return self.filter(
            models.Q(last_activity_at__lt=moment) | models.Q(last_activity_at=moment, id__lt=pk),
            last_activity_at__lte=moment,
        )

    def quiet_since(self, moment):
        """Working cases in which nobody reached the person since an aware moment."""
        return self.filter(state__in=("open", "active"), person_died=False).filter(
            models.Q(last_contact_at__lt=moment) | models.Q(last_contact_at=None, opened_at__lt=moment)
        )

    def with_plan_to_confirm(self, until=None):
        """Open cases whose safe-contact plan is not good at `until` (aware; None: now), or never was."""
        edge = (until or clock.now()) - GOOD_FOR
        living = self.open().filter(person_died=False)
        return living.filter(models.Q(plan_verified_at=None) | models.Q(plan_verified_at__lte=edge))

    def waiting_to_close(self):
        """What advocates asked a supervisor to close, longest wait first."""
        return self.filter(state="closure_requested").order_by("changed_at", "id")

    def unassigned(self):
        return self.open().filter(assigned_to=None)

    def handed(self):
        """Open cases that were given to somebody unasked, who has not taken them up yet."""
        return self.open().filter(handed_at__isnull=False)

    def resting(self, until=None):
        """Cases on hold, to be looked at again by an aware moment (None: whenever)."""
        rests = self.filter(state="on_hold")
        return rests.filter(rests_until__lte=until) if until else rests

    def load(self):
        """Open work by advocate, in one query: dicts of assigned_to, assigned_to__name, open, high_risk."""
        return (
            self.open()
            .order_by()
            .values("assigned_to", "assigned_to__name")
            .annotate(
                open=models.Count("pk"),
                high_risk=models.Count("pk", filter=models.Q(priority__in=HIGH_RISK)),
            )
            .order_by("-open", "assigned_to__name")
        )


class Case(Work, Closing, Resting, Death, Covered, Handed, Record):
    """`Work` holds what is done in a case, `Closing` how it ends, `Resting` how it waits, `Death` what a
    death changes."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.case_grants, reminders.case_clocks

    number = models.CharField(max_length=12)  # C-0412, counted inside the organization
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="cases")
    assigned_to = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="caseload")
    assigned_at = models.DateTimeField()  # since when it is theirs, or nobody's
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    priority = models.CharField(max_length=12, default="standard")
    island = models.CharField(max_length=3)
    victimizations = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    trafficking_kind = models.CharField(max_length=8, blank=True)
    restricted = models.BooleanField(default=False)
    restricted_by_walls = models.BooleanField(default=False, db_default=False)  # and by nothing else
    co_served = models.BooleanField(default=False)
    minor = models.BooleanField(default=False)
    person_died = models.BooleanField(default=False)  # as `Person.has_died`, for clocks and lists
    legal_hold = models.BooleanField(default=False)  # by a `LegalHold` that stands
    hold_review_at = models.DateTimeField(null=True)
    plan_verified_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)  # when the person was last reached
    last_activity_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closure_reason = models.CharField(max_length=24, blank=True)
    closure_requested_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("case", MOVES, "hand_off", "merge", "receipt")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=(*OPEN_STATES, "closed")), name="case_state_is_known"
            ),
            Covered.for_a_while("case"),
            Handed.to_somebody("case"),
            Resting.until_a_day(),
        ]
        indexes = [
            models.Index(
                fields=["organization", "assigned_to", "-last_activity_at", "-id"],
                condition=models.Q(state__in=OPEN_STATES),
                name="caseload",
            ),
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                include=["assigned_to", "priority", "state", "opened_at", "last_contact_at", "person"],
                condition=models.Q(state__in=OPEN_STATES),
                name="open_cases",  # a board counts without going to the rows
            ),
            models.Index(
                fields=["organization", "changed_at", "id"],
                condition=models.Q(state="closure_requested"),
                name="closures_asked_for",
            ),
            models.Index(fields=["organization", "person"], name="cases_of_person"),
            models.Index(
                fields=["organization", "assigned_to", "handed_at"],
                condition=models.Q(handed_at__isnull=False),
                name="cases_handed",
            ),
            models.Index(
                fields=["organization", "assigned_to", "rests_until"],
                condition=models.Q(state="on_hold"),
                name="cases_resting",
            ),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    @classmethod
    def in_emergency(cls, user):
        return glass.opened(user)

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("view_case", args=[self.number])

    @classmethod
    def open_for(
        cls,
        person,
        *,
        actor,
        assigned_to=None,
        priority="standard",
        island="",
        victimizations=(),
        trafficking_kind="",
    ):
        """Open a case for a person. Without `assigned_to` the supervisors hear that nobody has it.

        `priority`, `island`, `victimizations` and `trafficking_kind` are codes.
        """
        from .assignment import CaseAssignment

        now, plan = clock.now(), person.plan
        with transaction.atomic():
            letting_go.hold(person)  # a wall for `assigned_to` stands, or waits until this is done
            reached = person.attempts.filter(outcome__in=REACHED).values_list("at", flat=True).first()
            case = cls(
                organization_id=person.organization_id,
                state="open",
                number=f"C-{actor.organization.take_number('case'):04d}",
                person=person,
                assigned_to=assigned_to,
                assigned_at=now,
                opened_at=now,
                opened_by=actor,
                priority=priority,
                island=island or person.island,
                victimizations=list(victimizations),
                trafficking_kind=trafficking_kind,
                minor=bool(person.is_minor(now)),
                plan_verified_at=plan and plan.verified_at,
                last_contact_at=reached,
                person_died=person.has_died,
                last_activity_at=now,
            )
            case.be_covered(cover_of(case.assigned_to_id))
            case.be_handed(actor)  # whoever opens it for another asked nobody
            with case.starting(actor):
                pass
            if assigned_to:
                CaseAssignment.settled(case, assigned_to, actor=actor)
            before_a_case.join(person, case, actor)
        return case

    # Where it stands

    @property
    def standing(self):
        """Where it stands, in words."""
        return STATES[self.state]

    @property
    def closure_in_words(self):
        return codes.load("cases", "closure_reasons").label(self.closure_reason)

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    def activate(self, *, actor):
        with self.moving("activate", actor):
            pass

    def restrict(self, restricted, *, actor, by_walls=False):
        """Mark that who may see it is narrowed, or lift the mark.

        `by_walls`: walls alone narrow it, and with the last of them the mark may go. Whatever else it was
        marked for stays (R18, R42).
        """
        if not restricted and not self.restricted_by_walls:
            return
        with self.moving("restrict", actor, restricted=restricted):
            self.restricted_by_walls = (
                restricted and by_walls and (not self.restricted or self.restricted_by_walls)
            )
            self.restricted = restricted

    # Whose it is

    def offer(self, to, *, actor, directed=False, reason=""):
        """Ask a member to take the case over; `directed` by a supervisor it is theirs at once, with a reason.

        Until somebody accepts, it stays with whom it is. Returns the `CaseAssignment`.
        """
        from .assignment import CaseAssignment

        return CaseAssignment.offer(self, to, actor=actor, directed=directed, reason=reason)

    def hand_to(self, member, *, actor, unasked=False):
        """Give the case, and all that follows it, to a member (None: to nobody, and the supervisors hear).

        `unasked`, it waits until they have taken it up, with a clock of its own.
        """
        with self.moving("assign", actor, assignee=str(member.pk) if member else ""):
            self.assigned_to, self.assigned_at = member, clock.now()
            self.be_handed(actor if unasked else None)
            self.be_covered(cover_of(self.assigned_to_id))
            following.follow(self, actor)

    def let_go(self, *, actor):
        """Whoever has it must not see it any more: it is nobody's, and the supervisors hear (R42)."""
        from .assignment import CaseAssignment

        with transaction.atomic():
            CaseAssignment.locked(self)
            CaseAssignment.end_accepted(self, actor)
            self.hand_to(None, actor=actor)


class CaseUserGrant(UserGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="user_grants")


class CaseGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="group_grants")
