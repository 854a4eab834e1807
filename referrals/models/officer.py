"""The mark that the officer who filed is the one who harms, and what a supervisor decides about it (R42).

Mixed into `Intake`. It is the one suspect-shaped fact beside a wall: it names nobody but whom the packet
names as its sender anyway, and lies inside the one service.
"""

from django.db import transaction

from cases import letting_go
from orgs import audit, clock
from referrals.models import routes


class OfficerMoves:
    """Each takes the packet's row first: a message on its way goes out before the mark or not at all."""

    def mark_officer(self, *, actor):
        """From now on nothing that we do with the packet reaches the agency, nor with any other packet of
        that agency about this person."""
        with transaction.atomic():
            packet = self._hold_packet("mark_officer")
            people = [one.pk for one in letting_go.all_of(self.person)]
            theirs = packeted(people).filter(referral__organization=packet.organization_id).values("referral")
            rows = type(packet)._base_manager.filter(pk__in=theirs).exclude(pk=packet.pk).order_by("pk")
            list(rows.select_for_update(of=("self",)).values_list("pk"))
            with self.moving("mark_officer", actor):
                if not self.officer_marked_at:  # a second press takes back no supervisor's decision
                    self.mark(actor)
            share_marks(people, actor)

    def mark(self, actor):
        """Set the mark on a row that is locked and saved elsewhere."""
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
                heads = routes.heads_of(packet)
                people = [one.pk for one in letting_go.all_of(self.person)]
                if not heads or filed_by(heads, people):
                    self.refuse("show_heads", "no_heads")
                self.heads_see = True

    def hide_heads(self, *, actor):
        """Nobody at the agency reads what is written from now on."""
        with transaction.atomic():
            self._hold_packet("hide_heads")
            with self.moving("hide_heads", actor):
                self._must_be_marked("hide_heads")
                self.heads_see = False

    @property
    def question_waits(self):
        """Whether the agency has a question of ours that it can still give to others there."""
        return bool(self.packet) and self.packet.state == "information_requested"

    def _hold_packet(self, verb):
        packet = self.packet
        if packet is None or packet.receiver_id != self.organization_id:
            self.refuse(verb, "no_packet")
        packet.lock_row(verb)
        return packet

    def _must_be_marked(self, verb):
        if not self.officer_marked_at:
            self.refuse(verb, "not_marked")


def packeted(people):
    """The intakes of these people (keys) that came by a packet which is still here."""
    from .intake import Intake

    return Intake.objects.filter(person__in=people, referral__referrer__isnull=False)


def filed_by(members, people):
    """Whether one of these members (ids) has filed a packet about these people: it may be they who harm."""
    return packeted(people).filter(referral__referrer__in=members).exists()


def share_marks(people, actor):
    """Every packet of the agency of a marked officer about one person stands still, whichever was marked.

    An officer there may be given the question of another, or be a head to whom it climbs (R25, R42, R44).
    `people` are the keys of the records that the organization has of that person. What a supervisor decided
    about the heads holds for its packet alone, and no longer once one of them has filed such a packet too.
    """
    theirs = packeted(people)
    marked = theirs.filter(officer_marked_at__isnull=False).values("referral__organization")
    others = theirs.filter(officer_marked_at=None, referral__organization__in=marked)
    for intake in others.order_by("pk").select_for_update(of=("self",)):
        intake.mark(actor)
        intake.save(update_fields=["officer_marked_at", "officer_marked_by", "heads_see"])
        audit.write(actor, "mark_officer", intake)
    for intake in theirs.filter(heads_see=True).order_by("pk").select_for_update(of=("self",)):
        if filed_by(routes.heads_of(intake.packet), people):
            intake.heads_see = False
            intake.save(update_fields=["heads_see"])
            audit.write(actor, "hide_heads", intake)
