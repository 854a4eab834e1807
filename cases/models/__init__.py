"""One organization's private work: nothing here crosses its wall."""

from .absence import Absence
from .assignment import Assignment, CaseAssignment
from .breach import Breach, BreachNotice
from .case import Case, CaseGroupGrant, CaseUserGrant
from .certification import Certification
from .coaching import CoachingNote
from .contact import ContactAttempt, SafeContactPlan
from .court_date import CourtDate
from .deadline import Deadline
from .demand import Demand, DemandItem
from .disclosure import Disclosure
from .followup import FollowUp
from .glass import BreakGlass
from .goal import Goal, GoalLook
from .hold import LegalHold
from .mandated_report import MandatedReport
from .merge import Merge
from .note import Note, Service
from .otip_request import OtipRequest
from .person import Person, PersonToken, SamePerson
from .purge import Purge, PurgeCount, PurgeItem
from .release import Release
from .release_paper import ReleasePaper
from .signature_mark import SignatureMark
from .wall import NoSupervisorLeft, Wall

__all__ = [
    "Absence",
    "Assignment",
    "Breach",
    "BreachNotice",
    "BreakGlass",
    "Case",
    "CaseAssignment",
    "CaseGroupGrant",
    "CaseUserGrant",
    "Certification",
    "CoachingNote",
    "ContactAttempt",
    "CourtDate",
    "Deadline",
    "Demand",
    "DemandItem",
    "Disclosure",
    "FollowUp",
    "MandatedReport",
    "Merge",
    "Goal",
    "GoalLook",
    "LegalHold",
    "Note",
    "NoSupervisorLeft",
    "OtipRequest",
    "Person",
    "PersonToken",
    "Purge",
    "PurgeCount",
    "PurgeItem",
    "Release",
    "ReleasePaper",
    "SafeContactPlan",
    "SamePerson",
    "Service",
    "SignatureMark",
    "Wall",
]
