"""Finding lines of the audit: every question is answered from an index that ends in the sequence."""

from uuid import UUID

from django.db.models import BooleanField, Count, Max, Min, TextField, Value
from django.db.models.functions import Cast

from .compiled import compiled
from .models import AuditLine

PAGE = 50

ON_WALLS = ("wall", "lift_wall")  # once these lines said in clear who was walled, and why
CLEAR = 36  # letters of a key in clear
NOTHING = UUID(int=0)  # the key of no record: who is walled from none is asked as everybody else

_hiders, _subjects = [], []


def hider(hides):
    """Register `hides(members)`: querysets of one column `hidden`, the numbers from which a member is walled.

    `members` are keys; what any of them is walled from is in it (R42).
    """
    if hides not in _hiders:
        _hiders.append(hides)
    return hides


def subject_hider(hides):
    """The same for `hidden` keys of records, whatever a line calls them: most records have no number."""
    if hides not in _subjects:
        _subjects.append(hides)
    return hides


def _all(hiders, members):
    first, *others = (rows for hides in hiders for rows in hides(members))
    return first.union(*others, all=True)


def hidden_from(*members):
    """The numbers from which any of these members is walled, as a set: no line of theirs. One query."""
    return set(_all(_hiders, [member.pk for member in members]).values_list("hidden", flat=True))


def subjects_hidden_from(*members):
    """The keys of the records that any of these members is walled from, for use in a query of lines."""
    return _all(_subjects, [member.pk for member in members])


@compiled
def _hidden_from(member):
    """(number or key in text, whether it is a key) of all that the member is walled from."""
    rows = [
        rows.values_list(Cast("hidden", TextField()), Value(keys, BooleanField()))
        for keys, hiders in ((False, _hiders), (True, _subjects))
        for hides in hiders
        for rows in hides([member.pk])
    ]
    return rows[0].union(*rows[1:], all=True)


def lines_of(organization_id):
    return AuditLine.objects.filter(organization_id=organization_id).order_by("-sequence")


def lines_for(member):
    """The lines of the member's organization, less those about what they are walled from (R42).

    By the number, by the key of the record, by what a question about a record was about, and by the member
    whom an old line says to be walled.
    """
    hidden, subjects = set(), [NOTHING]
    for what, is_key in _hidden_from(member):
        subjects.append(UUID(what)) if is_key else hidden.add(what)
    lines = lines_of(member.organization_id)
    lines = lines.exclude(subject_id__in=subjects)
    lines = lines.exclude(verb__in=ON_WALLS, details__contains={"member": str(member.pk)})
    if not hidden:
        return lines
    asked = lines.filter(verb="view_access_report", details__of__in=list(hidden)).order_by().values("pk")
    return lines.exclude(subject_label__in=hidden).exclude(pk__in=asked)


def says_who_is_walled(verb, details):
    """Whether an old line tells in clear which member is walled."""
    return verb in ON_WALLS and len(str(details.get("member", ""))) == CLEAR


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
    return page_of(lines, before)


def page_of(lines, before=None):
    """(lines, the sequence below which the next page begins or None), below the one of the page before."""
    if before:
        lines = lines.filter(sequence__lt=before)
    page = list(lines[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].sequence if len(page) > PAGE else None


def first_since(organization_id, moment):
    """The sequence of the first line at or after an aware moment; above all others when there is none."""
    later = AuditLine.objects.filter(organization_id=organization_id, at__gte=moment)
    return later.order_by("at").values_list("sequence", flat=True).first() or 2**62


def lines_about(reader, label):
    """The lines of one record, as its number has it, that the reader may see."""
    return lines_for(reader).filter(subject_label=label)


def who_opened(lines):
    """Who had to do with a record, by member, in the lines about it: dicts of name, role, verb, outcome,
    permission (and under what grant), times, first and last."""
    grouped = lines.values("actor_id", "actor_name", "role", "verb", "outcome", "permission").order_by()
    return list(grouped.annotate(times=Count("id"), first=Min("at"), last=Max("at")).order_by("-last")[:500])
