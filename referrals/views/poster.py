"""The address of a poster: it counts one, in figures that nobody reads small, and leads to the public page.

Whatever the code, the answer is the same: it leads to the page that the address itself names. A page that
is loaded again is not counted again, because its own address has no code, and no code stays in the history
of a browser. Nothing is asked or kept of who came: no cookie, address or program (R40, R46).
"""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from orgs import reach
from orgs.models import Organization
from referrals import campaigns
from referrals.views.public import public


@require_safe
@public
def front(request, language, code):
    """From a poster to the first page."""
    return _counted(request, "public", language, code)


@require_safe
@public
def write(request, language, code):
    """From a poster to the page for writing."""
    return _counted(request, "public_write", language, code)


def _counted(request, name, language, code):
    if request.method == "GET":  # a program that only looks whether there is a page is nobody
        reach.count(campaigns.looked_for(code), Organization.objects.helping().order_by("code"))
    return redirect(name, language=language)
