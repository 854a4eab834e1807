"""`make bench-audit`: what a line of the audit costs beside a plain insert, and how many one chain takes.

One writer: a transaction a line, in turns with the same insert into a table of the same columns, indexes and
wall that has no chain. Eight writers of one organization: processes that all append to one chain. On a server
that keeps what it commits (fsync on), as the application's role, below row-level security.
"""

import json
import multiprocessing
import os
import statistics
import sys
import time
import uuid

RATIO, RATE, WRITERS = 1.3, 500, 8
LINES = int(os.environ.get("CAUSEWAY_BENCH_LINES", "4000"))
COLUMNS = (
    "id, organization_id, sequence, actor_id, actor_name, role, verb, subject_type, subject_id, "
    "subject_label, outcome, permission, address, request, details, at"
)
INSERT = f"INSERT INTO {{table}} ({COLUMNS}) VALUES ({', '.join(['%s'] * 15)}, now())"
# The same table without the chain: columns, indexes, foreign key and wall.
PLAIN = """
CREATE TABLE bench_plain (LIKE orgs_auditline INCLUDING ALL);
ALTER TABLE bench_plain ADD FOREIGN KEY (organization_id) REFERENCES orgs_organization
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bench_plain ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON bench_plain USING
    (organization_id = (select nullif(current_setting('causeway.organization', true), '')::uuid));
GRANT SELECT, INSERT ON bench_plain TO causeway_app;
"""


def main():
    """Measure, print, and end with 1 where a promise is broken."""
    from tests import servers

    run = servers.Servers(durable=True)
    try:
        figures = measure(run)
    finally:
        run.stop()
    print(
        f"one writer:    {figures['chained_ms']} ms a line, {figures['plain_ms']} ms a plain insert, "
        f"{figures['ratio']} times (at most {RATIO})"
    )
    print(f"{WRITERS} writers:     {figures['lines_a_second']} lines a second in one chain (at least {RATE})")
    print(f"verify_audit:  {figures['verified_a_second']} lines a second")
    print(json.dumps(figures))
    return figures["ratio"] > RATIO or figures["lines_a_second"] < RATE


def measure(run):
    import psycopg

    with psycopg.connect(run.postgres.owner_url, autocommit=True) as owner:
        owner.execute(PLAIN)
    url, organization = run.postgres.url, _organization(run)
    with psycopg.connect(url, autocommit=True) as connection:
        append(connection, "orgs_auditline", organization, 200)
        append(connection, "bench_plain", organization, 200)
        chained, plain = [], []
        for _ in range(LINES // 50):  # in turns, so that what the machine does besides falls on both
            chained.append(append(connection, "orgs_auditline", organization, 25))
            plain.append(append(connection, "bench_plain", organization, 25))
    began = time.perf_counter()
    together(url, organization)
    seconds = time.perf_counter() - began
    chained_ms, plain_ms = statistics.median(chained) * 40, statistics.median(plain) * 40
    return {
        "chained_ms": round(chained_ms, 3),
        "plain_ms": round(plain_ms, 3),
        "ratio": round(chained_ms / plain_ms, 2),
        "lines_a_second": round(LINES / seconds),
        "verified_a_second": verified(url, organization),
    }


def _organization(run):
    import psycopg

    with psycopg.connect(run.postgres.url) as connection:
        return connection.execute("SELECT id FROM orgs_organization WHERE code = 'stx'").fetchone()[0]


def append(connection, table, organization, lines):
    """Seconds that so many lines took, a transaction each."""
    from config.postgres.base import BEGIN, DatabaseWrapper  # as every transaction of the application

    chained = table == "orgs_auditline"
    begin = BEGIN if chained else "SELECT set_config('causeway.organization', %s, true)"
    end = DatabaseWrapper.commit_and_flush if chained else "COMMIT"
    statement, actor, record = INSERT.format(table=table), uuid.uuid4(), uuid.uuid4()
    spent = 0.0
    for number in range(lines):
        values = [
            uuid.uuid4(),
            organization,
            number if chained else -uuid.uuid4().int % 2**60,
        ]
        values += [actor, "Somebody (invented)", "advocate", "view", "case", record, "C-0412", "done"]
        values += ["view_case", "192.0.2.7", "7F3KA092QD", '{"by": "name"}']
        began = time.perf_counter()
        connection.execute("BEGIN")
        connection.execute(begin, [str(organization)])
        connection.execute(statement, values)
        connection.execute(end, prepare=False)
        spent += time.perf_counter() - began
    return spent


def _write(url, organization, lines, start):
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        start.wait()
        append(connection, "orgs_auditline", organization, lines)


def together(url, organization):
    """Eight processes at once; the time to start them is not counted by much."""
    context = multiprocessing.get_context("fork")
    start = context.Barrier(WRITERS)
    processes = [
        context.Process(target=_write, args=(url, organization, LINES // WRITERS, start))
        for _ in range(WRITERS)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise RuntimeError("a writer failed")


def verified(url, organization):
    """Lines a second of `verify_audit`'s walk, which must find the chain whole."""
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    import django

    django.setup()
    from django.db import transaction

    from orgs.audit_chain import verify
    from orgs.tenancy import acting_for

    began = time.perf_counter()
    with acting_for(organization), transaction.atomic():
        chain = verify(organization)
    if chain.fault:
        raise RuntimeError(chain.fault)
    return round(chain.lines / (time.perf_counter() - began))


if __name__ == "__main__":
    sys.exit(main())
