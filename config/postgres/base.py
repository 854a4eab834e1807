"""PostgreSQL, told at the start of every transaction which organization it acts for, and quick at its end."""

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction

# The settings last as long as the transaction, so that a pooled connection never carries them on to the next.
# Where standbys must confirm a commit, it waits for them as it always did.
BEGIN = """SELECT set_config('causeway.organization', %s, true),
    CASE current_setting('synchronous_standby_names') WHEN '' THEN
        set_config('synchronous_commit', 'off', true) END"""
# Nothing is written where the disk has it all: after a transaction that only read, or when another one's
# flush took this one along.
FLUSH = """SELECT CASE WHEN pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()
    THEN pg_logical_emit_message(false, '', '', true) END"""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper, with the tenant as the first word of each transaction.

    Without a tenant nothing is set, and row-level security shows no row.

    A commit gives its locks back first and then waits for the disk, not the other way round: else all who
    write to one organization's audit would wait for the disk one after the other. It waits before any hook
    of the commit runs and before anybody is answered; whoever saw the rows meanwhile waits for the same disk.
    """

    transaction_started_at = None
    commit_and_flush = f"COMMIT; {FLUSH}"  # two statements and one journey

    def _commit(self):
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                with self.connection.cursor() as cursor:
                    cursor.execute(self.commit_and_flush)

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
            cursor.execute(f"{BEGIN}, {clock.SQL}", [str(organization) if organization else ""])
            self.transaction_started_at = cursor.fetchone()[2]
