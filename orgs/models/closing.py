"""How an account is closed by a press, when its hands are empty or this minute, and sessions ended (C9)."""

from contextlib import suppress

from django.db.models import Q

from orgs import audit, clock, holdings, sealing

from .keys import MemberKey
from .leaving import settle_above
from .membership import ALREADY_CLOSED, NotNow


class Closing:
    """The part of `User` about closing the account of one who is here, and about its keys."""

    def deactivate(self, *, actor):
        """Close the account, with its sessions and duty shifts. Raises `NotNow` while they hold something."""
        with self._alone(actor):
            self._refuse_if_last()
            self._refuse_if_only_above()
            self._refuse_if_holding()
            self._shut()
            self.leaves_at = self.leaves_set_by = None
            self._keep_leaving()
            self._looked("close", actor)
            audit.write(actor, "deactivate_member", self)
            self._leave_keys(actor)

    def shut_out(self, *, actor):
        """Close the account this minute, whatever is in hand: the holder may have become a danger (C9).

        What they hold keeps its owner and its clocks, and rings with the supervisors until somebody has it.
        No invitation that they sent, or that lets them in, opens anything any more. Nothing holds it back,
        neither work nor walls nor the last day of whoever does it: what then lacks a supervisor or an
        administrator has a clock of its own. Raises `NotNow` for one's own and for a closed account.
        """
        with self._alone(actor):
            if not self.is_active:
                raise NotNow(ALREADY_CLOSED)
            self._withdraw_invitations(actor)
            self._shut()
            self.leaves_at = self.leaves_set_by = None
            self._keep_leaving()
            self.settle_left()
            settle_above(self.organization_id)
            self._looked("close", actor)
            audit.write(actor, "shut_out_member", self)
            self._leave_keys(actor)

    def end_sessions(self, *, actor):
        """Sign the member out everywhere; none of their devices is told anything more."""
        from orgs import session_list

        with self._alone(actor):
            self.devices.all().delete()
            self.session_epoch += 1
            self.save(update_fields=["session_epoch"])
            count = session_list.close(self.session_starts.filter(ended_at=None))
            audit.write(actor, "end_member_sessions", self, count=count)

    def _withdraw_invitations(self, actor):
        """Theirs, and those that let them in; one that is accepted in this moment is none any more.

        All are taken before the first line of the audit, whose lock whoever accepts one waits for.
        """
        from .invitation import Invitation

        ours = Invitation.objects.standing().filter(organization_id=self.organization_id)
        ours = ours.filter(Q(invited_by=self) | Q(readmits=self)).order_by("pk")
        for invitation in ours.select_for_update(of=("self",)):
            with suppress(Invitation.DoesNotExist):
                invitation.revoke(actor=actor)

    def _shut(self):
        """The account is closed, whoever closes it: sessions, groups and shifts end with it.

        Where it was an administrator's, all who were one until now hear of it, also of what the clock does.
        """
        from orgs import session_list

        self._ask_nothing()
        self.is_active, self.kept_since = False, None
        self.session_epoch += 1
        self.save(update_fields=["is_active", "kept_since", "session_epoch"])
        self.settle_groups()
        self.shifts.all().delete()
        self.duty_changes.filter(day__gte=clock.today()).delete()
        session_list.close(self.session_starts.filter(ended_at=None))
        self._hear_nothing_more()
        holdings.tell(self)
        if self.pk in self._administrators:
            self._tell_administrators()

    def _hear_nothing_more(self):
        """What clocks had for them and has not left goes nowhere; one that leaves in this moment has left.

        The address of their calendar ends for good, and no device of theirs is told: an account that opens
        again makes a new one.
        """
        from .reminder import OutboxMessage

        State = OutboxMessage.State
        ours = OutboxMessage.objects.filter(organization_id=self.organization_id, recipient=self)
        unsent = ours.filter(reminder__isnull=False, state__in=(State.WAITING, State.GATHERED))
        held = unsent.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        ours.filter(pk__in=list(held)).update(state=State.DROPPED)
        self.links.filter(what="calendar").delete()
        self.devices.all().delete()

    def _leave_keys(self, actor):
        """What was sealed to this member goes, and from now on a version seals that they never had (C19).

        Where none can be made in this moment, because the key is in doubt or another has just changed it,
        the account closes all the same, and the change is owed.
        """
        from orgs.keyring import rotation

        if not self._lose_key():
            return
        try:
            rotation.rotate(self.organization, actor=actor, why="left")
        except (NotNow, sealing.Locked) as why:
            self._owe_keys()
            doubted = isinstance(why, sealing.Doubted)
            audit.write(actor, "keep_keys", self, why="doubted" if doubted else "not_now")

    def _leave_keys_later(self):
        """The clock holds no secrets: their key goes now, new ones come with an administrator's next page."""
        if self._lose_key():
            self._owe_keys()

    def _lose_key(self):
        """Whether they had one, or until a way back was made for them: what it opened they may still know.

        Its row is taken first: nobody gives it anything while it goes.
        """
        mine = MemberKey.objects.filter(user=self)
        return bool(mine.select_for_update().first() and mine.delete()) or self.readmitted_at is not None

    def _owe_keys(self):
        from .house_duty import HouseDuty

        HouseDuty.begin(self.organization_id, "change_keys")
