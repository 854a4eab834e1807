"""What belongs to a case or an intake in this room and has clocks of its own."""

from cases.models import MandatedReport
from orgs.running import belonging
from referrals.models import Handoff, IntakeAssignment, Referral


@belonging("cases.case")
def of_case(case, member):
    yield Handoff.objects.visible_to(member).filter(files__case=case), True


@belonging("referrals.intake")
def of_intake(intake, member):
    yield IntakeAssignment.objects.visible_to(member).filter(intake=intake), False
    yield Referral.objects.visible_to(member).filter(intakes=intake), True
    yield MandatedReport.objects.visible_to(member).filter(intake_number=intake.number), True
