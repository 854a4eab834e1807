"""The door of pages that are no records: by role alone. Others get the 404 of what does not exist (R6)."""

from functools import wraps

from django.http import Http404

from . import audit


def for_roles(*roles):
    """Only members in one of `roles` get in; everybody else's attempt is on record and answers 404."""

    def door(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.user.role not in roles:
                audit.denied(request.user, view.__name__, None, "role")
                raise Http404
            return view(request, *args, **kwargs)

        return wrapper

    return door
