"""Whose a handoff is, on each of its two sides. Mixed into its verbs."""

from django.utils.translation import gettext_lazy as _

from cases.models.assignment import can_work
from orgs import access, reminders, words
from orgs.record import IllegalMove
from orgs.tenancy import current

CANNOT = _("This member cannot take it.")


class Hands:
    """Each side belongs to whoever has that organization's case, or to whom a supervisor passed it on."""

    def pass_on(self, member, *, actor):
        """Another member of the actor's organization works this side of it from now on.

        Raises `IllegalMove` for somebody who cannot work the case, and for a receiver that has none yet.
        """
        if self.side_of(current.get()) == "receiver" and not self.accepted_at:
            raise IllegalMove("pass_on", self)
        with self._moving("pass_on", actor, member=str(member.pk)):
            case = self.own_file().case
            if case and not can_work(member, case):
                self.refresh_from_db(fields=["state"])
                raise IllegalMove("pass_on", self, CANNOT)
            self._belongs_to(member)

    def follow(self, member, *, actor):
        """Go with the case to whoever has it now; None: to nobody, until a supervisor gives the case away."""
        if self.is_with(member):
            return
        if self.put_away_at or self.state not in self.MOVES["pass_on"][0]:  # over: who may look back at it
            setattr(self, self._ours, member)
            self.save(update_fields=[self._ours])
            access.settle(self, current.get())
            if self.state == "recalled":  # the receiver may still have to say what becomes of their case
                reminders.settle(self, current.get())
            return
        with self._moving("pass_on", actor, member=str(member.pk) if member else ""):
            self._belongs_to(member)

    def is_with(self, member):
        """Whether our side of it is this member's (None: nobody's)."""
        return getattr(self, f"{self._ours}_id") == (member.pk if member else None)

    def is_work_of(self, member):
        """Whether a member drafted it, changed it last, gave it to review, or works it for the sender."""
        return member.pk in (
            self.drafted_by_id,
            self.edited_by_id,
            self.submitted_by_id,
            self.sender_advocate_id,
        )

    @property
    def _ours(self):
        return f"{self.side_of(current.get())}_advocate"

    def _belongs_to(self, member):
        setattr(self, self._ours, member)
        setattr(self, f"{self.side_of(current.get())}_contact", contact_of(member))


def contact_of(member):
    """How the other side's staff reach this member: name, and phone if there is one."""
    return ", ".join(filter(None, (member.name, words.phone(member.phone)))) if member else ""
