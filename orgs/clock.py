"""The time, as the database tells it. Worker, web and browser may be wrong; the clock of the rows is one.

Under settings with `CLOCK_CAN_BE_HELD` (of the tests and the demo) a session may hold the clock still at a
moment of its choice; everywhere else the expression is PostgreSQL's own and nothing can move it.
"""

from django.conf import settings
from django.db import connection, models, transaction

from .words import local

HELD = "coalesce(nullif(current_setting('causeway.now', true), '')::timestamptz, transaction_timestamp())"
SQL = HELD if settings.CLOCK_CAN_BE_HELD else "transaction_timestamp()"


class Now(models.Func):
    """The database's time at the start of the transaction, for use in queries."""

    template = SQL.replace("%", "%%")
    output_field = models.DateTimeField()

    def __init__(self):
        super().__init__()


def now():
    """The database's time at the start of the running transaction, as an aware UTC datetime.

    It costs no query inside a transaction: it is learned together with the tenant.
    """
    if connection.in_atomic_block and connection.transaction_started_at:
        return connection.transaction_started_at
    with transaction.atomic():
        return connection.transaction_started_at


def today():
    """The day that it is on the islands, whose evening is the next day already in the database's UTC."""
    return local(now()).date()
