"""What follows a case into other hands: its follow-ups, releases and duties, with their grants and clocks.

Set-based, because a case can have many of them and a leaver can have many cases.
"""

from orgs import access
from orgs.models import Reminder


def follow(case):
    """Give a case's follow-ups, releases and duties to whom it now belongs; in the move's transaction."""
    from cases.duties import DUTIES
    from cases.models import FollowUp, Release

    moved = []
    for model in (FollowUp, Release, *DUTIES):
        rows = model.objects.filter(case=case)
        if model is not Release:
            rows.update(owner_id=case.assigned_to_id)
        children = list(rows)
        for child in children:
            child.case = case
        _regrant(children)
        moved += [child.pk for child in children]
    Reminder.objects.filter(organization_id=case.organization_id, subject_id__in=moved, fired_at=None).update(
        owner_id=case.assigned_to_id
    )


def _regrant(children):
    """Write the members' grants of many records of one model anew, as their policy has them."""
    if not children:
        return
    table = type(children[0]).user_grants.rel.related_model
    table.objects.filter(content_object__in=[child.pk for child in children]).delete()
    table.objects.bulk_create(
        table(content_object=child, organization_id=child.organization_id, user_id=holder, permission_id=verb)
        for child in children
        for kind, holder, verb in access.wanted(child, child.organization_id)
        if kind == "user"
    )
