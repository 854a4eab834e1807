"""What follows a case into other hands: its follow-ups, releases and duties, with their grants and clocks.

Set-based, because a case can have many of them and a leaver can have many cases. Rooms above this one
register what else follows.
"""

from orgs import access
from orgs.models import Reminder

_followers, _beside, _replanned = [], [], []


def follower(call):
    """Register `call(case, actor)` for every time that a case comes into other hands; a decorator too."""
    if call not in _followers:
        _followers.append(call)
    return call


def follow(case, actor):
    """Give what belongs to a case to whom it belongs now (None: nobody), in the move's transaction."""
    from cases.duties import DUTIES
    from cases.models import Demand, FollowUp, Release

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
    demands = list(Demand.objects.filter(case=case))  # read along; their clocks are no advocate's
    for demand in demands:
        demand.case = case
    _regrant(demands)
    Reminder.objects.filter(organization_id=case.organization_id, subject_id__in=moved, fired_at=None).update(
        owner_id=case.assigned_to_id
    )
    for call in _followers:
        call(case, actor)


def beside(call):
    """Register `call(case)` for every time that somebody stands in on a case, or no longer does."""
    if call not in _beside:
        _beside.append(call)
    return call


def cover(case):
    """Give what belongs to a case to whoever stands in on it, or take it back."""
    from cases.duties import DUTIES
    from cases.models import Demand, FollowUp, Release

    for model in (FollowUp, Release, Demand, *DUTIES):
        children = list(model.objects.filter(case=case))
        for child in children:
            child.case = case
        _regrant(children)
    for call in _beside:
        call(case)


def replanned(call):
    """Register `call(person, before, actor)` for each new safe-contact plan; `before` stood."""
    if call not in _replanned:
        _replanned.append(call)
    return call


def replan(person, before, actor):
    """Tell the rooms above that another plan stands; without `before`, whatever was said of one."""
    for call in _replanned:
        call(person, before, actor)


def _regrant(children):
    """Write the members' grants of many records of one model anew, as their policy has them."""
    if not children:
        return
    table = type(children[0]).user_grants.rel.related_model
    table.objects.filter(content_object__in=[child.pk for child in children]).delete()
    table.objects.bulk_create(
        table(
            content_object=child,
            organization_id=child.organization_id,
            user_id=holder,
            permission_id=verb,
            until=until,
        )
        for child in children
        for kind, holder, verb, until in access.wanted(child, child.organization_id)
        if kind == "user"
    )
