"""When a record's clock runs out, as the reminder rows have it, beside the record in one query."""

from django.db.models import OuterRef, Q, Subquery

from orgs.models import Reminder


def with_due(rows, clock, organization_id, name="due_at"):
    """Add `name`: when `clock` (a name of `orgs.clocks`) of this organization is due; None if it stands."""
    ladder = Reminder.objects.filter(
        organization_id=organization_id, subject_id=OuterRef("pk"), clock=clock
    ).order_by("-version", "rung")
    return rows.annotate(**{name: Subquery(ladder.values("due_at")[:1])})


def after(rows, key):
    """The rows after `key` ((due_at, pk)) in the order of due time, and in that order; all for None."""
    if key:
        due_at, pk = key
        rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk))
    return rows.order_by("due_at", "pk")
