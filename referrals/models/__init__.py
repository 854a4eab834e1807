"""What arrives, what leaves, and the receiving organization's own handling of it."""

from .arrival import Arrival
from .call_in import CallIn
from .campaign import Campaign, CampaignCount
from .caseload_move import CaseloadMove
from .copies import Message, ReferralCopy
from .handoff import Handoff, HandoffFile
from .inquiry import Inquiry, InquiryMessage
from .intake import Intake
from .intake_assignment import IntakeAssignment
from .outcome import Outcome
from .referral import Referral
from .sender_word import SenderWord
from .shift_note import ShiftNote

__all__ = [
    "Arrival",
    "CallIn",
    "Campaign",
    "CampaignCount",
    "CaseloadMove",
    "Handoff",
    "HandoffFile",
    "Inquiry",
    "InquiryMessage",
    "Intake",
    "IntakeAssignment",
    "Message",
    "Outcome",
    "Referral",
    "ReferralCopy",
    "SenderWord",
    "ShiftNote",
]
