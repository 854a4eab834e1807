"""Who saw what: the audit's lines for the records, the account and the time that a breach is about (R43)."""

import csv
import io

from django.db.models import Count, Max, Min, Q

from orgs import audit_search
from orgs.spreadsheet import safe

MOST = 2000
COLUMNS = ("who", "role", "what", "kind", "record", "outcome", "times", "first (UTC)", "last (UTC)")


def evidence(breach, reader):
    """Who did what with which record, how often, first and last: ([dict], whether there was more).

    The records named and the account named are looked for within the time; where neither is named, everything
    of that time is. What the reader is walled from is not in it (R42): somebody else reads that part.
    """
    house = breach.organization_id
    lines = audit_search.lines_for(reader).filter(sequence__gte=audit_search.first_since(house, breach.since))
    if breach.until:
        lines = lines.filter(sequence__lt=audit_search.first_since(house, breach.until))
    about = Q()
    if breach.records:
        about |= Q(subject_label__in=breach.records)
    if breach.member_id:
        about |= Q(actor_id=breach.member_id)
    grouped = lines.filter(about).order_by().values(
        "actor_id", "actor_name", "role", "verb", "subject_type", "subject_label", "outcome"
    )  # fmt: skip
    rows = grouped.annotate(times=Count("id"), first=Min("at"), last=Max("at"))
    rows = list(rows.order_by("subject_label", "actor_name", "verb", "outcome", "subject_type")[: MOST + 1])
    return rows[:MOST], len(rows) > MOST


def as_csv(rows):
    """The same as text for a spreadsheet, in which no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = [
            row[name] for name in ("actor_name", "role", "verb", "subject_type", "subject_label", "outcome")
        ]
        stamps = [f"{row[name]:%Y-%m-%d %H:%M:%S}" for name in ("first", "last")]
        writer.writerow([*map(safe, cells), row["times"], *stamps])
    return out.getvalue()
