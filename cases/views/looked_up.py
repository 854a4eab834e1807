"""What pages look up, with the rows beside it that most of them need; each is put into SQL once."""

from cases.models import Case, CaseAssignment, FollowUp, Purge, Release
from cases.models.case import demanded
from orgs.access import lasting

CASES = lasting(Case.objects.select_related("person"))
ASSIGNED = lasting(Case.objects.select_related("person", "assigned_to"))
OF_HOUSE = lasting(Case.objects.select_related("person", "organization"))
CLOSING = lasting(ASSIGNED.annotate(demanded=demanded()))
PAGES = lasting(Case.objects.for_page())
FOLLOWUPS = lasting(FollowUp.objects.select_related("case"))
OFFERS = lasting(CaseAssignment.objects.select_related("case__person", "assigned_by", "assignee"))
PURGES = lasting(Purge.objects.select_related("organization", "listed_by", "proposed_by", "approved_by"))
RELEASES = lasting(
    Release.objects.select_related("case", "person", "recipient", "witness", "discussed_by", "made_by")
)
