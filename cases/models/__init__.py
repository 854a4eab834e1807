"""One organization's private work: nothing here crosses its wall."""

from .assignment import Assignment, CaseAssignment
from .case import Case, CaseGroupGrant, CaseUserGrant
from .contact import ContactAttempt, SafeContactPlan
from .disclosure import Disclosure
from .followup import FollowUp
from .note import Note, Service
from .person import Person, PersonToken, Wall
from .release import Release
from .release_paper import ReleasePaper

__all__ = [
    "Assignment",
    "Case",
    "CaseAssignment",
    "CaseGroupGrant",
    "CaseUserGrant",
    "ContactAttempt",
    "Disclosure",
    "FollowUp",
    "Note",
    "Person",
    "PersonToken",
    "Release",
    "ReleasePaper",
    "SafeContactPlan",
    "Service",
    "Wall",
]
