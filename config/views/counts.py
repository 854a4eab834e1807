"""The figures beside the entries, asked for again and again by a page that stands open."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.navigation import entries, running


@require_safe
def counts(request):
    """The entries of the navigation as they are now; `at` is the page that shows them.

    Asking is not being here: it keeps no screen open (C7), and `orgs.middleware` gives it nothing where the
    session does not stand.
    """
    lines = list(entries(request, running(request.user), at=request.GET.get("at", "")))
    return render(request, "components/entries.html", {"navigation": lines})
