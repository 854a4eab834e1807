"""How an intake ends, and begins again. None of it is written to the packet or told to its sender (R3).

Mixed into `IntakeMoves`.
"""

from django.db import transaction
from django.utils.translation import gettext

from cases import before_a_case, letting_go
from cases.models import Case, Wall
from orgs import clock
from referrals import joining
from referrals.packet import as_written


class IntakeEnds:
    """The verbs after which nobody works it any more; a supervisor can open most of them again."""

    def open_case(self, *, actor):
        """Open a case for the person with whoever works this; returns the case."""
        with transaction.atomic():
            letting_go.hold(self.person)
            self._open_case(actor)
        return self.case

    def _open_case(self, actor):
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

    def link_case(self, case, *, actor):
        """The person already has `case` here. What kept a member from either keeps them from both (R25).

        Their plan for safe contact goes along: the narrower of all stands, to be confirmed again (R37).
        Raises `NoSupervisorLeft` where the walls of both would leave nobody above the person.
        """
        if case.organization_id != self.organization_id:
            self.refuse("link_case", "other_organization")
        with transaction.atomic():
            Wall.share(self.person, case.person, actor=actor)
            with self.moving("link_case", actor, case=case.number):
                self.case = case
                self._carry_over(self.packet, actor)
                self._end(actor)
            before_a_case.join(self.person, case, actor)
            joining.share_plans(self, actor=actor)

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
        """The same as intake `of`, here in this organization (R8). Walls of either hold for both (R25).

        So does what either plan for safe contact forbids, wherever the person is worked (R37).

        The two never end in each other, nor in a ring of several. Raises `NoSupervisorLeft`.
        """
        if of.organization_id != self.organization_id:
            self.refuse("find_duplicate", "not_that_one")
        with transaction.atomic():
            Wall.share(self.person, of.person, actor=actor)  # both intakes are locked with their people
            with self.moving("find_duplicate", actor, of=of.number):
                if self._is_what_it_ends_in(of):
                    self.refuse("find_duplicate", "not_that_one")
                self.same_as = of
                self._end(actor)
            self._join_the_case_of(of, actor)
            joining.share_plans(self, actor=actor)

    def _join_the_case_of(self, of, actor):
        """What was begun at this one is the case's that `of`, or what that is the same as, became."""
        people = letting_go.all_of(of.person)
        case = Case.objects.filter(person__in=people).order_by("-opened_at", "-pk").first()
        if case is not None:
            before_a_case.join(self.person, case, actor)

    def _is_what_it_ends_in(self, of):
        """Whether `of`, or an intake that it was found to be the same as, is this one."""
        key, seen, next_of = of.pk, set(), type(self).objects.values_list("same_as_id", flat=True)
        while key and key != self.pk and key not in seen:
            seen.add(key)
            key = next_of.get(pk=key)
        return key == self.pk

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
            self.be_handed(None)
            self.attempts, self.reason, self.reopened_at = 0, "", clock.now()
            before_a_case.hand_on(self)

    def _end(self, actor, reason=""):
        self._supersede(actor, "offered")
        self.asked, self.reason, self.ended_at, self.ended_by = None, reason, clock.now(), actor
