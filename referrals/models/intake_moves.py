"""The moves of an intake, one method a verb. None of them writes to the packet or tells its sender (R3)."""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import before_a_case, letting_go
from cases.covering import cover_of
from cases.models import ContactAttempt, SafeContactPlan, Wall
from cases.models.assignment import can_work
from cases.models.contact import REACHED, PersonDied
from orgs import clock, reclocking
from orgs.record import IllegalMove
from referrals.access import OPEN_INTAKE

from .intake_ends import IntakeEnds

OPEN_STATES = OPEN_INTAKE
WITH_SOMEBODY = {"assigned", "outreach", "engaged"}
ENDS = (
    "services_declined",
    "unable_to_contact",
    "unsafe_to_contact",
    "not_eligible",
    "referred_out",
    "duplicate_of",
    "invalid",
)
ANY = {*OPEN_STATES, *ENDS, "case_opened", "linked_to_case"}
MOVES = {
    "check_conflict": (set(OPEN_STATES), None),  # before triage, and again whenever one appears
    "triage": ({"new"}, "triaged"),
    "assign": ({"triaged", *WITH_SOMEBODY}, None),  # ask an advocate; nobody is responsible by being asked
    "take_on": ({"triaged"}, "assigned"),  # the advocate who was asked accepted
    "pass_on": (WITH_SOMEBODY, None),  # another accepted, and goes on where the first left off
    "take_up": (WITH_SOMEBODY, None),  # what came with a caseload that was moved
    "keep": (WITH_SOMEBODY, None),  # the other who was asked said no: it stays with whom it is
    "let_go": (set(OPEN_STATES), None),  # a wall went up before whoever had it, or was asked
    "plan": (set(OPEN_STATES), None),  # how to reach the person safely
    "hand_back": ({"triaged", "assigned"}, "triaged"),  # nobody has it any more
    "begin_outreach": ({"assigned"}, "outreach"),
    "reach_out": (WITH_SOMEBODY, None),  # the first try begins the outreach by itself
    "engage": ({"assigned", "outreach"}, "engaged"),
    "open_case": ({"engaged"}, "case_opened"),
    "link_case": ({"triaged", *WITH_SOMEBODY}, "linked_to_case"),
    "decline_services": ({"outreach", "engaged"}, "services_declined"),
    "give_up": ({"outreach"}, "unable_to_contact"),
    "find_unsafe": ({"triaged", "assigned", "outreach"}, "unsafe_to_contact"),
    "find_ineligible": ({"triaged", *WITH_SOMEBODY}, "not_eligible"),
    "refer_out": (set(OPEN_STATES), "referred_out"),
    "find_duplicate": ({"new", "triaged", "assigned"}, "duplicate_of"),
    "find_invalid": ({"new", "triaged", "assigned"}, "invalid"),
    "reopen": (set(ENDS), "triaged"),
    "mark_officer": (ANY, None),  # the officer who filed is the one who harms
    "lift_mark": (ANY, None),
    "show_heads": (ANY, None),  # the heads of the officer's unit may see the packet move
    "hide_heads": (ANY, None),
}
REFUSALS = {
    "conflict_check": _("First somebody asks whether anyone here is too near to it."),
    "not_this_member": _(
        "Only an advocate or supervisor of this organization who does not have it yet can be asked."
    ),
    "walled": _("This member cannot be asked."),
    "safe_plan": _("There is no safe-contact plan that was confirmed in the last 30 days."),
    "attempts": _("There have not been enough safe attempts yet."),
    "other_organization": _("That case is not of this organization."),
    "no_packet": _("It did not come by a packet that is still here."),
    "not_marked": _("The officer is not marked."),
    "no_contact": _("No contact with the person is on record. Write down when and how they were in touch."),
    "died": _(
        "It is on record that this person has died. A supervisor can take that back where it is wrong."
    ),
    "no_heads": _("Nobody else at the agency sees this packet."),
    "not_that_one": _("It cannot be the same as that one."),
}
WENT_WRONG = ("someone_else", "wrong_number", "unsafe")  # of the contact outcomes


class IntakeMoves(IntakeEnds):
    """What `Intake` does. Every verb may raise `IllegalMove`, with a reason where a guard refused it."""

    def refuse(self, verb, reason):
        """Stop a move that has begun: the state is again the one in which the record stands.

        `reason` is a key of `REFUSALS`; the page of a conflict says it in words.
        """
        self.refresh_from_db(fields=["state"])
        raise IllegalMove(verb, self, REFUSALS[reason])

    # At the desk

    def check_conflict(self, *, actor, found=False, walled=(), reason="other", note=""):
        """Record the check for conflicts of interest, and wall off `walled` (members) from this person (R42).

        `reason` is a code of `wall_reasons`. A wall stands in the same transaction and holds for every record
        of the person: whoever is walled lets go of what they had of it. Raises `NoSupervisorLeft`.
        """
        with transaction.atomic():
            Wall.build_all(self.person, walled, actor=actor, reason=reason, note=note)
            with self.moving("check_conflict", actor, found=bool(found or walled), walled=len(walled)):
                self.conflict_checked_at, self.conflict_checked_by = clock.now(), actor
                self.conflict_found = bool(found or walled)

    def triage(self, *, actor, priority=""):
        """Let it go to an advocate. Needs the conflict check; `priority` corrects our own copy alone."""
        before = self.priority
        with self.moving("triage", actor, priority=priority or self.priority):
            if not self.conflict_checked_at:
                self.refuse("triage", "conflict_check")
            self.priority, self.triaged_at = priority or self.priority, clock.now()
        if self.priority != before:
            reclocking.measure_anew(self)

    def assign(self, to, *, actor):
        """Ask an advocate (or supervisor) of this organization; returns the offer that they will answer.

        An earlier question that nobody answered is superseded. Whoever works it goes on until `to` accepts.
        """
        with self.moving("assign", actor, asked=str(to.pk)):
            if to.pk == self.assigned_to_id:
                self.refuse("assign", "not_this_member")
            self._insist_on_a_worker("assign", to)
            self._supersede(actor, "offered")
            self.asked = to
            offer = self.assignments.model.offer(self, to, actor=actor)
        return offer

    def direct(self, to, *, actor, reason):
        """A supervisor gives it to `to` at once, with all that was begun: a leaver's work waits for nobody.

        `reason` is a code of `assignment_reasons`. What nobody works yet is asked as usual.
        """
        if not self.assigned_to_id:
            return self.assign(to, actor=actor)
        with self.moving("assign", actor, directed=str(to.pk), reason=reason):
            self._insist_on_a_worker("assign", to)
            self._supersede(actor, "offered", "accepted")
            assignment = self.assignments.model.settled(self, to, actor=actor, reason=reason)
            self._belongs_to(to)
            self.be_handed(actor)
        return assignment

    def take_on(self, *, actor):
        """The one who was asked accepted; now there is somebody who is responsible."""
        with self.moving("take_on", actor):
            self._insist_on_a_worker("take_on", actor)
            self._belongs_to(actor)

    def pass_on(self, *, actor):
        """Another advocate accepted it from the one who had it, and nothing starts anew."""
        with self.moving("pass_on", actor):
            self._insist_on_a_worker("pass_on", actor)
            self._supersede(actor, "accepted")
            self._belongs_to(actor)

    def keep(self, *, actor):
        """The other advocate who was asked said no, or is not asked any more; it stays where it is."""
        with self.moving("keep", actor):
            self._supersede(actor, "offered")
            self.asked = None

    def let_go(self, members, *, actor):
        """Whoever of `members` has it, or was asked, must not see it any more: it is the desk's (R42).

        What was begun stays begun, and its clocks run on.
        """
        keys = {member.pk for member in members}
        with self.moving("let_go", actor):
            if self.asked_id in keys:
                self._supersede(actor, "offered")
                self.asked = None
            if self.assigned_to_id in keys:
                self._supersede(actor, "accepted")
                self._belongs_to(None)
                self.state = "triaged" if self.state == "assigned" else self.state

    def hand_back(self, *, actor, reason=""):
        """Nobody has it any more: the one who was asked said no, or the one who had it gives it back."""
        with self.moving("hand_back", actor, reason=reason):
            self._supersede(actor, "offered", "accepted")
            self._belongs_to(None)

    # With the person

    def make_plan(self, *, actor, **said):
        """A safe-contact plan for the person, or a new version of it; what `SafeContactPlan.make` takes."""
        with transaction.atomic():
            letting_go.hold(self.person)
            with self.moving("plan", actor):
                return SafeContactPlan.make(self.person, actor=actor, **said)

    def confirm_plan(self, *, actor):
        """The person said that the plan is still safe. Returns it, or None where there is none."""
        with transaction.atomic():
            letting_go.hold(self.person)
            with self.moving("plan", actor):
                if plan := self.person.plan:
                    plan.confirm(actor=actor)
        return plan

    def begin_outreach(self, *, actor):
        """Start to reach the person. Needs a safe-contact plan verified in the last 30 days (R37)."""
        with self.moving("begin_outreach", actor):
            self._insist_on_a_plan("begin_outreach")
            self.outreach_at = clock.now()

    @transaction.atomic
    def reach_out(self, *, actor, way, outcome, minutes=0, note=""):
        """Record one try to reach the person; returns the `ContactAttempt`.

        `way` and `outcome` are codes, `minutes` how long it took. The first try begins the outreach, one that
        reached the person engages; after one that went wrong the plan must be confirmed again. Refused, with
        nothing recorded, without a plan verified in the last 30 days.
        """
        if outcome in WENT_WRONG:
            letting_go.hold(self.person)  # the plan is written anew below
        with self.moving("reach_out", actor, result=outcome):
            self._insist_on_a_plan("reach_out")
            if self.state == "assigned":
                self.state, self.outreach_at = "outreach", clock.now()
            with self._while_they_live("reach_out"):
                attempt = ContactAttempt.record(
                    self.person, actor=actor, way=way, outcome=outcome, minutes=minutes, note=note
                )
            self.attempts += 1
            self.last_attempt_at = clock.now()
        if outcome in REACHED and self.state == "outreach":
            self.engage(actor=actor)
        if outcome in WENT_WRONG:
            self._doubt_the_plan(actor)
        return attempt

    @transaction.atomic
    def engage(self, *, actor, way="", at=None, by=None, note=""):
        """The person talks with us: an attempt reached them, or they were in touch themselves.

        For the latter `way` (a code) says how, `at` (aware) when, `by` which member of the house they spoke
        with, and it becomes a contact on record. Refused where there is neither, and for somebody whose death
        is recorded.
        """
        with self.moving("engage", actor, **({"by": str((by or actor).pk)} if way else {})):
            if way:
                with self._while_they_live("engage"):
                    ContactAttempt.come(self.person, actor=actor, way=way, at=at, by=by, note=note)
            elif not self.was_reached:
                self.refuse("engage", "no_contact")
            self.outreach_at = self.outreach_at or clock.now()

    # What several of them share

    @contextmanager
    def _while_they_live(self, verb):
        """A contact with somebody whose death is on record is refused; what was typed is given back."""
        try:
            yield
        except PersonDied:
            self.refuse(verb, "died")

    def _insist_on_a_plan(self, verb):
        plan = self.person.plan
        if not plan or not plan.is_verified:
            self.refuse(verb, "safe_plan")

    def _insist_on_a_worker(self, verb, member):
        """`member` can have it: here, active, in a role that works intakes, not walled off."""
        if not can_work(member, self):
            walled = Wall.objects.filter(person_id=self.person_id, user=member).exists()
            self.refuse(verb, "walled" if walled else "not_this_member")

    def _doubt_the_plan(self, actor):
        """The same plan once more, unconfirmed: nobody tries again before somebody has thought about it."""
        plan = self.person.plan
        kept = {
            name: getattr(plan, name) for name in ("ways", "reach_at", "times", "when", "ask_for", "never")
        }
        SafeContactPlan.make(self.person, actor=actor, verified=False, **kept)

    def _belongs_to(self, member):
        """It is `member`'s from here on (None: nobody's), and so is what was begun before there is a case."""
        self.assigned_to, self.assigned_at = member, clock.now() if member else None
        self.asked = None
        self.be_handed(None)
        self.be_covered(cover_of(self.assigned_to_id))
        before_a_case.hand_on(self)

    def _supersede(self, actor, *states):
        for assignment in self.assignments.filter(state__in=states):
            assignment.supersede(actor=actor)
