"""How members come back in: an account opened again, a passphrase lost, a lock of failed tries (C5, C9)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orgs import audit, clock, holdings

from .keys import MemberKey

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
        """Open a closed or dormant account again; `reason` is a code of `REACTIVATION_REASONS`."""
        with self._alone(actor):
            if not self.is_active:
                self.leaves_at = self.leaves_set_by = self.kept_since = self.left_at = None
                self._keep_leaving()
            self.is_active, self.readmitted_at = True, clock.now()
            self.failed_sign_ins, self.locked_until = 0, None
            self.save(update_fields=["is_active", "readmitted_at", "failed_sign_ins", "locked_until"])
            self.settle_groups()
            holdings.tell(self)
            self._looked("reopen", actor)
            audit.write(actor, "reactivate_member", self, reason=reason)

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
