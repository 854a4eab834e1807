"""Intakes are found by the person's name or number too: when they call back, the desk knows them."""

from cases.finding import Found, finder
from cases.recent import opened_before
from referrals.models import Intake
from referrals.views.intake_facts import state_words

MOST = 20
WITH_A_CASE = ("case_opened", "linked_to_case")


@finder
def intakes(member, people):
    """The intakes of these people that this member may see; those with a case are found as the case."""
    seen = Intake.objects.visible_to(member).filter(organization_id=member.organization_id, person__in=people)
    rows = seen.exclude(state__in=WITH_A_CASE).select_related("person", "assigned_to", "asked")
    for intake in rows.order_by("-arrived_at")[: MOST + 1]:
        what = f"{intake.person.called}, {intake.number}"
        yield Found(what, intake.get_absolute_url(), state_words(intake))


@opened_before("intake")
def opened(member, keys):
    """The intakes among these that the member may see now."""
    rows = Intake.objects.visible_to(member).filter(organization_id=member.organization_id, pk__in=keys)
    return {
        intake.pk: Found(
            f"{intake.person.called}, {intake.number}", intake.get_absolute_url(), state_words(intake)
        )
        for intake in rows.select_related("person", "assigned_to", "asked")
    }
