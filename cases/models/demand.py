"""A legal demand: from the one who serves it to exactly what left, or nothing (R28).

Nothing leaves before the person was told (or it is on record why not), counsel is named and what is asked is
narrowed; every item that leaves has its line of the ledger, in the transaction in which it leaves (R26). The
database holds both (`migrations/…_demands.py`).
"""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import access, glass, letting_go, reminders
from cases.walls import walled
from orgs import clock, codes
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import IllegalMove, Record, permissions_of
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

from .case import Case
from .contact import ContactAttempt
from .disclosure import Disclosure
from .hold import LegalHold

MOVES = {
    "name_case": ({"received", "quash_moved"}, None),
    "notify": ({"received", "quash_moved"}, None),
    "name_counsel": ({"received", "narrowed", "quash_moved"}, None),
    "narrow": ({"received"}, "narrowed"),
    "object": ({"received", "narrowed"}, "objected"),
    "move_to_quash": ({"received", "narrowed"}, "quash_moved"),
    "win_quash": ({"quash_moved"}, "quashed"),
    "lose_quash": ({"quash_moved"}, "received"),  # what the judge left of it is narrowed anew
    "comply": ({"narrowed"}, "complied"),
    "withdraw": ({"received", "narrowed", "quash_moved"}, "withdrawn"),
}
OPEN_STATES = ("received", "narrowed", "quash_moved")
STATES = (*OPEN_STATES, "objected", "quashed", "complied", "withdrawn")
STATE_WORDS = {
    "received": _("To be worked through"),
    "narrowed": _("Narrowed; nothing has left"),
    "quash_moved": _("Before the court"),
    "objected": _("Answered without giving anything"),
    "quashed": _("Quashed: nothing left"),
    "complied": _("Complied with"),
    "withdrawn": _("Withdrawn: nothing left"),
}
BASES = {"subpoena": "by_subpoena", "court_order": "by_court_order", "warrant": "by_warrant"}
HELD_UNTIL_SEEN = timedelta(days=90)
NOTICED = ~Q(notice="") & Q(noticed_at__isnull=False) & (Q(notice="told") | Q(notice_why__isnull=False))
ADVISED = Q(counsel__isnull=False, counsel_at__isnull=False)
REFUSALS = {
    "notice": _("First the person is told, or it is written down why not."),
    "counsel": _("First counsel is named."),
    "told": _("Its person has been told. It stays with this case."),
    "no_case": _("It names no case of ours. It is answered without giving anything."),
    "no_force": _("A request has no force of law. It is answered without giving anything."),
    "nothing": _("Name each thing that leaves."),
    "notes": _("Notes leave only where a judge’s order names them, and that is not recorded here."),
}


class DemandQuerySet(RecordQuerySet):
    def open(self):
        """What is to be answered, the first to be due first."""
        return self.filter(state__in=OPEN_STATES).order_by("due_at", "id")


class Demand(Record):
    """Of one organization, about one case or intake of its, or about somebody of whom it says nothing."""

    MOVES, STATES = MOVES, STATE_WORDS
    grants, clocks = access.demand_grants, reminders.demand_clocks

    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="demands")
    person = models.ForeignKey("cases.Person", models.PROTECT, null=True, related_name="+")
    intake_number = models.CharField(max_length=12, blank=True)  # of an intake that is no case (yet)
    kind = models.CharField(max_length=16)
    served_at = models.DateTimeField()
    served_by = SealedTextField(_("who served it"), max_length=200)
    issued_by = SealedTextField(_("court, lawyer or office that asks"), max_length=200)
    asked = SealedTextField(_("what is asked"), max_length=4000)
    due_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    notice = models.CharField(max_length=16, blank=True)
    notice_why = SealedTextField(_("why they were not told"), max_length=500, blank=True)
    noticed_at = models.DateTimeField(null=True)
    noticed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    attempt = models.ForeignKey("cases.ContactAttempt", models.PROTECT, null=True, related_name="+")
    counsel = SealedTextField(_("counsel"), max_length=200, blank=True)
    counsel_at = models.DateTimeField(null=True)
    narrowed = SealedTextField(_("what is left of it"), max_length=4000, blank=True)
    narrowed_at = models.DateTimeField(null=True)
    notes_ordered = models.BooleanField(default=False)  # a judge's order names the notes (R34)
    outcome = SealedTextField(_("how it ended"), max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = DemandQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("demand", MOVES, "print")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="demand_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=(*BASES, "request")), name="demand_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=("narrowed", "complied"))
                | (
                    NOTICED
                    & ADVISED
                    & Q(person__isnull=False, narrowed__isnull=False, narrowed_at__isnull=False)
                ),
                name="demand_notice_counsel_and_narrowing_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("objected", "quash_moved", "quashed")) | ADVISED,
                name="demand_answered_with_counsel",
            ),
            models.CheckConstraint(
                condition=~Q(state="complied") | ~Q(kind="request"), name="request_is_never_complied_with"
            ),
            models.CheckConstraint(
                condition=Q(notes_ordered=False) | (Q(kind="court_order") & ADVISED),
                name="demand_for_notes_is_a_courts_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"], condition=Q(state__in=OPEN_STATES), name="open_demands"
            )
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    @property
    def label(self):
        return self.case.number if self.case_id else self.intake_number

    @property
    def place_url(self):
        """The address of the case or intake that it is about; "" where it names none."""
        if self.case_id:
            return self.case.get_absolute_url()
        kind = glass.kind_of(self.intake_number)
        return reverse(f"view_{kind.model._meta.model_name}", args=[self.intake_number]) if kind else ""

    def get_absolute_url(self):
        return reverse("view_demand", args=[self.pk])

    @property
    def kind_in_words(self):
        return codes.load("cases", "demand_kinds").label(self.kind)

    @property
    def notice_in_words(self):
        return codes.load("cases", "demand_notices").label(self.notice)

    @property
    def standing(self):
        return self.STATES[self.state]

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @classmethod
    def receive(cls, *, actor, kind, served_at, served_by, issued_by, asked, due_at, record=None):
        """Write down what was served, when (aware), by whom, what it asks, and by when to answer.

        `record` is a case, an intake, or None. While it is to be answered nothing of that person
        goes; what has the force of law holds everything of a case until a supervisor ends the hold (R35).
        """
        codes.load("cases", "demand_kinds")[kind]
        demand = cls(
            organization_id=actor.organization_id,
            state="received",
            kind=kind,
            served_at=served_at,
            served_by=served_by,
            issued_by=issued_by,
            asked=asked,
            due_at=due_at,
            received_at=clock.now(),
            received_by=actor,
        )
        if record is not None:
            demand._is_about(record)
        with demand.starting(actor, "receive", kind=kind):
            demand._hold(actor)
        return demand

    def _is_about(self, record):
        """It is about the person of a case, or of an intake and the case that this became."""
        case = record if isinstance(record, Case) else record.case
        self.case, self.person_id = case, (case or record).person_id
        self.intake_number = "" if case else record.number

    @classmethod
    def join(cls, person, case, actor):
        """What asks for somebody of whom there was no case yet is about `case` from here on, and holds it."""
        waiting = cls.objects.select_for_update(of=("self",)).open()
        for demand in waiting.filter(case=None, person__in=letting_go.all_of(person)):
            demand._is_about(case)
            demand.save(update_fields=["case", "person", "intake_number"])
            demand.settle()
            demand._hold(actor)

    def _hold(self, actor):
        """What has the force of law holds everything about the person (R35); a hold that stands stays."""
        if self.case and self.kind in BASES and not self.case.legal_hold:
            looked_at = clock.now() + HELD_UNTIL_SEEN
            LegalHold.place(self.case, actor=actor, reason="subpoena", review_at=looked_at)

    def must_be_untold(self, verb):
        """Raises `IllegalMove` once the person of its case was told, or it is on record why not."""
        if self.notice:
            self._refuse(verb, "told")

    def name_case(self, record, *, actor):
        """It is about `record`, a case or an intake: whoever took the paper could not see it, or erred.

        From here everything about its person is held, as by `receive`. A hold on a case named before is
        not lifted by this: that is a supervisor's own decision, with a reason.
        """
        with self.moving("name_case", actor):
            self.must_be_untold("name_case")
            self._is_about(record)
            self._hold(actor)

    def must_name_a_case(self, verb):
        """Raises `IllegalMove` for a demand that names no record here: there is nobody to tell."""
        if self.person_id is None:
            self._refuse(verb, "no_case")

    def notify(self, notice, *, actor, why="", way=""):
        """The person was told under their safe-contact plan, or it is on record why not (`demand_notices`).

        Telling them is a contact: `way` is a code of contact_methods. Raises `NoSafePlan` (R37).
        """
        codes.load("cases", "demand_notices")[notice]
        with self.moving("notify", actor, notice=notice):
            self.must_name_a_case("notify")
            if notice == "told":
                self.attempt = ContactAttempt.record(
                    self.person, actor=actor, case=self.case, way=way, outcome="reached"
                )
            elif not why:
                self._refuse("notify", "notice")
            self.notice, self.notice_why = notice, why
            self.noticed_at, self.noticed_by = clock.now(), actor

    def name_counsel(self, counsel, *, actor):
        """Who advises the organization on it."""
        with self.moving("name_counsel", actor):
            self.counsel, self.counsel_at = counsel, clock.now()

    def narrow(self, narrowed, *, actor, notes_ordered=False):
        """What is left after counsel spoke with whoever asks; `notes_ordered`: a judge named notes."""
        with self.moving("narrow", actor, notes_ordered=notes_ordered):
            self.must_name_a_case("narrow")
            if not self.notice:
                self._refuse("narrow", "notice")
            if not self.counsel_at:
                self._refuse("narrow", "counsel")
            if notes_ordered and self.kind != "court_order":
                self._refuse("narrow", "notes")
            self.narrowed, self.narrowed_at, self.notes_ordered = narrowed, clock.now(), notes_ordered

    def comply(self, items, *, actor, method="written"):
        """Give exactly `items`, (kind, what) pairs of `demand_items`, and nothing after them.

        Each has its line of the ledger before it is one (R26); any of them missing, nothing leaves.
        """
        with self.moving("comply", actor, items=len(items)):
            if self.kind not in BASES:
                self._refuse("comply", "no_force")
            if not items:
                self._refuse("comply", "nothing")
            if not self.notes_ordered and any(kind == "notes" for kind, _what in items):
                self._refuse("comply", "notes")
            for kind, what in items:
                DemandItem.give(self, kind, what, actor, method)
            self.ended_at, self.ended_by = clock.now(), actor

    def object(self, outcome, *, actor):
        """Answer without giving anything, not even whether we know the person."""
        self._end("object", outcome, actor, advised=True)

    def move_to_quash(self, *, actor):
        """Counsel asks the court to take it back."""
        with self.moving("move_to_quash", actor):
            if not self.counsel_at:
                self._refuse("move_to_quash", "counsel")

    def win_quash(self, outcome, *, actor):
        self._end("win_quash", outcome, actor)

    def lose_quash(self, due_at, *, actor):
        """The court lets it stand, in part or whole, until `due_at` (aware): it is narrowed anew."""
        with self.moving("lose_quash", actor):
            self.due_at, self.narrowed_at, self.narrowed, self.notes_ordered = due_at, None, "", False

    def withdraw(self, outcome, *, actor):
        """Whoever asked takes it back."""
        self._end("withdraw", outcome, actor)

    def _end(self, verb, outcome, actor, advised=False):
        with self.moving(verb, actor):
            if advised and not self.counsel_at:
                self._refuse(verb, "counsel")
            self.outcome, self.ended_at, self.ended_by = outcome, clock.now(), actor

    def _refuse(self, verb, why):
        self.refresh_from_db(fields=["state"])
        raise IllegalMove(verb, self, REFUSALS[why])


class DemandItem(TenantModel):
    """One thing that left, bound to its line of the ledger. The database lets nobody add to it later."""

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=16)
    what = SealedTextField(_("what left"), max_length=1000)
    disclosure = models.OneToOneField(Disclosure, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    @property
    def kind_in_words(self):
        return codes.load("cases", "demand_items").label(self.kind)

    @classmethod
    def give(cls, demand, kind, what, actor, method):
        """The ledger's line first, then the item; both or none."""
        codes.load("cases", "demand_items")[kind]
        with transaction.atomic():
            line = Disclosure.write_by_law(
                demand, actor, BASES[demand.kind], demand.issued_by[:120], what, method
            )
            item = cls(
                organization_id=demand.organization_id,
                demand=demand,
                kind=kind,
                what=what,
                disclosure=line,
                at=line.at,
                by=actor,
            )
            item.save(force_insert=True)
        return item


class DemandUserGrant(UserGrant):
    content_object = models.ForeignKey(Demand, models.CASCADE, related_name="user_grants")


class DemandGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Demand, models.CASCADE, related_name="group_grants")
