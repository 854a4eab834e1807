"""A commit gives its locks back at once, and nobody is answered before it is on the disk."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from config.postgres import base
from orgs import audit
from orgs.models import AuditLine
from orgs.tenancy import acting_for


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def on_disk(position):
    return asked(f"SELECT pg_current_wal_flush_lsn() >= '{position}'::pg_lsn")


@pytest.fixture(autouse=True)
def a_server_that_waits(committed):
    """A commit waits for the disk where nobody says otherwise: the servers of the tests never do."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")


def write_a_line(member):
    """One line of the audit in a transaction of its own; returns how far the log had come before its end."""
    with transaction.atomic():
        audit.line(member, "view")
        assert asked("SHOW synchronous_commit") == "off"
        return asked("SELECT pg_current_wal_insert_lsn()")


def test_what_was_committed_is_on_the_disk_before_anything_follows(committed):
    """A line of the audit survives a crash that comes after the answer, and before any hook has run."""
    member, seen = committed.stx.advocate, []
    with acting_for(member.organization_id):
        for _ in range(20):
            with transaction.atomic():
                position = write_a_line(member)
                transaction.on_commit(lambda position=position: seen.append(on_disk(position)))
            seen.append(on_disk(position))
    assert seen == [True] * 40


def test_without_the_flush_it_would_not_be(committed, monkeypatch):
    """The test above can fail: a commit that does not wait leaves the line in memory for a while."""
    monkeypatch.setattr(base.DatabaseWrapper, "commit_and_flush", "COMMIT")
    member, seen = committed.stx.advocate, []
    with acting_for(member.organization_id):
        for _ in range(20):
            seen.append(on_disk(write_a_line(member)))
    assert not all(seen)


def log_after_a_read():
    with transaction.atomic():
        AuditLine.objects.exists()
    return asked("SELECT pg_current_wal_insert_lsn()")


def test_what_is_rolled_back_waits_for_nothing(committed):
    """And what only read leaves the log as long as it was."""
    member = committed.stx.advocate
    with acting_for(member.organization_id):
        with CaptureQueriesContext(connection) as asked_for:
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                audit.line(member, "view")
                raise ZeroDivisionError
        assert [query["sql"] for query in asked_for][-1] == "ROLLBACK"
        lengths = [log_after_a_read() for _ in range(20)]
    # The server itself writes a word now and then, but not between any two of twenty.
    assert len(set(lengths)) < len(lengths)


def test_the_locks_are_free_before_the_disk_has_answered(committed, monkeypatch):
    """Whoever writes to the same chain next need not wait for the disk of the one before."""
    member, held, written = committed.stx.advocate, Event(), Event()

    def another():
        try:
            with acting_for(member.organization_id):
                asked("SELECT pg_advisory_lock(24)")
                held.set()
                assert committing.wait(10)
                write_a_line(member)
                written.set()
                asked("SELECT pg_advisory_unlock(24)")
        finally:
            connections.close_all()

    committing = Event()
    # The disk of this one answers when the other one lets it.
    monkeypatch.setattr(connection, "commit_and_flush", "COMMIT; SELECT pg_advisory_lock(24)")
    with ThreadPoolExecutor(1) as pool, acting_for(member.organization_id):
        other = pool.submit(another)
        assert held.wait(10)
        with transaction.atomic():
            audit.line(member, "view")
            committing.set()
        assert written.is_set()
        other.result(timeout=10)
    asked("SELECT pg_advisory_unlock(24)")


def test_where_standbys_confirm_a_commit_it_waits_for_them(committed):
    """The server says who must confirm; then the commit itself waits, as PostgreSQL has it."""
    with committed.acting(committed.stx.advocate), transaction.atomic(), connection.cursor() as cursor:
        told = base.BEGIN.replace("current_setting('synchronous_standby_names')", "'two'")
        cursor.execute("SELECT set_config('synchronous_commit', 'on', true)")
        cursor.execute(told, [str(committed.stx.organization.pk)])
        assert asked("SHOW synchronous_commit") == "on"
