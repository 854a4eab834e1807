"""Who there is, who is on, what was done and what is due."""

from .audit import AuditCut, AuditExport, AuditHead, AuditLine, SignedHead
from .counter import Counter
from .invitation import Invitation
from .keys import KeyGrant, MemberKey, RecoveryKit, Resealing
from .organization import Organization, Unit
from .reminder import Heartbeat, OutboxMessage, Reminder
from .session import SessionStart
from .tally import Tally
from .used_form import UsedForm
from .user import DutyShift, User

__all__ = [
    "AuditCut",
    "AuditExport",
    "AuditHead",
    "AuditLine",
    "Counter",
    "DutyShift",
    "Heartbeat",
    "Invitation",
    "KeyGrant",
    "MemberKey",
    "Organization",
    "OutboxMessage",
    "RecoveryKit",
    "Reminder",
    "Resealing",
    "SessionStart",
    "SignedHead",
    "Tally",
    "Unit",
    "UsedForm",
    "User",
]
