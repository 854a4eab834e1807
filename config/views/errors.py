"""Pages for what went wrong before or inside a view: the request's reference and nothing of the inside (C22).

They are made without the request, because what a page usually asks for may be what has just failed.
"""

from django.http import HttpResponseBadRequest, HttpResponseServerError
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token


def _page(template, request):
    return render_to_string(template, {"reference": getattr(request, "reference", "")})


@requires_csrf_token
def crash(request):
    """Something raised: the transaction was rolled back, and the reference finds the line of the log."""
    return HttpResponseServerError(_page("500.html", request))


@requires_csrf_token
def bad_request(request, exception):
    """What came in could not be read as a request."""
    return HttpResponseBadRequest(_page("400.html", request))
