"""Telling a story that has already happened: the session's clock is held where the story is."""

from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from config.demo import people
from orgs import sealing
from orgs.tenancy import acting_for


@contextmanager
def acting(member):
    """As this member's request would: their tenant, their organization's secrets, one transaction."""
    secrets = people.secrets_of(member.organization)
    with acting_for(member.organization_id), sealing.opening(secrets), transaction.atomic():
        yield member


def ago(**amount):
    """Hold the clock so long before the demo's present, by the words of `timedelta`; `ago()` lets it go."""
    present = "%s::timestamptz" if settings.DEMO_NOW else "clock_timestamp()"
    given = [settings.DEMO_NOW] if settings.DEMO_NOW else []
    with connection.cursor() as cursor:
        if amount:
            cursor.execute(
                f"SELECT set_config('causeway.now', ({present} - %s)::text, false)",
                [*given, timedelta(**amount)],
            )
        else:
            cursor.execute("SELECT set_config('causeway.now', %s, false)", [settings.DEMO_NOW])
