"""What an administrator does with a membership: change or keep it; never with their own (C10)."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock, holdings
from orgs.roles import DESK, WORKERS, Role

from .account_review import AccountReview

ALONE_AFTER = timedelta(days=7)  # how long one who was an administrator still counts as another
ASKED = ["role_asked", "unit_asked", "reopening_asked", "asked_by", "asked_at"]
ALREADY_CLOSED = _("This account is closed.")
WAITS_FOR_ANOTHER = _(
    "Somebody other than the one who asked has to approve. If there is nobody else any more, withdraw it, "
    "and ask again when you may decide alone."
)
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

    def change(self, *, role, unit, actor):
        """Give another role or unit, at once or, where it opens more, when another administrator agrees.

        Returns whether it holds already. Raises `NotNow` for one's own, a closed account, the last
        administrator, and for a role that works no case while something is in hand.
        """
        with self._alone(actor):
            if not self.is_active:
                raise NotNow(ALREADY_CLOSED)
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
                raise NotNow(WAITS_FOR_ANOTHER)
            self._give(self.role_asked, self.unit_asked, actor, asked_by=str(self.asked_by_id))
        return True

    def keep(self, *, actor):
        """An administrator has looked: this member still works here, in this role (C9).

        Raises `NotNow` for a closed account, and for one's own while there is another administrator, or was
        one until lately.
        """
        with self._alone(actor, own=True):
            if self.pk == actor.pk and self._another_than(actor):
                raise NotNow(_("Another administrator looks at your account."))
            if not self.is_active:
                raise NotNow(ALREADY_CLOSED)
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
        self.role_asked, self.unit_asked, self.reopening_asked = "", None, ""
        self.asked_by = self.asked_at = None
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
            self.duty_changes.filter(day__gte=clock.today()).delete()
        holdings.tell(self)
        after = {"role": str(role), "unit": str(unit.pk if unit else "")}
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        self._looked("change", actor)
        audit.write(actor, "change_member", self, **changed, **details)
        self._ask_nothing()
        if ruled and role != Role.ADMINISTRATOR:
            self._tell_administrators()

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

    @contextmanager
    def _alone(self, actor, own=False):
        """A transaction in which nobody else changes this member or the number of administrators."""
        if self.pk == actor.pk and not own:
            raise NotNow(_("Nobody changes their own membership. Another administrator can."))
        with transaction.atomic():
            locked = self._hold_rows()
            self._staying = {
                pk for pk in self._administrators if locked[pk].leaves_at is None or locked[pk].kept_since
            }
            if actor.pk not in self._administrators:
                raise NotNow(_("You are no longer an administrator here."))
            self.refresh_from_db()
            yield

    def _hold_rows(self):
        """Lock the administrators' rows and this one, always in one order; returns them by key.

        Not their keys: rows that name one of them, of an invitation or of new keys, need not wait.
        """
        ours = type(self)._base_manager.filter(organization_id=self.organization_id)
        ruling = ours.filter(role=Role.ADMINISTRATOR, is_active=True)
        rows = (ruling | ours.filter(pk=self.pk)).select_for_update(of=("self",), no_key=True).order_by("pk")
        locked = {row.pk: row for row in rows}
        self._administrators = {
            pk for pk, row in locked.items() if row.role == Role.ADMINISTRATOR and row.is_active
        }
        return locked

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
