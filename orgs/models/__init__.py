"""Who there is, who is on, what was done and what is due."""

from .account_review import AccountReview
from .audit import AuditCut, AuditExport, AuditHead, AuditLine, SignedHead
from .audit_review import AuditReview
from .counter import Counter
from .device import Device
from .duty_change import DutyChange
from .house_duty import HouseDuty
from .invitation import Invitation
from .keys import KeyGrant, MemberKey, PublishedKey, RecoveryKit, Resealing
from .mailbox import How, Mailbox, MemberLink
from .organization import Organization, Unit
from .reminder import Heartbeat, OutboxMessage, Reminder
from .saved_view import SavedView
from .session import SessionStart
from .tally import Tally
from .used_form import UsedForm
from .user import DutyShift, User

__all__ = [
    "AccountReview",
    "AuditCut",
    "AuditExport",
    "AuditHead",
    "AuditLine",
    "AuditReview",
    "Counter",
    "Device",
    "DutyChange",
    "DutyShift",
    "Heartbeat",
    "HouseDuty",
    "How",
    "Invitation",
    "KeyGrant",
    "Mailbox",
    "MemberKey",
    "MemberLink",
    "Organization",
    "OutboxMessage",
    "PublishedKey",
    "RecoveryKit",
    "Reminder",
    "Resealing",
    "SavedView",
    "SessionStart",
    "SignedHead",
    "Tally",
    "Unit",
    "UsedForm",
    "User",
]
