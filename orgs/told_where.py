"""A page that stays until the server has what was typed: it asks where to go instead of being sent there."""

from functools import wraps

from django.http import HttpResponse

ASKS, TO = "Causeway-Asks", "Causeway-To"


def stays(view):
    """A view whose redirect is told in a header to a page that asked (`unsent.js`), and followed by others.

    A redirect that comes before the view, to the sign-in, is left as it is: what was typed is then kept for
    whoever signs in again (see `orgs.session.keep`).
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        answer = view(request, *args, **kwargs)
        if answer.status_code == 302 and request.headers.get(ASKS) == "where":
            return HttpResponse(status=204, headers={TO: answer["Location"]})
        return answer

    return wrapper
