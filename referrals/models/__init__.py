"""What arrives, what leaves, and the receiving organization's own handling of it."""

from .handoff import Handoff, HandoffFile
from .intake import Intake, IntakeAssignment
from .referral import Message, Referral, ReferralCopy

__all__ = ["Handoff", "HandoffFile", "Intake", "IntakeAssignment", "Message", "Referral", "ReferralCopy"]
