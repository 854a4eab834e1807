"""How a case ends, and begins again: asked for by one, decided by another. Mixed into `cases.models.Case`."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import duties, following
from orgs import clock
from orgs.models import User
from orgs.record import IllegalMove
from orgs.roles import Role

_elsewhere = {}


def keeps_open(kind):
    """Register a function from a case to the rows of a room above that it closes after; `kind` names them."""

    def registered(rows):
        _elsewhere[kind] = rows
        return rows

    return registered


def elsewhere(case):
    """{kind: how many} of what runs in the rooms above and keeps a case open."""
    return {kind: rows(case).count() for kind, rows in _elsewhere.items()}


class StillOpen(IllegalMove):
    """A case cannot close while something of it is due; `left` says what (counts by kind)."""

    def __init__(self, case, left):
        super().__init__("close", case, "something is still due")
        self.left = left


class OwnClosure(IllegalMove):
    """Somebody else decides on a closure that one has asked for."""

    def __init__(self, case):
        super().__init__("close", case, _("You asked for this closure yourself. Another supervisor decides."))


class Closing:
    """Each verb is a move of the case."""

    def request_closure(self, reason, *, actor):
        """Ask a supervisor to close; `reason` is a code of closure_reasons."""
        with self.moving("request_closure", actor, reason=reason):
            self.closure_reason, self.closure_requested_by = reason, actor
            self.rest_no_more()

    def refuse_closure(self, *, actor):
        with self.moving("refuse_closure", actor):
            self.closure_reason, self.closure_requested_by = "", None

    def asked_to_close_by(self, member):
        """Whether this member asked for the closure, and there is another supervisor who can decide on it."""
        if self.closure_requested_by_id != member.pk:
            return False
        from cases.models import Wall

        above = User.objects.filter(organization_id=self.organization_id).in_role(Role.SUPERVISOR)
        walled_off = Wall.objects.filter(person=self.person_id).values("user")
        return above.exclude(pk=member.pk).exclude(pk__in=walled_off).exists()

    def left_open(self):
        """What keeps it from closing, by kind: {"followups": 2, "assignments": 1}; empty if nothing does."""
        left = {
            "followups": self.followups.filter(state="scheduled").count(),
            "assignments": self.assignments.filter(state="offered").count(),
            "duties": duties.count_of(self),
            **elsewhere(self),
        }
        return {kind: count for kind, count in left.items() if count}

    def close(self, *, actor):
        """Close, nothing left due, by another supervisor than who asked (a lone one may; that is on record).

        Raises `StillOpen`, `OwnClosure`, or `IllegalMove` before it was asked for.
        """
        alone = {"alone": True} if self.closure_requested_by_id == actor.pk else {}
        with self.moving("close", actor, reason=self.closure_reason, **alone):
            if self.asked_to_close_by(actor):
                self.state = "closure_requested"
                raise OwnClosure(self)
            if left := self.left_open():
                self.state = "closure_requested"
                raise StillOpen(self, left)
            self.closed_at = clock.now()

    def reopen(self, *, actor):
        """Open it again, with whoever had it, who learns of it; with nobody, if they are gone or cannot work
        it any more."""
        from cases.models.assignment import CaseAssignment, can_work

        with transaction.atomic():
            CaseAssignment.locked(self)
            with self.moving("reopen", actor):
                self.closed_at, self.closure_reason, self.closure_requested_by = None, "", None
                self.last_activity_at = clock.now()
                if self.assigned_to and not can_work(self.assigned_to, self):
                    CaseAssignment.end_accepted(self, actor)
                    self.assigned_to, self.assigned_at = None, clock.now()
                    following.follow(self, actor)
                self.be_handed(actor)
