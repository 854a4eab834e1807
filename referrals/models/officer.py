"""The mark that the officer who filed is the one who harms, and what a supervisor decides about it (R42).

Mixed into `Intake`. It is the one suspect-shaped fact beside a wall: it names nobody but whom the packet
names as its sender anyway, and lies inside the one service.
"""

from django.db import transaction

from orgs import audit, clock
from referrals.models import routes


class OfficerMoves:
    """Each takes the packet's row first: a message on its way goes out before the mark or not at all."""

    def mark_officer(self, *, actor):
        """From now on nothing that we do with the packet reaches the agency."""
        with transaction.atomic():
            self._hold_packet("mark_officer")
            with self.moving("mark_officer", actor):
                if not self.officer_marked_at:  # a second press takes back no supervisor's decision
                    self._mark(actor)

    def _mark(self, actor):
        self.officer_marked_at, self.officer_marked_by = clock.now(), actor
        self.heads_see = False

    def lift_mark(self, *, actor):
        """It was wrong. What is written from now on is sent again; what was kept here stays here."""
        with transaction.atomic():
            self._hold_packet("lift_mark")
            with self.moving("lift_mark", actor):
                self._must_be_marked("lift_mark")
                self.officer_marked_at = self.officer_marked_by = None
                self.heads_see = False

    def show_heads(self, *, actor):
        """Let the heads of the officer's unit, and not the officer, read what is written from now on."""
        with transaction.atomic():
            packet = self._hold_packet("show_heads")
            with self.moving("show_heads", actor):
                self._must_be_marked("show_heads")
                if not routes.heads_of(packet):
                    self.refuse("show_heads", "no_heads")
                self.heads_see = True

    def hide_heads(self, *, actor):
        """Nobody at the agency reads what is written from now on."""
        with transaction.atomic():
            self._hold_packet("hide_heads")
            with self.moving("hide_heads", actor):
                self._must_be_marked("hide_heads")
                self.heads_see = False

    def share_mark(self, person_id, *, actor):
        """Joined to a person for whom the same officer is marked, this packet stands still too (R25)."""
        if not self.referral_id or self.officer_marked_at:
            return
        marked = type(self).objects.filter(organization_id=self.organization_id, person=person_id)
        same = marked.filter(officer_marked_at__isnull=False, referral__referrer=self.referral.referrer_id)
        if same.exists():
            self._mark(actor)
            audit.write(actor, "mark_officer", self)

    def _hold_packet(self, verb):
        packet = self.packet
        if packet is None or packet.receiver_id != self.organization_id:
            self.refuse(verb, "no_packet")
        packet.lock_row(verb)
        return packet

    def _must_be_marked(self, verb):
        if not self.officer_marked_at:
            self.refuse(verb, "not_marked")
