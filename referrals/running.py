"""What belongs to a case or an intake in this room and has clocks of its own."""

from cases import before_a_case
from orgs.running import belonging
from referrals.models import Handoff, Inquiry, IntakeAssignment, Referral


@belonging("cases.case")
def of_case(case, member):
    yield Handoff.objects.visible_to(member).filter(files__case=case), True


@belonging("referrals.intake")
def of_intake(intake, member):
    yield IntakeAssignment.objects.visible_to(member).filter(intake=intake), False
    yield Referral.objects.visible_to(member).filter(intakes=intake), True
    yield Inquiry.objects.visible_to(member).filter(intake=intake), True
    for begun in before_a_case.suspicions():
        yield begun.objects.visible_to(member).filter(intake_number=intake.number), True
