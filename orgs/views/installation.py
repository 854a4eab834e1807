"""What those see who see no row: oversight the totals, an operator the queues (R13, R46, R48)."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from orgs import audit as trail
from orgs import clock, reminders, totals
from orgs.doors import for_roles
from orgs.roles import Role
from orgs.words import span


@for_roles(Role.OVERSIGHT)
def totals_page(request):
    """Referrals sent in the last eight whole quarters, by island and kind, with what must be said of them."""
    trail.viewed(request.user, None, "view_totals")
    quarters = list(totals.quarters())
    context = {
        "quarters": quarters,
        "few": [quarter for quarter in quarters if quarter.total is None],
        "kinds": totals.KINDS.values(),
        "smallest": totals.smallest(),
    }
    return render(request, "orgs/totals.html", context)


STEP = 10**8  # bytes; a finer size would tell that something has just been written


@for_roles(Role.OPERATOR)
def operator(request):
    """Health, queues and sizes; of nobody in particular."""
    figures, now = reminders.figures(), clock.now()
    context = {
        "figures": figures,
        "beat": reminders.last_beat(),
        "due_waits": waits(figures["oldest_due"], now),
        "mail_waits": waits(figures["oldest_waiting"], now),
        "megabytes": -(-figures["database_bytes"] // STEP) * STEP // 10**6,
    }
    trail.viewed(request.user, None, "view_operator")
    return render(request, "orgs/operator.html", context)


def waits(first, now):
    """How long the first of a queue has waited, or until when it rests (both aware), in words; "" for none.

    Mail that is kept for the morning, or tried again later, waits for a moment that is still to come.
    """
    if first is None:
        return ""
    words = _("the next goes in %(span)s") if first > now else _("the oldest has waited %(span)s")
    return words % {"span": span(first - now)}
