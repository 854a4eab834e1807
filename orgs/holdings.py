"""What a member has in their hands. Rooms that know register how to ask; nobody leaves while holding.

Four questions of three kinds. `of` counts what keeps an account from being closed by a press. `holding` is a
condition on members: who has something that somebody else must take, as far as a viewer may know of it (R42).
`only_above` says whether some records would be left with no supervisor who can open them, `nobody_above`
whether some are.
"""

from django.db.models import Q

_ask, _records, _above, _told = [], [], [], []


def _kept_in(those):
    def register(function):
        if function not in those:
            those.append(function)
        return function

    return register


register = _kept_in(_ask)  # `holds(member)` gives (label, count) pairs; a pair with no count holds nothing
records = _kept_in(_records)  # `records(organization_id)` gives (running records, the holder's column)
# `above(organization_id, without)` says whether some record has no supervisor who can open it; without a
# member, whether it would have none who stays.
above = _kept_in(_above)
told = _kept_in(_told)  # `told(member)`: an account was closed, opened again, or given another role


def of(member):
    """All that a member holds, as a list of (label, count) with a count above zero."""
    return [(label, count) for holds in _ask for label, count in holds(member) if count]


def holding(organization_id, viewer=None):
    """A condition on members of an organization: something is left with them.

    With a `viewer`, something from which `viewer` is not walled: for them the rest is not there (R42).
    """
    found = Q(pk__in=[])
    for ask in _records:
        for rows, holder in ask(organization_id):
            wall = rows.model.behind_wall(viewer) if viewer is not None else None
            rows = rows if wall is None else rows.exclude(wall)
            found |= Q(pk__in=rows.exclude(**{holder: None}).order_by().values(holder))
    return found


def only_above(member):
    """Whether some record could be opened by no supervisor who stays, were this one gone."""
    return any(ask(member.organization_id, member) for ask in _above)


def nobody_above(organization_id):
    """Whether some record can be opened by no supervisor who is here."""
    return any(ask(organization_id, None) for ask in _above)


def tell(member):
    """An account was closed, opened again or given a role: what hangs on that follows in the transaction."""
    for follow in _told:
        follow(member)
