"""What the receiver does with a handoff: read it, decline, or make a case of its own."""

from django.db import transaction

from cases import letting_go
from cases.models import Case, Person, SafeContactPlan, SamePerson, Wall
from orgs import audit, reminders
from orgs.clock import now
from orgs.record import IllegalMove

from .handoff_hands import CANNOT, contact_of
from .routes import tell_worker


class Receiving:
    """The moves that start under the receiver's tenant, from its own copy of the file (R16)."""

    def acknowledge(self, *, actor):
        """Somebody at the receiver's desk has read that it is there."""
        with self._moving("acknowledge", actor):
            self.acknowledged_at, self.acknowledged_by = now(), actor

    def decline(self, reason, *, actor):
        """A code of `handoff_decline_reasons`; it comes back to the sender with the clock running."""
        with self._moving("decline", actor, reason=reason):
            self.reason, self.ended_at = reason, now()
            tell_worker(self, self.organization, self.sender_advocate_id)

    def accept(self, advocate=None, *, actor, known=()):
        """Take it on: the receiver's own person, plan and case, copied from the letter (R10, R16).

        `advocate` is the member who will work it; a capacity question has none, and makes no case. `known`
        are people of the receiver's who are this person: the walls of each hold for all (R25). Raises
        `NotForYou` and `NoSupervisorLeft`, and `IllegalMove` for an advocate whom the release does not name
        (R18), or who must not see one of them.
        """
        with transaction.atomic():
            letting_go.hold(*known)
            with self._moving("accept", actor):
                self.must_open_for(actor)
                self.accepted_at, self.accepted_by = now(), actor
                if self.identified:
                    self._take_in(advocate, known, actor)

    def _take_in(self, advocate, known, actor):
        kept_out = Wall.objects.filter(person__in=known, user=advocate).exists()
        if kept_out or not self.opens_for(advocate):
            self.refresh_from_db(fields=["state"])
            raise IllegalMove("accept", self, CANNOT)
        self.receiver_advocate, self.receiver_contact = advocate, contact_of(advocate)
        file = self.own_file()
        file.case = self._copy(file.content, advocate, actor)
        file.save(update_fields=["case"])
        if known:
            person = file.case.person
            SamePerson.say(person, known, actor=actor)
            Wall.share(person, *known, actor=actor)
            person.share_relations(actor=actor)

    def _copy(self, content, advocate, actor):
        """A case of the receiver's own. Its plan must be confirmed here before anybody is called (R37)."""
        language = content.get("language", {})
        person = Person.enter(
            actor=actor,
            alias=content.get("name", ""),
            age_group=content.get("age_group", ""),
            language=language.get("code", ""),
            interpreter=bool(language.get("interpreter")),
            island=self.island,
        )
        if reach := content.get("reach"):
            SafeContactPlan.make(person, actor=actor, verified=False, **reach)
        case = Case.open_for(
            person, actor=actor, assigned_to=advocate, priority=self.priority, island=self.island
        )
        if self.reader_id:  # released to one person: no emergency opens it for another (R32)
            case.restrict(True, actor=actor)
        return case

    def answer_recall(self, answer, *, actor):
        """What becomes of the receiver's case, after what they had accepted was taken back.

        A code of `handoff_recall_answers`. It stays in their own half: no release lets the sender hear it.
        """
        with transaction.atomic():
            self._lock()
            if not self.recall_unanswered:
                raise IllegalMove("answer_recall", self)
            file = self.own_file()
            file.recall_answer = answer
            file.save(update_fields=["recall_answer"])
            reminders.settle(self, self.receiver_id)
            audit.write(
                actor, "answer_recall", self, **{"from": self.state, "to": self.state, "answer": answer}
            )

    def complete(self, *, actor):
        """The receiver's advocate says that the person has arrived; nothing is left to do between the two."""
        with self._moving("complete", actor):
            self.ended_at = now()
