"""Who there is, who is on, what was done and what is due."""

from .audit import AuditHead, AuditLine
from .invitation import Invitation
from .organization import Organization, Unit
from .reminder import Heartbeat, OutboxMessage, Reminder
from .user import DutyShift, User

__all__ = [
    "AuditHead",
    "AuditLine",
    "DutyShift",
    "Heartbeat",
    "Invitation",
    "Organization",
    "OutboxMessage",
    "Reminder",
    "Unit",
    "User",
]
