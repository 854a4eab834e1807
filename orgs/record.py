"""A record that people move from state to state, and all that follows from a state."""

from contextlib import ExitStack, contextmanager

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from . import access, audit, reminders, tenancy
from .roles import ROWLESS

GONE = _("It is with somebody else now.")


class IllegalMove(Exception):
    """The move cannot start from where the record is. A view answers 409 and shows that state.

    `verb` is the move that was asked for, `record` the record as it stands.
    """

    def __init__(self, verb, record, reason=""):
        super().__init__(f"{verb} from {record.state}" + (f": {reason}" if reason else ""))
        self.verb, self.record, self.reason = verb, record, reason


def permissions_of(noun, moves, *more):
    """The permissions of a model, one for each verb: `permissions_of("referral", MOVES, "print")`."""
    return [(f"{verb}_{noun}", f"{verb} {noun}") for verb in (*moves, *more)]


class Record(tenancy.TenantModel):
    """Something with a state, a table of moves, a policy of grants and a policy of clocks.

    A subclass says `MOVES` (verb: the states it may start from, the state it ends in; None ends where it
    started), `grants` (from its app's `access`), `clocks` (from its app's `reminders`), and has two direct
    tables for guardian made with `access.grant_tables`.
    """

    MOVES = {}
    STATES = {}  # state: what the record's own pages call it; one that is not here reads as it is
    SHUT_TO = ROWLESS  # roles that never see one, whatever grants an earlier role has left them
    state = models.CharField(max_length=24)
    changed_at = models.DateTimeField(null=True)

    objects = access.RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def grants(self):
        """The policy: yields `access.Grant`s, without a query."""
        return ()

    def clocks(self):
        """The clocks that the state runs: yields `reminders.Clock`s, without a query."""
        return ()

    def sides(self):
        """The organizations whose grants and clocks follow this record; one, except where two meet."""
        return (self.organization_id,)

    @property
    def label(self):
        """What the audit calls this record: a number or reference, never a name."""
        return getattr(self, "reference", None) or getattr(self, "number", None) or ""

    def get_state_display(self):
        """Where it stands, for the page of one who came too late: in the words of the record's own pages."""
        return self.STATES.get(self.state) or self.state.replace("_", " ")

    @classmethod
    def behind_wall(cls, user):
        """A condition for what this member is walled from, whatever their role; it wins over every grant."""
        return None

    @classmethod
    def in_emergency(cls, user):
        """A condition for what this member has opened for looking alone, for a while (R32); None: nothing is.

        Asked only by pages that say so; the wall wins over it as over every grant.
        """
        return None

    def lock_row(self, verb):
        """Lock the row, as it is now, until the transaction ends.

        Raises `IllegalMove` when it has gone behind a wall meanwhile, as a packet does that was sent on.
        """
        try:
            self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=("self",)))
        except type(self).DoesNotExist:
            raise IllegalMove(verb, self, GONE) from None

    @contextmanager
    def moving(self, verb, actor, **details):
        """Carry out `verb` for `actor`: lock, check, change, let the new state decide the rest; or nothing.

        `actor` is a member, or None for the clock. `details` go into the audit line: codes, never names.
        Raises `IllegalMove` when the verb cannot start from the state in which the row is found.
        """
        starts, ends = self.MOVES[verb]
        with transaction.atomic():
            self.lock_row(verb)
            if self.state not in starts:
                raise IllegalMove(verb, self)
            before = self.state
            self.state = ends or self.state
            yield
            from .clock import now

            self.changed_at = now()
            self.save()
            self.settle()
            audit.write(actor, verb, self, **{"from": before, "to": self.state, **details})

    @contextmanager
    def starting(self, actor, verb="create", **details):
        """Write a new record for `actor`, with all that its first state brings."""
        from .clock import now

        with transaction.atomic():
            yield
            self.changed_at = now()
            self.save(force_insert=True)
            self.settle()
            audit.write(actor, verb, self, **{"to": self.state, **details})

    def settle(self):
        """Bring grants and clocks up to date with the state, on each side under its own tenant."""
        for organization_id in self.sides():
            with ExitStack() as stack:
                if tenancy.current.get() != organization_id:
                    stack.enter_context(tenancy.acting_for(organization_id))
                access.settle(self, organization_id)
                reminders.settle(self, organization_id)
