"""How members go on a last day set ahead, and what follows for those who have gone in any way (C9)."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock, holdings
from orgs.calendar import ISLANDS
from orgs.compiled import compiled
from orgs.roles import REFERRERS, Role

from .membership import ALREADY_CLOSED, NotNow

LEAVING = ["leaves_at", "leaves_set_by", "kept_since"]
OVER = _("The last day is over. The account can be opened again instead.")


class Leaving:
    """The part of `User` about going away.

    `leaves_at` is the midnight that ends the last day on the islands; from that moment on nothing opens for
    this member, whether or not a worker has closed the account by then. `kept_since` stands while the last
    administrator is kept past it, until there is another. `left_at` stands while somebody whose account is
    closed still has something that another must take.
    """

    @property
    def has_left(self):
        """Whether the last day is over, and nobody had to be kept."""
        return bool(self.leaves_at and self.leaves_at <= clock.now() and not self.kept_since)

    @property
    def last_day(self):
        """The day on which they are here for the last time, or None."""
        return (self.leaves_at - timedelta(days=1)).astimezone(ISLANDS).date() if self.leaves_at else None

    @classmethod
    def behind_wall(cls, viewer):
        """What somebody left is there for those alone who may know of a part of it (R42)."""
        return Q(left_at__isnull=False) & ~holdings.holding(viewer.organization_id, viewer)

    def clocks(self):
        """Supervisors hear 7 days and 1 day before, and after it until nothing is left behind."""
        from orgs.reminders import Clock

        heads = Role.UNIT_SUPERVISOR if self.role in REFERRERS else Role.SUPERVISOR
        if self.kept_since:
            yield Clock("replace_administrator", self.kept_since, owner=self.pk, team=Role.ADMINISTRATOR)
        elif self.is_active and self.leaves_at:
            yield Clock("member_leaves", self.leaves_at - timedelta(days=1), team=heads)
        if self.left_at:
            yield Clock("take_over_work", self.left_at, team=heads)

    def set_last_day(self, day, *, actor):
        """The account closes by itself when `day` (a date on the islands) is over; another day replaces one.

        Raises `NotNow` for one's own, for a closed account, for a day that is over, where no other
        administrator would stay, and where nobody who stays could open some of the records.
        """
        with self._alone(actor):
            if not self.is_active:
                raise NotNow(ALREADY_CLOSED)
            if self.has_left:
                raise NotNow(OVER)
            ends = datetime.combine(day + timedelta(days=1), time(), ISLANDS)
            if ends <= clock.now():
                raise NotNow(_("That day is over. Close the account instead."))
            self._refuse_if_last()
            self._refuse_if_only_above()
            was = self.last_day.isoformat() if self.last_day else ""
            self.leaves_at, self.leaves_set_by, self.kept_since = ends, actor, None
            self._keep_leaving()
            self._looked("close", actor)
            audit.write(actor, "set_last_day", self, day=day.isoformat(), was=was)
            if self.pk in self._administrators:
                self._tell_administrators()

    def take_back_last_day(self, *, actor):
        """They stay after all. Raises `NotNow` once the day is over; returns whether a day was set."""
        with self._alone(actor):
            if self.has_left or not self.is_active:
                raise NotNow(OVER)
            was_set = bool(self.leaves_at)
            if was_set:
                self.leaves_at = self.leaves_set_by = self.kept_since = None
                self._keep_leaving()
                audit.write(actor, "take_back_last_day", self)
        return was_set

    def leave(self):
        """The clock's own move when the last day is over; what is still held waits for a supervisor.

        An organization's last administrator who can open anything is kept, with a clock, until there is
        another: everybody else's accounts and keys hang on there being one (C10).
        """
        with transaction.atomic():
            self._lock()
            if not self.is_active or not self.leaves_at or self.leaves_at > clock.now():
                return
            if self.role == Role.ADMINISTRATOR and not self._others_rule():
                self._keep_on()
                return
            self._shut()
            self._keep_leaving()
            self._unlook()
            audit.write(None, "deactivate_member", self, why="last_day")
            self._leave_keys_later()

    def _others_rule(self):
        """Whether another administrator is here who can come in and has the secrets."""
        from orgs.keyring import members as keyring

        keys = keyring.holders(self.organization).filter(has_secrets=True, user__role=Role.ADMINISTRATOR)
        others = [key.user for key in keys if key.user_id != self.pk]
        return any(not other.leaves_at and not other.is_dormant for other in others)

    def _keep_on(self):
        if not self.kept_since:
            self.kept_since = clock.now()
            self._keep_leaving()
            audit.write(None, "keep_administrator", self)

    def settle_left(self):
        """Start or stop the clock of what is left with somebody whose account is closed.

        It counts from the end of the last day, whenever a worker came by, and whatever was left first (R42).
        """
        with transaction.atomic():
            self._lock()
            mine = type(self)._base_manager.filter(pk=self.pk)
            holds = not self.is_active and mine.filter(holdings.holding(self.organization_id)).exists()
            if holds != bool(self.left_at):
                self.left_at = (self.leaves_at or clock.now()) if holds else None
                self._keep_leaving()

    def _lock(self):
        """Lock this row, and before it those of the administrators, as everybody does who closes accounts."""
        self._hold_rows()
        self.refresh_from_db()

    def _keep_leaving(self):
        from orgs import reminders

        self.save(update_fields=[*LEAVING, "left_at"])
        reminders.settle(self, self.organization_id)

    def _unlook(self):
        """The review of accounts does not wait for one that is closed."""
        from orgs import house

        house.settle_accounts(self.organization_id)


def settle_above(organization_id):
    """Administrators are reminded while some record can be opened by no supervisor who is here (R42)."""
    from .house_duty import HouseDuty

    if holdings.nobody_above(organization_id):
        HouseDuty.begin(organization_id, "name_supervisor")
    else:
        HouseDuty.done(organization_id, "name_supervisor")


def close_due(organization_id):
    """Close the accounts of the acting organization whose last day is over, and see what closed ones hold,
    and whether somebody is above every record."""
    from .user import User

    ours = User.objects.filter(organization_id=organization_id)
    for member in ours.active().filter(leaves_at__lte=clock.Now()).order_by("leaves_at", "pk"):
        member.leave()
    changed = [pk for (pk,) in _left_otherwise(None, UUID(str(organization_id)))]
    for member in ours.filter(pk__in=changed).order_by("pk") if changed else ():
        member.settle_left()
    settle_above(organization_id)


@compiled
def _left_otherwise(_nobody, organization_id):
    """The ids of members who are gone and hold something that nobody is told of, or nothing any more."""
    from .user import User

    held = holdings.holding(organization_id)
    changed = (Q(left_at=None) & held) | (Q(left_at__isnull=False) & ~held)
    gone = User.objects.filter(organization_id=organization_id, is_active=False)
    return gone.filter(changed).order_by("pk").values_list("pk")
