"""What those see who see no row: oversight the totals, an operator the queues (R13, R46, R48)."""

from django.db import connection
from django.shortcuts import render

from orgs import audit as trail
from orgs import clock, reminders, totals
from orgs.doors import for_roles
from orgs.roles import Role


@for_roles(Role.OVERSIGHT)
def totals_page(request):
    """Referrals sent in the last eight whole quarters, by island and kind, with what must be said of them."""
    trail.viewed(request.user, None, "view_totals")
    context = {
        "quarters": totals.quarters(),
        "kinds": totals.KINDS.values(),
        "smallest": totals.smallest(),
    }
    return render(request, "orgs/totals.html", context)


@for_roles(Role.OPERATOR)
def operator(request):
    """Health, queues and sizes; of nobody in particular."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM installation_figures()")
        names = [column.name for column in cursor.description]
        figures = dict(zip(names, cursor.fetchone(), strict=True))
    context = {
        "figures": figures,
        "beat": reminders.last_beat(),
        "now": clock.now(),
        "megabytes": round(figures["database_bytes"] / 1e6),
    }
    trail.viewed(request.user, None, "view_operator")
    return render(request, "orgs/operator.html", context)
