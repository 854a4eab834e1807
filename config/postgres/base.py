"""PostgreSQL, told at the start of every transaction which organization it acts for."""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper, with the tenant as the first word of each transaction.

    The setting is local to the transaction (`set_config(…, true)`), so that a pooled connection never
    carries it on to the next one. Without a tenant nothing is set, and row-level security shows no row.
    """

    transaction_started_at = None

    def _set_autocommit(self, autocommit):
        super()._set_autocommit(autocommit)
        self.transaction_started_at = None
        if not autocommit:
            self.tell_tenant()

    def tell_tenant(self):
        """Say to PostgreSQL which organization acts, and learn what time it is there."""
        # Both hold models or need settings, and a backend is loaded while the first model is being made.
        from orgs import clock, tenancy

        organization = tenancy.current.get()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT set_config('causeway.organization', %s, true), {clock.SQL}",  # noqa: S608 - a constant of ours
                [str(organization) if organization else ""],
            )
            self.transaction_started_at = cursor.fetchone()[1]
