"""Finding lines of the audit: every question is answered from an index that ends in the sequence."""

from django.db.models import Count, Max, Min

from .models import AuditLine

PAGE = 50


_hiders = []


def hider(hides):
    """Register `hides(member)`: querysets of one column, the numbers from which a member is walled (R42)."""
    if hides not in _hiders:
        _hiders.append(hides)
    return hides


def hidden_from(member):
    """All of them, as a set of labels: of these the member finds no line. One query."""
    first, *others = (rows for hides in _hiders for rows in hides(member))
    return set(first.union(*others, all=True).values_list("hidden", flat=True))


def lines_of(organization_id):
    return AuditLine.objects.filter(organization_id=organization_id).order_by("-sequence")


def lines_for(member):
    """The lines of the member's organization, less those about what they are walled from (R42)."""
    lines, hidden = lines_of(member.organization_id), hidden_from(member)
    return lines.exclude(subject_label__in=hidden) if hidden else lines


def found(reader, asked, bounds, before=None):
    """One page of lines, the newest first: (lines, the sequence below which the next page begins or None).

    `asked` holds who, verb, record and outcome; `bounds` two aware moments or None, which are turned into
    sequences first, because the sequence follows the time.
    """
    organization_id, lines = reader.organization_id, lines_for(reader)
    if asked.get("who"):
        lines = lines.filter(actor_id=asked["who"].pk)
    for field, column in (("verb", "verb"), ("record", "subject_label"), ("outcome", "outcome")):
        if asked.get(field):
            lines = lines.filter(**{column: asked[field]})
    since, until = bounds
    if since:
        lines = lines.filter(sequence__gte=first_since(organization_id, since))
    if until:
        lines = lines.filter(sequence__lt=first_since(organization_id, until))
    if before:
        lines = lines.filter(sequence__lt=before)
    page = list(lines[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].sequence if len(page) > PAGE else None


def first_since(organization_id, moment):
    """The sequence of the first line at or after an aware moment; above all others when there is none."""
    later = AuditLine.objects.filter(organization_id=organization_id, at__gte=moment)
    return later.order_by("at").values_list("sequence", flat=True).first() or 2**62


def who_opened(reader, label):
    """Who had to do with a record, by member: dicts of name, role, verb, outcome, permission (and under what
    grant), times, first and last."""
    lines = lines_for(reader).filter(subject_label=label)
    grouped = lines.values("actor_id", "actor_name", "role", "verb", "outcome", "permission").order_by()
    return list(grouped.annotate(times=Count("id"), first=Min("at"), last=Max("at")).order_by("-last")[:500])
