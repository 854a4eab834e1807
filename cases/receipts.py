"""Why somebody could open a case: who had it and when, and who broke the glass (C12, R32)."""

from django.utils.translation import gettext as _

from cases.models import BreakGlass, CaseAssignment
from orgs.receipts import Reason
from orgs.words import exactly, local


def of_assignments(rows):
    """`Reason`s of assignments (`values` of assignee_id, state, offered_at, answered_at, ended_at)."""
    for row in rows:
        since, until = row["answered_at"] or row["offered_at"], row["ended_at"]
        if row["state"] == "accepted" or (row["answered_at"] and until):
            said = _("assigned advocate from %(since)s")
            if until:
                said = _("assigned advocate from %(since)s to %(until)s")
        else:
            said = _("was asked on %(since)s whether they take it")
        days = {"since": _day(since), "until": _day(until) if until else ""}
        yield Reason(row["assignee_id"], "name", said % days)


COLUMNS = ("assignee_id", "state", "offered_at", "answered_at", "ended_at")


def of_case(organization_id, label):
    """Of the case of this number; and whoever broke the glass over this number, of whatever record."""
    mine = CaseAssignment.objects.filter(organization_id=organization_id, case__number=label)
    yield from of_assignments(mine.order_by("offered_at").values(*COLUMNS))
    for use in BreakGlass.objects.filter(organization_id=organization_id, number=label).order_by("opened_at"):
        said = _("broke the glass on %(when)s: %(reason)s")
        told = {"when": exactly(use.opened_at), "reason": use.reason_in_words}
        yield Reason(use.opened_by_id, "emergency", said % told)


def _day(moment):
    from django.utils import dateformat

    return dateformat.format(local(moment), "j F Y")
