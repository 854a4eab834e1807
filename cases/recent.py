"""What a member opened last and may still open. Nothing is kept for it: the audit has the lines already.

A case or intake from which the member is walled, or which went to somebody else, is not among them (R42).
"""

from cases.finding import Found
from cases.models import Case
from orgs.models import AuditLine

LOOKED_BACK = 200  # lines of the member's own, from an index that ends in the sequence
MOST = 6
_rooms = []


def opened_before(model):
    """Register `show(member, keys) -> {key: Found}` for records of a model, as the audit names it."""

    def register(show):
        if (model, show) not in _rooms:
            _rooms.append((model, show))
        return show

    return register


def recent(member):
    """The last records that this member looked at, the newest first, as answers of Find."""
    lines = AuditLine.objects.filter(organization_id=member.organization_id, actor_id=member.pk)
    seen = lines.order_by("-sequence").values_list("verb", "subject_type", "subject_id")[:LOOKED_BACK]
    keys = list(dict.fromkeys((kind, key) for verb, kind, key in seen if verb == "view" and key))
    found = {}
    for model, show in _rooms:
        asked = [key for kind, key in keys if kind == model]
        found |= show(member, asked) if asked else {}
    return [found[key] for _kind, key in keys if key in found][:MOST]


@opened_before("case")
def cases(member, keys):
    """The cases among these that the member may see now."""
    rows = Case.objects.visible_to(member).filter(organization_id=member.organization_id, pk__in=keys)
    return {
        case.pk: Found(f"{case.person.called}, {case.number}", case.get_absolute_url(), str(case.standing))
        for case in rows.select_related("person")
    }
