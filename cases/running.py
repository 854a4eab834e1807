"""What belongs to a case and has clocks of its own: follow-ups, releases, offers, duties, demands."""

from cases.duties import DUTIES
from cases.models import CaseAssignment, Demand, FollowUp, Release
from orgs.running import belonging


@belonging("cases.case")
def of_case(case, member):
    for model in (FollowUp, CaseAssignment):
        yield model.objects.visible_to(member).filter(case=case), False
    for model in (Release, Demand, *DUTIES):
        yield model.objects.visible_to(member).filter(case=case), True
