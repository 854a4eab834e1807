"""Who there is, who is on, what was done and what is due."""

from .audit import AuditCut, AuditExport, AuditHead, AuditLine, SignedHead
from .invitation import Invitation
from .organization import Organization, Unit
from .reminder import Heartbeat, OutboxMessage, Reminder
from .session import SessionStart
from .user import DutyShift, User

__all__ = [
    "AuditCut",
    "AuditExport",
    "AuditHead",
    "AuditLine",
    "DutyShift",
    "Heartbeat",
    "Invitation",
    "Organization",
    "OutboxMessage",
    "Reminder",
    "SessionStart",
    "SignedHead",
    "Unit",
    "User",
]
