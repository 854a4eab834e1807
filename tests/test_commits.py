"""A commit gives its locks back at once, and nobody is answered before it is on the disk."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

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
    monkeypatch.setattr(base.DatabaseWrapper, "flush", lambda self: None)
    member, seen = committed.stx.advocate, []
    with acting_for(member.organization_id):
        for _ in range(20):
            seen.append(on_disk(write_a_line(member)))
    assert not all(seen)


def test_what_is_rolled_back_waits_for_nothing(committed, monkeypatch):
    waited, member = [], committed.stx.advocate
    with acting_for(member.organization_id):
        monkeypatch.setattr(base.DatabaseWrapper, "flush", lambda self: waited.append(self))
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            audit.line(member, "view")
            raise ZeroDivisionError
        assert not waited
        with transaction.atomic():
            AuditLine.objects.exists()
    assert len(waited) == 1


def test_the_locks_are_free_before_the_disk_has_answered(committed, monkeypatch):
    """Whoever writes to the same chain next need not wait for the disk of the one before."""
    member, answers = committed.stx.advocate, []

    def another():
        try:
            with acting_for(member.organization_id):
                write_a_line(member)
            return "written"
        finally:
            connections.close_all()

    def while_it_waits(self):
        monkeypatch.undo()  # the other one flushes as ever
        with ThreadPoolExecutor(1) as pool:
            answers.append(pool.submit(another).result(timeout=10))

    with acting_for(member.organization_id):
        monkeypatch.setattr(base.DatabaseWrapper, "flush", while_it_waits)
        write_a_line(member)
    assert answers == ["written"]


def test_where_standbys_confirm_a_commit_it_waits_for_them(committed):
    """The server says who must confirm; then the commit itself waits, as PostgreSQL has it."""
    with committed.acting(committed.stx.advocate), transaction.atomic(), connection.cursor() as cursor:
        told = base.BEGIN.replace("current_setting('synchronous_standby_names')", "'two'")
        cursor.execute("SELECT set_config('synchronous_commit', 'on', true)")
        cursor.execute(told, [str(committed.stx.organization.pk)])
        assert asked("SHOW synchronous_commit") == "on"
