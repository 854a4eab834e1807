"""What the receiving desk does with a packet, and nothing of what it does with a person.

Mixed into `Referral`.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orgs import access, audit, reminders
from orgs.clock import now
from orgs.codes import load
from orgs.still_open import must_be_open
from orgs.tenancy import acting_for
from referrals.models import routes, sent_on
from referrals.models.arrival import Arrival
from referrals.models.sender_word import SenderWord

NO_DESK_THERE = _("Nobody at that organization could read it now. Choose another one, or call the referrer.")
ALREADY_AT_WORK = _("Someone has begun to work with this. A packet goes on only before any contact.")
WRONG_DESK = ("other_island", "other_service", "other_language")  # the other reasons are not the packet's
BEFORE_CONTACT = ("new", "triaged", "referred_out")


class ReceiverVerbs:
    """Acknowledge, ask, send on: the moves that start at the desk, under the receiver's tenant."""

    def acknowledge(self, *, actor):
        """Somebody at the desk has read this; it says nothing of the victim (R4). Returns the `Intake`."""
        from referrals.models.intake import Intake

        with transaction.atomic():
            self.mark_again("acknowledge", actor)
            with self.moving("acknowledge", actor):
                self.acknowledged_at, self.acknowledged_by = now(), actor
                self.closes_at = now() + timedelta(days=settings.REFERRAL_CLOSES_AFTER_DAYS)
            routes.tell_referrer(self)
            return Intake.receive(self, actor=actor)

    def ask(self, topic, text="", *, actor):
        """Ask about the referral as it was written (`question_kinds`), never about the person now.

        Raises `IllegalMove` where the agency has closed.
        """
        load("referrals", "question_kinds")[topic]
        with transaction.atomic():
            must_be_open(self.organization_id, "ask", self)
            with self.moving("ask", actor, topic=topic):
                self.stand_still("ask", actor)
                self.asked_at, self.answers_now = now(), None
                Arrival.remark(self, actor.organization_id, "asked_at")
                self.say("question", text, actor, topic)
                SenderWord.answered(self, actor)
        routes.tell_referrer(self)

    def reroute(self, to, reason, *, actor):
        """Send the packet on to another organization before any contact (`reroute_reasons`).

        `to` is an `Organization`. The clock runs on from the first delivery, and what was written on it since
        goes along. The organization that sent it on keeps nothing of it, and its intake ends; the referrer
        learns where it is, not why. Raises `IllegalMove` when somebody has begun to work with it or sent it
        on, or nobody at `to` could hear.
        """
        load("referrals", "reroute_reasons")[reason]
        with transaction.atomic():
            audit.crossing()
            self.mark_again("reroute", actor)
            self.lock_row("reroute")
            self._reroute(to, reason, actor)

    def _reroute(self, to, reason, actor):
        here = actor.organization_id
        if self.receiver_id != here:
            self.refuse("reroute", self.state)
        self.stand_still("reroute", actor)
        if not to.is_active or not to.helps or to.pk == here or not routes.can_hear(to):
            self.refuse("reroute", self.state, NO_DESK_THERE)
        intake = self.intakes.select_for_update(of=("self",)).filter(organization_id=here).first()
        if intake and (intake.state not in BEFORE_CONTACT or intake.was_begun):
            self.refuse("reroute", self.state, ALREADY_AT_WORK)
        if (copy := self.copy_for(here)) is None:  # it has ended here, and took its words with it
            self.refuse("reroute", self.state)
        content, said = copy.content, sent_on.said_so_far(self, here)
        with acting_for(self.organization_id), self.moving("reroute", None, to=to.code):
            self.rerouted_by_id, self.reroute_reason = here, reason
            self.acknowledged_at = self.acknowledged_by = self.closes_at = None
            delivered_at = self.delivered_at
            self.deliver(to, content)
            self.delivered_at = delivered_at
        sent_on.lay(said, to)
        if any(one.written_by_id == self.organization_id for one in said):
            SenderWord.come(self)
        self._leave(here)
        if reason in WRONG_DESK:
            Arrival.remark(self, here, "sent_on_at")
        if intake:
            sent_on.forget_person(intake, actor)  # before our chain is taken by a line of the move
            if intake.is_open:
                intake.refer_out(actor=actor, reason="rerouted")
        audit.write(actor, "reroute", self, to=to.code, reason=reason)
        routes.tell_referrer(self)

    def _leave(self, organization_id):
        """Take words, grants and clocks from the side that has nothing to do with the packet any more."""
        access.settle(self, organization_id)
        reminders.settle(self, organization_id)
        sent_on.forget_words(self, organization_id)

    def fail(self, *, actor):
        """Say that it cannot be delivered here after all; the referrer is told at once and given numbers.

        The referrer keeps every word of it, and may take it elsewhere; this desk keeps none.
        """
        with transaction.atomic():
            self.mark_again("fail", actor)
            with self.moving("fail", actor):
                self.stand_still("fail", actor)
                self.reason, self.ended_at = "no_desk", now()
                sent_on.forget_words(self, actor.organization_id)
            routes.tell_referrer(self)

    def close(self):
        """Close the packet to its referrer: by the timer, after the same days for all (R5)."""
        with self.moving("close", None):
            self.ended_at = self.closes_at
