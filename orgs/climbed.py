"""What has come up to an administrator, who can open none of it: which clocks, how late, and whom to call.

The last rung of a ladder rings with administrators besides the supervisors, so that a clock is heard where no
supervisor is there. An administrator opens no record (C10); what they can do is to call those who can.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from . import clock
from .clock_words import CLOCK_NAMES
from .models import OutboxMessage, Reminder, User
from .roles import Role

SHOWN = 25
LATELY = timedelta(hours=26)  # it rings daily: what rings with somebody no more, as behind a wall, goes


def _rung_with(member):
    """Clocks whose last rung has rung with this member, and that nobody has stopped.

    What is the administrators' own to do is about the house itself and has a page of its own.
    """
    rung = OutboxMessage.objects.filter(
        recipient=member,
        created_at__gt=clock.now() - LATELY,
        reminder__subject_id=OuterRef("subject_id"),
        reminder__clock=OuterRef("clock"),
        reminder__version=OuterRef("version"),
    )
    ours = Reminder.objects.filter(organization_id=member.organization_id, fired_at=None)
    return ours.filter(Exists(rung), repeat_after__isnull=False).exclude(subject_type__startswith="orgs.")


def any_to(member):
    """An expression: whether there is one."""
    return Exists(_rung_with(member))


def to(member):
    """What has come up, as dicts of what and due_at; nothing names a record or a person. One query."""
    rows = _rung_with(member).order_by("due_at").values_list("clock", "due_at")[:SHOWN]
    return [{"what": CLOCK_NAMES.get(clock, clock), "due_at": due_at} for clock, due_at in rows]


def who_can(member):
    """The supervisors who can open what `to` speaks of, to be called; one query."""
    ours = User.objects.in_role(Role.SUPERVISOR, Role.UNIT_SUPERVISOR)
    return ours.filter(organization_id=member.organization_id, is_active=True).order_by("name")
