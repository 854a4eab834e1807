"""How members come back in: an account opened again, a passphrase lost, a lock of failed tries (C5, C9)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orgs import audit, clock, holdings

from .keys import MemberKey
from .membership import ASKED, WAITS_FOR_ANOTHER, NotNow

DORMANT_AFTER = timedelta(days=90)
REACTIVATION_REASONS = (
    ("returned", _("Back at work here")),
    ("mistake", _("Closed by mistake")),
    ("leave_over", _("Back from leave")),
    ("long_away", _("Away for more than 90 days, and identity checked")),
)


class Reopening:
    """The part of `User` about coming back in."""

    @property
    def is_locked(self):
        """Whether failed sign-ins keep this member out now (C5)."""
        return bool(self.locked_until and self.locked_until > clock.now())

    @property
    def is_dormant(self):
        """Whether 90 days have gone by without a sign-in, or since an administrator opened it again (C9)."""
        last = max(filter(None, (self.last_login, self.joined_at, self.readmitted_at)))
        return last < clock.now() - DORMANT_AFTER

    def reactivate(self, reason, *, actor):
        """Open a closed or dormant account again; `reason` is a code of `REACTIVATION_REASONS`.

        A closed one has been somebody's decision, and opens with all that its role sees: where another
        administrator is here, or was until lately, it waits until one agrees (C9, C10). Returns whether it is
        open now.
        """
        with self._alone(actor):
            if not self.is_active and self._another_than(actor):
                self.reopening_asked, self.asked_by, self.asked_at = reason, actor, clock.now()
                self.save(update_fields=ASKED)
                audit.write(actor, "ask_reactivation", self, reason=reason)
                self._tell_administrators()
                return False
            self._open(reason, actor)
        return True

    def approve_reactivation(self, *, actor):
        """A second administrator agrees; returns whether something waited.

        Raises `NotNow` for whoever asked, and for one's own.
        """
        with self._alone(actor):
            if not self.reopening_asked:
                return False
            if actor.pk == self.asked_by_id:
                raise NotNow(WAITS_FOR_ANOTHER)
            self._open(self.reopening_asked, actor, asked_by=str(self.asked_by_id))
        return True

    def withdraw_reactivation(self, *, actor):
        """It stays closed; any administrator may say so. Returns whether something waited."""
        with self._alone(actor):
            waited = bool(self.reopening_asked)
            if waited:
                audit.write(actor, "withdraw_reactivation", self, reason=self.reopening_asked)
                self._ask_nothing()
        return waited

    def _open(self, reason, actor, **details):
        was_closed = not self.is_active
        if was_closed:
            self._ask_nothing()
            self.leaves_at = self.leaves_set_by = self.kept_since = self.left_at = None
            self._keep_leaving()
        self.is_active, self.readmitted_at = True, clock.now()
        self.failed_sign_ins, self.locked_until = 0, None
        self.save(update_fields=["is_active", "readmitted_at", "failed_sign_ins", "locked_until"])
        self.settle_groups()
        holdings.tell(self)
        self._looked("reopen", actor)
        audit.write(actor, "reactivate_member", self, reason=reason, **details)
        if was_closed:
            self._tell_administrators()

    def readmit(self, *, actor):
        """A way back for one who lost the passphrase and whom `actor` has recognized: a link to set another.

        Their sessions end and their key is gone; after setting a passphrase they wait until an administrator
        gives the organization's secrets to their new key (R11). The second factor stays. Returns the
        invitation.
        """
        from .invitation import Invitation

        with self._alone(actor):
            MemberKey.objects.filter(user=self).delete()
            self.set_unusable_password()
            self.session_epoch += 1
            self.readmitted_at = clock.now()
            self.failed_sign_ins, self.locked_until = 0, None
            fields = ["password", "session_epoch", "readmitted_at", "failed_sign_ins", "locked_until"]
            self.save(update_fields=fields)
            audit.write(actor, "readmit_member", self)
            return Invitation.make_back(self, actor=actor)

    def unlock(self, *, actor):
        """Let a member try again after too many failed sign-ins."""
        with self._alone(actor):
            self.failed_sign_ins, self.first_failed_at, self.locked_until = 0, None, None
            self.save(update_fields=["failed_sign_ins", "first_failed_at", "locked_until"])
            audit.write(actor, "unlock_member", self)
