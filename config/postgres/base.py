"""PostgreSQL, told at the start of every transaction which organization it acts for, and quick at its end."""

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import Cursor

# The settings last as long as the transaction, so that a pooled connection never carries them on to the next.
# Where standbys must confirm a commit, it waits for them as it always did.
BEGIN = """SELECT set_config('causeway.organization', %s, true),
    CASE current_setting('synchronous_standby_names') WHEN '' THEN
        set_config('synchronous_commit', 'off', true) END"""
# Nothing is written where the disk has it all: after a transaction that only read, or when another one's
# flush took this one along.
FLUSH = """SELECT CASE WHEN pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()
    THEN pg_logical_emit_message(false, '', '', true) END"""


class PreparedCursor(base.CursorMixin, Cursor):
    """A cursor whose questions PostgreSQL keeps, read and planned, for as long as the connection lasts."""

    def execute(self, query, params=None, **options):
        self.connection.prepare_threshold = 0  # at once; Django asks for none, and its cursors keep none
        try:
            return super().execute(query, params, **options)
        finally:
            self.connection.prepare_threshold = None


class DatabaseOperations(base.DatabaseWrapper.ops_class):
    def last_executed_query(self, cursor, sql, params):
        """What was asked, for whoever counts: a statement that was prepared before is sent by name alone."""
        return super().last_executed_query(cursor, sql, params) or self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper, with the tenant as the first word of each transaction.

    Without a tenant nothing is set, and row-level security shows no row.

    A commit gives its locks back first and then waits for the disk, not the other way round: else all who
    write to one organization's audit would wait for the disk one after the other. It waits before any hook
    of the commit runs and before anybody is answered; whoever saw the rows meanwhile waits for the same disk.
    """

    ops_class = DatabaseOperations
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

    def prepared_cursor(self):
        """A cursor for a question that is asked again and again in the same words (`orgs.compiled`).

        Its parameters travel beside it: it suits what is written for that, and not whatever the ORM builds.
        """
        self.ensure_connection()
        usual, self.connection.cursor_factory = self.connection.cursor_factory, PreparedCursor
        try:
            return self.cursor()
        finally:
            self.connection.cursor_factory = usual

    def tell_tenant(self):
        """Say to PostgreSQL which organization acts, and learn what time it is there."""
        # Both hold models or need settings, and a backend is loaded while the first model is being made.
        from orgs import clock, tenancy

        organization = tenancy.current.get()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(f"{BEGIN}, {clock.SQL}", [str(organization) if organization else ""])
            self.transaction_started_at = cursor.fetchone()[2]
