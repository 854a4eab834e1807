"""Why somebody could open an intake: who was asked to take it, who had it, and when (C12)."""

from cases.receipts import COLUMNS, of_assignments
from referrals.models import IntakeAssignment


def of_intake(organization_id, label):
    """Of the intake of this number."""
    mine = IntakeAssignment.objects.filter(organization_id=organization_id, intake__number=label)
    yield from of_assignments(mine.order_by("offered_at").values(*COLUMNS))
