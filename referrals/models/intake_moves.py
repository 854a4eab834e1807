"""The moves of an intake, one method a verb. None of them writes to the packet or tells its sender (R3)."""

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case, ContactAttempt, SafeContactPlan, Wall
from cases.models.contact import REACHED
from orgs import clock
from orgs.record import IllegalMove
from orgs.roles import Role
from referrals.packet import as_written

OPEN_STATES = ("new", "triaged", "assigned", "outreach", "engaged")
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
MOVES = {
    "check_conflict": (set(OPEN_STATES), None),  # before triage, and again whenever one appears
    "triage": ({"new"}, "triaged"),
    "assign": ({"triaged", *WITH_SOMEBODY}, None),  # ask an advocate; nobody is responsible by being asked
    "take_on": ({"triaged"}, "assigned"),  # the advocate who was asked accepted
    "pass_on": (WITH_SOMEBODY, None),  # another accepted, and goes on where the first left off
    "keep": (WITH_SOMEBODY, None),  # the other who was asked said no: it stays with whom it is
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
}
WORKERS = (Role.ADVOCATE, Role.SUPERVISOR)
REFUSALS = {
    "conflict_check": _("First somebody asks whether anyone here is too near to it."),
    "not_this_member": _(
        "Only an advocate or supervisor of this organization who does not have it yet can be asked."
    ),
    "walled": _("This member cannot be asked."),
    "safe_plan": _("There is no safe-contact plan that was confirmed in the last 30 days."),
    "attempts": _("There have not been enough safe attempts yet."),
    "other_organization": _("That case is not of this organization."),
    "not_that_one": _("It cannot be the same as that one."),
}
WENT_WRONG = ("someone_else", "wrong_number", "unsafe")  # of the contact outcomes


class IntakeMoves:
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

        `reason` is a code of `wall_reasons`. A wall stands in the same transaction: whoever is walled loses
        the intake if they had it or were asked. It holds for every record of the person.
        """
        with self.moving("check_conflict", actor, found=bool(found or walled), walled=len(walled)):
            self.conflict_checked_at, self.conflict_checked_by = clock.now(), actor
            self.conflict_found = bool(found or walled)
            for member in walled:
                Wall.build(self.person, member, actor=actor, reason=reason, note=note)
            self._take_from({member.pk for member in walled}, actor)

    def triage(self, *, actor, priority=""):
        """Let it go to an advocate. Needs the conflict check; `priority` corrects our own copy alone."""
        with self.moving("triage", actor, priority=priority or self.priority):
            if not self.conflict_checked_at:
                self.refuse("triage", "conflict_check")
            self.priority, self.triaged_at = priority or self.priority, clock.now()

    def assign(self, to, *, actor):
        """Ask an advocate (or supervisor) of this organization; returns the offer that they will answer.

        An earlier question that nobody answered is superseded. Whoever works it goes on until `to` accepts.
        """
        with self.moving("assign", actor, asked=str(to.pk)):
            mine = to.organization_id == self.organization_id and to.is_active and to.role in WORKERS
            if not mine or to.pk == self.assigned_to_id:
                self.refuse("assign", "not_this_member")
            if Wall.objects.filter(person_id=self.person_id, user=to).exists():
                self.refuse("assign", "walled")
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
            if Wall.objects.filter(person_id=self.person_id, user=to).exists():
                self.refuse("assign", "walled")
            self._supersede(actor, "offered", "accepted")
            assignment = self.assignments.model.settled(self, to, actor=actor, reason=reason)
            self._belongs_to(to)
        return assignment

    def take_on(self, *, actor):
        """The one who was asked accepted; now there is somebody who is responsible."""
        with self.moving("take_on", actor):
            self._belongs_to(actor)

    def pass_on(self, *, actor):
        """Another advocate accepted it from the one who had it, and nothing starts anew."""
        with self.moving("pass_on", actor):
            self._supersede(actor, "accepted")
            self._belongs_to(actor)

    def keep(self, *, actor):
        """The other advocate who was asked said no; it stays where it is."""
        with self.moving("keep", actor):
            self.asked = None

    def hand_back(self, *, actor, reason=""):
        """Nobody has it any more: the one who was asked said no, or the one who had it gives it back."""
        with self.moving("hand_back", actor, reason=reason):
            self._supersede(actor, "offered", "accepted")
            self.asked = self.assigned_to = self.assigned_at = None

    # With the person

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
        with self.moving("reach_out", actor, result=outcome):
            self._insist_on_a_plan("reach_out")
            if self.state == "assigned":
                self.state, self.outreach_at = "outreach", clock.now()
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

    def engage(self, *, actor):
        """The person was reached and talks with us."""
        with self.moving("engage", actor):
            self.outreach_at = self.outreach_at or clock.now()

    # How it ends

    def open_case(self, *, actor):
        """Open a case for the person with whoever works this; returns the case."""
        with self.moving("open_case", actor):
            packet = self.packet
            self.case = Case.open_for(
                self.person,
                actor=actor,
                assigned_to=self.assigned_to or actor,
                priority=self.priority,
                island=self.island,
                victimizations=packet.victimizations if packet else (),
                trafficking_kind=packet.trafficking_kind if packet else "",
            )
            self._carry_over(packet, actor)
            self._end(actor)
        return self.case

    def link_case(self, case, *, actor):
        """The person already has `case` here. What kept a member from either keeps them from both (R25)."""
        with self.moving("link_case", actor, case=case.number):
            if case.organization_id != self.organization_id:
                self.refuse("link_case", "other_organization")
            share_walls(self.person, case.person, actor=actor)
            self.case = case
            self._carry_over(self.packet, actor)
            self._end(actor)

    def _carry_over(self, packet, actor):
        """What was written when they came becomes the case's first note: whoever works it reads it there."""
        lines = as_written(packet, self.content) if packet else []
        if not packet and self.summary:
            lines = [self.summary]
        if lines and self.case.is_open:
            came = gettext("As it came, intake %(number)s") % {"number": self.number}
            self.case.add_note("\n".join([came, *lines]), actor=actor)

    def decline_services(self, *, actor, reason=""):
        """The person does not want services now. The door stays open, and nothing is told to anybody."""
        with self.moving("decline_services", actor, reason=reason):
            self._end(actor, reason)

    def give_up(self, *, actor, reason=""):
        """Not reached: after as many safe attempts as the organization asks for, and a supervisor's word."""
        with self.moving("give_up", actor, attempts=self.attempts, reason=reason):
            if self.attempts < self.organization.safe_attempts:
                self.refuse("give_up", "attempts")
            self._end(actor, reason)

    def find_unsafe(self, *, actor, reason=""):
        """To make contact would put the person in danger."""
        with self.moving("find_unsafe", actor, reason=reason):
            self._end(actor, reason)

    def find_ineligible(self, *, actor, reason=""):
        """Our services are for somebody else."""
        with self.moving("find_ineligible", actor, reason=reason):
            self._end(actor, reason)

    def refer_out(self, *, actor, reason=""):
        """Another service fits better and the person was told of it, or the packet was sent on."""
        with self.moving("refer_out", actor, reason=reason):
            self._end(actor, reason)

    def find_duplicate(self, of, *, actor):
        """The same as intake `of`, here in this organization (R8). Walls of either hold for both (R25)."""
        with self.moving("find_duplicate", actor, of=of.number):
            if of.pk == self.pk or of.same_as_id == self.pk or of.organization_id != self.organization_id:
                self.refuse("find_duplicate", "not_that_one")
            share_walls(self.person, of.person, actor=actor)
            self.same_as = of
            self._end(actor)

    def find_invalid(self, *, actor, reason=""):
        """Not a real referral: a test, or a prank."""
        with self.moving("find_invalid", actor, reason=reason):
            self._end(actor, reason)

    def reopen(self, *, actor):
        """Begin again, with nobody's hand on it, no attempt counted, and a clock that starts now.

        It is triaged as before; what ended before its conflict check is new.
        """
        with self.moving("reopen", actor):
            if not self.conflict_checked_at:
                self.state = "new"
            self._supersede(actor, "accepted")
            self.assigned_to = self.assigned_at = self.outreach_at = self.same_as = self.ended_at = None
            self.ended_by = self.last_attempt_at = None
            self.attempts, self.reason, self.reopened_at = 0, "", clock.now()

    # What several of them share

    def _insist_on_a_plan(self, verb):
        plan = self.person.plan
        if not plan or not plan.is_verified:
            self.refuse(verb, "safe_plan")

    def _doubt_the_plan(self, actor):
        """The same plan once more, unconfirmed: nobody tries again before somebody has thought about it."""
        plan = self.person.plan
        kept = {
            name: getattr(plan, name) for name in ("ways", "reach_at", "times", "when", "ask_for", "never")
        }
        SafeContactPlan.make(self.person, actor=actor, verified=False, **kept)

    def _belongs_to(self, member):
        self.assigned_to, self.assigned_at, self.asked = member, clock.now(), None

    def _end(self, actor, reason=""):
        self._supersede(actor, "offered")
        self.asked, self.reason, self.ended_at, self.ended_by = None, reason, clock.now(), actor

    def _supersede(self, actor, *states):
        for assignment in self.assignments.filter(state__in=states):
            assignment.supersede(actor=actor)

    def _take_from(self, members, actor):
        """Whoever is walled now lets go: of the question, and of the intake."""
        if self.asked_id in members:
            self._supersede(actor, "offered")
            self.asked = None
        if self.assigned_to_id in members:
            self._supersede(actor, "accepted")
            self.assigned_to = self.assigned_at = None
            self.state = "triaged" if self.state == "assigned" else self.state


def share_walls(*people, actor):
    """Give several records of one person the same walls: the most restrictive of any survives (R25)."""
    walls = list(Wall.objects.filter(person__in=people).select_related("user"))
    for wall in walls:
        for person in people:
            if person.pk != wall.person_id:
                Wall.build(person, wall.user, actor=actor, reason=wall.reason, note=wall.note)
