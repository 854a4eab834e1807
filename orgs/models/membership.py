"""What an administrator does with a membership: change, close, reopen, unlock; never with their own (C10)."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock, holdings, sealing
from orgs.roles import DESK, WORKERS, Role

from .account_review import AccountReview
from .keys import MemberKey

DORMANT_AFTER = timedelta(days=90)
ALONE_AFTER = timedelta(days=7)  # how long one who was an administrator still counts as another
ASKED = ["role_asked", "unit_asked", "asked_by", "asked_at"]
# From a role to those that see and do a part of what it does; every other change opens something.
STEPS_DOWN = {
    Role.SUPERVISOR: (Role.ADVOCATE, Role.INTAKE_WORKER),
    Role.UNIT_SUPERVISOR: (Role.OFFICER, Role.SYSTEM_ADVOCATE),
}


class NotNow(Exception):
    """The change cannot be made as things stand. `why` is a sentence for the administrator, `held` what is
    still in the member's hands as (label, count) pairs."""

    def __init__(self, why, held=()):
        super().__init__(str(why))
        self.why, self.held = why, list(held)


class Membership:
    """The part of `User` that administrators change. Every method is one transaction with its audit line.

    All of them take the administrators' rows of the organization first, so that two administrators who
    demote each other at the same moment do not leave an organization without one.
    """

    @property
    def is_locked(self):
        """Whether failed sign-ins keep this member out now (C5)."""
        return bool(self.locked_until and self.locked_until > clock.now())

    @property
    def is_dormant(self):
        """Whether 90 days have gone by without a sign-in, or since an administrator opened it again (C9)."""
        last = max(filter(None, (self.last_login, self.joined_at, self.readmitted_at)))
        return last < clock.now() - DORMANT_AFTER

    def change(self, *, role, unit, actor):
        """Give another role or unit, at once or, where it opens more, when another administrator agrees.

        Returns whether it holds already. Raises `NotNow` for one's own, the last administrator, and for a
        role that works no case while something is in hand.
        """
        with self._alone(actor):
            if self._opens_more(role, unit) and self._another_than(actor):
                self._ask(role, unit, actor)
                return False
            self._give(role, unit, actor)
        return True

    def approve_change(self, *, actor):
        """A second administrator agrees to what was asked; returns whether something waited (C10).

        Raises `NotNow` for whoever asked, whoever is here now, and whenever `change` would.
        """
        with self._alone(actor):
            if not self.role_asked:
                return False
            if actor.pk == self.asked_by_id:
                raise NotNow(
                    _(
                        "Somebody other than the one who asked has to approve. If there is nobody else any "
                        "more, withdraw it, and ask again when you may decide alone."
                    )
                )
            self._give(self.role_asked, self.unit_asked, actor, asked_by=str(self.asked_by_id))
        return True

    def keep(self, *, actor):
        """An administrator has looked: this member still works here, in this role (C9).

        Raises `NotNow` for a closed account, and for one's own while there is another administrator.
        """
        with self._alone(actor, own=True):
            if self.pk == actor.pk and self._administrators != {actor.pk}:
                raise NotNow(_("Another administrator looks at your account."))
            if not self.is_active:
                raise NotNow(_("This account is closed."))
            self._looked("keep", actor, alone=self.pk == actor.pk)
            audit.write(actor, "keep_member", self, role=str(self.role))

    def _looked(self, decision, actor, alone=False):
        """Write down that somebody looked at this account, and let the clock of the review follow."""
        from orgs import house

        AccountReview.objects.create(
            organization_id=self.organization_id,
            member=self,
            reviewed_by=actor,
            at=clock.now(),
            decision=decision,
            role=self.role,
            alone=alone,
        )
        house.settle_accounts(self.organization_id)

    def withdraw_change(self, *, actor):
        """What was asked is off; any administrator may say so. Returns whether something waited."""
        with self._alone(actor):
            waited = bool(self.role_asked)
            if waited:
                audit.write(actor, "withdraw_change", self, role=self.role_asked)
                self._ask_nothing()
        return waited

    def _opens_more(self, role, unit):
        """Whether a change gives what this member cannot see or do now: anything but a step down (C10).

        Another unit does: what people released to it opens for whoever is of it (R18).
        """
        if unit is not None and unit.pk != self.unit_id:
            return True
        return role != self.role and role not in STEPS_DOWN.get(self.role, ())

    def _another_than(self, actor):
        """Whether an administrator is here who is neither the one who acts nor the one who is changed.

        Who was one until seven days ago counts: nobody comes to decide alone by taking the others away.
        """
        ours = type(self).objects.filter(organization_id=self.organization_id).with_a_say()
        return ours.exclude(pk__in=(actor.pk, self.pk)).exists()

    def _ask(self, role, unit, actor):
        self.role_asked, self.unit_asked, self.asked_by, self.asked_at = role, unit, actor, clock.now()
        self.save(update_fields=ASKED)
        self._looked("change", actor)
        audit.write(actor, "ask_change", self, role=str(role), unit=str(unit.pk if unit else ""))

    def _ask_nothing(self):
        self.role_asked, self.unit_asked, self.asked_by, self.asked_at = "", None, None, None
        self.save(update_fields=ASKED)

    def _give(self, role, unit, actor, **details):
        before = {"role": str(self.role), "unit": str(self.unit_id or "")}
        ruled = self.pk in self._administrators
        if role != Role.ADMINISTRATOR:
            self._refuse_if_last()
        if role != Role.SUPERVISOR:
            self._refuse_if_only_above()
        if role not in WORKERS:
            self._refuse_if_holding()
        self.role, self.unit, self.kept_since = role, unit, None
        self.save(update_fields=["role", "unit", "kept_since"])
        if self.leaves_at:
            self._keep_leaving()  # who hears of it depends on the role
        self.settle_groups()
        if role not in DESK:
            self.shifts.all().delete()
        after = {"role": str(role), "unit": str(unit.pk if unit else "")}
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        self._looked("change", actor)
        audit.write(actor, "change_member", self, **changed, **details)
        self._ask_nothing()
        if ruled and role != Role.ADMINISTRATOR:
            self._tell_administrators()

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
            if self.pk in self._administrators:
                self._tell_administrators()
            self._leave_keys(actor)

    def _shut(self):
        """The account is closed, whoever closes it: sessions, groups and shifts end with it."""
        from orgs import session_list

        self._ask_nothing()
        self.is_active, self.kept_since = False, None
        self.session_epoch += 1
        self.save(update_fields=["is_active", "kept_since", "session_epoch"])
        self.settle_groups()
        self.shifts.all().delete()
        session_list.close(self.session_starts.filter(ended_at=None))
        holdings.tell(self)

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

    def end_sessions(self, *, actor):
        """Sign the member out everywhere."""
        from orgs import session_list

        with self._alone(actor):
            self.session_epoch += 1
            self.save(update_fields=["session_epoch"])
            count = session_list.close(self.session_starts.filter(ended_at=None))
            audit.write(actor, "end_member_sessions", self, count=count)

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

    def _tell_administrators(self):
        """The usual sentence to all who were one until now, this one and whoever did it among them (R38)."""
        from .reminder import OutboxMessage

        moment = clock.now()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(
                organization_id=self.organization_id, recipient_id=pk, created_at=moment, available_at=moment
            )
            for pk in sorted(self._administrators)
        )

    def _leave_keys(self, actor):
        """What was sealed to this member goes, and from now on a version seals that they never had (C19)."""
        from orgs.keyring import rotation

        had_one = MemberKey.objects.filter(user=self).delete()[0]
        if had_one and sealing.is_open(self.organization_id):
            try:
                rotation.rotate(self.organization, actor=actor, why="left")
            except sealing.Doubted:  # whose alarm is given elsewhere; the account closes all the same
                audit.write(actor, "keep_keys", self, why="doubted")

    @contextmanager
    def _alone(self, actor, own=False):
        """A transaction in which nobody else changes this member or the number of administrators."""
        if self.pk == actor.pk and not own:
            raise NotNow(_("Nobody changes their own membership. Another administrator can."))
        with transaction.atomic():
            locked = self._hold_rows()
            self._administrators = {
                pk for pk, row in locked.items() if row.role == Role.ADMINISTRATOR and row.is_active
            }
            self._staying = {
                pk for pk in self._administrators if locked[pk].leaves_at is None or locked[pk].kept_since
            }
            if actor.pk not in self._administrators:
                raise NotNow(_("You are no longer an administrator here."))
            self.refresh_from_db()
            yield

    def _hold_rows(self):
        """Lock the administrators' rows and this one, always in one order; returns them by key."""
        ours = type(self)._base_manager.filter(organization_id=self.organization_id)
        ruling = ours.filter(role=Role.ADMINISTRATOR, is_active=True)
        rows = (ruling | ours.filter(pk=self.pk)).select_for_update(of=("self",)).order_by("pk")
        return {row.pk: row for row in rows}

    def _refuse_if_last(self):
        if self.role != Role.ADMINISTRATOR or not self.is_active:
            return
        if not self._staying - {self.pk}:
            raise NotNow(
                _("This is the last administrator who stays. Invite another, or make a member one, first.")
            )

    def _refuse_if_only_above(self):
        """One supervisor can always open every record (R42): not the last of them leaves."""
        if self.role == Role.SUPERVISOR and self.is_active and holdings.only_above(self):
            raise NotNow(
                _("No other supervisor who stays could take over all of it. Make somebody else one first.")
            )

    def _refuse_if_holding(self):
        held = holdings.of(self)
        if held:
            raise NotNow(_("Something is still in their hands. It has to go to somebody else first."), held)

    def _get_session_auth_hash(self, secret=None):
        """What a session must carry to stand: it ends with the passphrase, and with the epoch."""
        value = f"{self.password}{self.session_epoch}"
        return salted_hmac("orgs.User.session", value, secret=secret, algorithm="sha256").hexdigest()


REACTIVATION_REASONS = (
    ("returned", _("Back at work here")),
    ("mistake", _("Closed by mistake")),
    ("leave_over", _("Back from leave")),
    ("long_away", _("Away for more than 90 days, and identity checked")),
)
