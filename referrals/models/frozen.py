"""A packet stands still for its agency once an officer there is the one who harms (R42). In `Referral`.

Every packet of the agency about the person does, whoever filed it: a question on one of them can be given to
the officer, or climb to them (R44).

The mark lies on the receiver's intake and nowhere else; no column of the packet knows of it. From then on no
act of the receiver changes a byte that the agency can obtain (R3): the packet looks as one does on which
nobody writes any more, acknowledged as it was, until the timer that is the same for all closes it. What the
agency does itself goes on as it always does, so that nobody there can try out whether it is marked.
"""

from django.utils.translation import gettext_lazy as _

from cases import letting_go
from orgs import audit
from orgs.clock import now
from referrals.models import routes
from referrals.models.copies import Message
from referrals.models.officer import share_marks
from referrals.models.sender_word import SenderWord

STANDS_STILL = _(
    "An officer of this agency is marked as the one who harms. Nothing goes to the agency from here: call "
    "whoever you trust there, or hand the case on without the packet."
)


class FrozenVerbs:
    """What is different at the desk once the mark is there."""

    def mark_of(self, organization_id):
        """The receiver's intake of this packet that carries the mark, or None; nobody else finds one."""
        marked = self.intakes.filter(organization_id=organization_id, officer_marked_at__isnull=False)
        return marked.first()

    def is_frozen(self, member):
        """Whether the member's own organization has marked an officer of its agency for this person."""
        return self.mark_of(member.organization_id) is not None

    def stand_still(self, verb, actor):
        """Refuse a move of the desk that the agency would see."""
        if self.is_frozen(actor):
            self.refuse(verb, self.state, STANDS_STILL)

    def mark_again(self, verb, actor):
        """Before anything else that a desk does with a packet which was here before and came back: what was
        marked while it lay elsewhere holds for it too (R25, R42). `share_marks` could not see it then."""
        ours = self.intakes.filter(organization_id=actor.organization_id, officer_marked_at=None)
        known = ours.select_related("person").first()
        if known is None:
            return
        audit.crossing()
        self.lock_row(verb)
        people = letting_go.all_of(known.person)
        letting_go.hold(*people)
        share_marks([person.pk for person in people], actor)

    def write_inside(self, text, actor):
        """Keep a message in the desk's own box; and lay it before the heads of unit where a supervisor has
        said that they may see it, never before the officer. The packet itself is not touched."""
        mark = self.mark_of(actor.organization_id)
        if self.state not in self.MOVES["write"][0] or self.is_closed(now()):
            self.refuse("write", self.state)
        boxes = [(self.receiver_id, None, actor.name)]
        if mark.heads_see:
            boxes.append((self.organization_id, self.referrer_id, ""))
        Message.objects.bulk_create(
            Message(
                organization_id=box,
                referral=self,
                written_by_id=self.receiver_id,
                kind="message",
                at=now(),
                kept_from_id=kept_from,
                content={"text": text, "by": by},
            )
            for box, kept_from, by in boxes
        )
        SenderWord.answered(self, actor)
        audit.write(actor, "write", self, inside=not mark.heads_see)
        if mark.heads_see:
            routes.tell_heads(self)

    def kept_from(self, actor):
        """Whom a message of a head is kept from: the officer, once a service wrote to the heads.

        Whoever else answers for the officer is told nothing of it, as the officer is not.
        """
        if not self.is_head(actor):
            return None
        kept = self.messages.filter(organization_id=self.organization_id, kept_from=self.referrer_id)
        return self.referrer_id if kept.exists() else None
