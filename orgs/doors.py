"""The door of pages that are no records: by role alone. Others get the 404 of what does not exist (R6)."""

from functools import wraps

from django.http import Http404

from . import audit


def for_roles(*roles):
    """Only members in one of `roles` get in; everybody else's attempt is on record and answers 404."""

    return _door(lambda member: member.role in roles)


def for_houses_that_refer(view):
    """Everybody of a house that refers gets in, its administrators too; for others there is no such page."""
    return _door(lambda member: member.organization.refers)(view)


def _door(may):
    def door(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not may(request.user):
                audit.denied(request.user, view.__name__, None, "role")
                raise Http404
            return view(request, *args, **kwargs)

        return wrapper

    return door
