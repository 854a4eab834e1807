"""`make bench-clocks`: what a tick of the clocks costs when nothing is due, and how fast what is due is rung.

With a million reminders that are scheduled, the scan that each tick makes for an organization. Then a hundred
thousand that fall due at once: `claim_all`, in its batches, with walls, absences and each hearer's choice,
beside the plainest statements that mark the same rows and write the same notices, in the same batches, into
tables of the same columns and indexes. On a server that keeps what it commits, as the application's role.
"""

import json
import os
import statistics
import sys
import time

SCHEDULED = int(os.environ.get("CAUSEWAY_BENCH_SCHEDULED", "1000000"))
DUE = int(os.environ.get("CAUSEWAY_BENCH_DUE", "100000"))
SCAN_MS, SHARE = 10, 0.25  # what a scan may take; of plain SQL's speed, what claiming keeps at least
ROUNDS = 50
# Each record has a clock of its own with one rung, owned in turn by those who work cases.
ROWS = """
INSERT INTO {table} (id, organization_id, subject_type, subject_id, clock, version, rung, started_at,
                     due_at, fire_at, owner_id, team, by_night, urgent, clocks_version, failures, failed_as)
SELECT gen_random_uuid(), u.organization_id, 'cases.followup', gen_random_uuid(), 'follow_up', 1, 0, now(),
       t, t, u.id, 'supervisor', true, true, 1, 0, ''
FROM (SELECT i, {moment} AS t FROM generate_series(1, %(rows)s) i) r
JOIN (SELECT id, organization_id, row_number() OVER (ORDER BY email) AS n FROM orgs_user
      WHERE email ~ '^(advocate|colleague|intake_worker)@stx') u ON u.n = 1 + r.i %% 3"""
LATER = "now() + interval '1 day' + i * interval '30 s'"
NOW = "now() - i * interval '1 ms'"
PLAIN = """
CREATE TABLE bench_reminder (LIKE orgs_reminder INCLUDING ALL);
CREATE TABLE bench_outbox (LIKE orgs_outboxmessage INCLUDING ALL);
GRANT SELECT, INSERT, UPDATE ON bench_reminder, bench_outbox TO causeway_app;
"""
CLAIM_PLAINLY = """
WITH fired AS (
    UPDATE bench_reminder SET fired_at = now() WHERE id IN (
        SELECT id FROM bench_reminder WHERE organization_id = %(organization)s AND fired_at IS NULL
          AND fire_at <= now() ORDER BY fire_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    RETURNING *)
INSERT INTO bench_outbox (id, organization_id, kind, reminder_id, recipient_id, address, link, language,
                          state, created_at, available_at, attempts, error)
SELECT gen_random_uuid(), organization_id, 'reminder', id, owner_id, '', '', 'en',
       'waiting', now(), now(), 0, ''
FROM fired"""


def main():
    """Measure, print, and end with 1 where a promise is broken."""
    from tests import servers

    run = servers.Servers(durable=True)
    os.environ |= run.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    try:
        import django
        from django.conf import settings

        settings.CLOCK_CAN_BE_HELD = False  # the database's own time, as in production: an index serves it
        django.setup()
        figures = measure(run)
    finally:
        run.stop()
    print(
        f"{SCHEDULED:,} scheduled, none due: {figures['scan_ms']} ms a scan (at most {SCAN_MS}), "
        f"{figures['ring_ms']} ms with all that a tick does for an organization\n"
        f"{DUE:,} due: {figures['claimed_a_second']:,} rung a second, {figures['plain_a_second']:,} by plain "
        f"SQL: {figures['share']:.0%} (at least {SHARE:.0%})"
    )
    print(json.dumps(figures))
    return figures["scan_ms"] > SCAN_MS or figures["share"] < SHARE


def measure(run):
    from orgs.models import OutboxMessage
    from orgs.tenancy import acting_for
    from tests.world import World

    organization = World().stx.organization.pk
    fill(run, organization)
    with acting_for(organization):
        scans, rings = scan(organization)
        fill_due(run, organization)
        claimed = rung()
        from django.db import transaction

        with transaction.atomic():
            if OutboxMessage.objects.count() != DUE:
                raise RuntimeError("not everybody would hear")
    plain = rung_plainly(run.postgres.url, organization)
    return {
        "scan_ms": round(scans, 2),
        "ring_ms": round(rings, 2),
        "claimed_a_second": round(DUE / claimed),
        "plain_a_second": round(DUE / plain),
        "share": round(plain / claimed, 3),
    }


def fill(run, organization):
    """The scheduled ones, in both tables."""
    as_owner(run, organization, PLAIN)
    for table in ("orgs_reminder", "bench_reminder"):
        as_owner(run, organization, ROWS.format(table=table, moment=LATER), rows=SCHEDULED)
    as_owner(run, organization, "VACUUM ANALYZE")


def fill_due(run, organization):
    for table in ("orgs_reminder", "bench_reminder"):
        as_owner(run, organization, ROWS.format(table=table, moment=NOW), rows=DUE)


def as_owner(run, organization, statement, **values):
    """The owner writes as one organization does: row-level security holds for it too."""
    import psycopg

    with psycopg.connect(run.postgres.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('causeway.organization', %s, false)", [str(organization)])
        owner.execute(statement, values or None)


def scan(organization):
    """Milliseconds of the scan alone, and of everything that a tick does for an organization at rest."""
    from django.db import transaction

    from orgs import reminders, tasks

    def alone():
        with transaction.atomic():
            if reminders.claim() != (0, 0):
                raise RuntimeError("something was due")

    return median_ms(alone), median_ms(lambda: tasks.ring(organization))


def median_ms(work):
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def rung():
    """Seconds until everything that is due has rung."""
    from orgs import reminders

    began = time.perf_counter()
    reminders.claim_all()
    return time.perf_counter() - began


def rung_plainly(url, organization):
    """The same of the plain tables."""
    import psycopg

    from orgs.reminders import BATCH

    values = {"organization": organization, "batch": BATCH}
    with psycopg.connect(url) as connection:
        began, left = time.perf_counter(), DUE
        while left:
            written = connection.execute(CLAIM_PLAINLY, values).rowcount
            connection.commit()
            if not written:
                raise RuntimeError(f"{left} were not rung")
            left -= written
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
