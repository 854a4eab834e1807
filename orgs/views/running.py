"""The page that says which clocks run on one record, and who hears next."""

from django.shortcuts import render

from orgs import audit, running


def shown(request, record, *, back_label):
    """Whoever calls it has opened the door; what is shown is of the reader's own organization alone."""
    audit.viewed(request.user, record, "clocks")
    context = {
        "label": record.label,
        "clocks": running.clocks_of(record, request.user),
        "back": record.get_absolute_url(),
        "back_label": back_label,
    }
    return render(request, "orgs/running.html", context)
