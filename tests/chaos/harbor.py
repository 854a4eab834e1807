"""The installation that is put under fire, what falls due in it, and what is counted afterwards."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from config import devcache
from config.processes import spawn, stop
from tests.chaos.mailserver import MailServer
from tests.stack import Stack

HEARD = 6  # of one ladder: the owner, two supervisors twice, the administrator
# Ladders of four rungs, a tenth of a second apart, that fall due over a given time.
LADDERS = """
INSERT INTO orgs_reminder (id, organization_id, subject_type, subject_id, clock, version, rung, started_at,
                           due_at, fire_at, owner_id, team)
SELECT gen_random_uuid(), l.organization_id, 'cases.followup', l.subject, 'follow_up', 1, rung, now(), now(),
       now() + interval '1 s' * (%(after)s + %(over)s * i::float / %(ladders)s + rung * 0.1),
       l.owner, 'supervisor'
FROM (SELECT i, gen_random_uuid() AS subject, u.id AS owner, u.organization_id
      FROM generate_series(1, %(ladders)s) i
      JOIN (SELECT id, organization_id, row_number() OVER (ORDER BY email, id) AS n FROM orgs_user
            WHERE email ~ '^(advocate|colleague|intake_worker)@st[xt]') u ON u.n = 1 + i %% 6) l,
     generate_series(0, 3) rung"""
UNFIRED = "SELECT count(*) FROM orgs_reminder WHERE fired_at IS NULL AND failures = 0 AND clock = 'follow_up'"
UNSENT = "SELECT count(*) FROM orgs_outboxmessage WHERE state = 'waiting' AND kind = 'reminder'"
# The first notice of what rings next, half written: whoever writes it too waits for how that ends.
HALF_WRITTEN = """
INSERT INTO orgs_outboxmessage (id, organization_id, kind, reminder_id, recipient_id, address, link, language,
                                state, created_at, available_at, attempts, error)
SELECT gen_random_uuid(), organization_id, 'reminder', id, owner_id, '', '', 'en',
       'waiting', now(), now(), 0, ''
FROM orgs_reminder WHERE fired_at IS NULL AND rung = 0 AND clock = 'follow_up' ORDER BY fire_at, id LIMIT 1"""
LOCKED = "LOCK TABLE orgs_outboxmessage IN SHARE MODE"
HEARD_OF = "SELECT count(*) FROM orgs_outboxmessage WHERE reminder_id IS NOT NULL"
SENT = "FROM orgs_outboxmessage WHERE state = 'sent'"
NAME = "'<' || sent_as || '@localhost>'"  # of the mail that told of a row
OUT_OF_ORDER = """
SELECT count(*) FROM orgs_reminder a JOIN orgs_reminder b USING (organization_id, subject_id, clock, version)
WHERE a.rung < b.rung AND b.fired_at IS NOT NULL AND (a.fired_at IS NULL OR a.fired_at > b.fired_at)"""


class Harbor(Stack):
    """A `Stack` with a mail server that misbehaves on demand. One at a time."""

    def __init__(self, **more):
        super().__init__(**more)
        self.sink.stop()
        self.sink = MailServer(self.servers.folder / "mail", smtp_port=self.sink.smtp_port).start()

    def fall_due(self, ladders, over=0, after=0):
        """Make ladders fall due within `over` seconds, `after` so many; returns how many notices come."""
        self.query(LADDERS, {"ladders": ladders, "over": float(over), "after": float(after)})
        return ladders * HEARD

    def sweep(self):
        """Begin anew: no reminder, no notice, no mail."""
        self.query("TRUNCATE orgs_outboxmessage, orgs_reminder CASCADE")
        for path in self.sink.folder.glob("*.eml"):
            path.unlink()

    def at_rest(self, notices):
        """Whether everything has rung and gone out."""
        return (
            self.query(UNFIRED) == [(0,)]
            and self.query(HEARD_OF)[0][0] >= notices
            and self.query(UNSENT) == [(0,)]
        )

    def rest(self, notices, seconds):
        """Wait for it; returns after how many seconds it was so, or None."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if self.at_rest(notices):
                return time.monotonic() - began
            time.sleep(0.1)
        return None

    def count(self, notices):
        """What became of `notices`: {lost, recorded twice, sent twice, strange, out of order} as numbers.

        Strange is a mail that no row names, which a mail sent twice under two names would be.
        """
        kept = self.sink.told()
        named = {name for (name,) in self.query(f"SELECT DISTINCT {NAME} {SENT}")}
        recorded = self.query(HEARD_OF)[0][0]
        [(sent,)] = self.query(f"SELECT count(*) {SENT}")
        [(told,)] = self.query(f"SELECT count(*) {SENT} AND {NAME} = ANY(%s)", [list(set(kept))])
        left = self.query(UNFIRED)[0][0] + self.query(UNSENT)[0][0]
        return {
            "lost": max(0, notices - recorded) + (sent - told) + left,
            "recorded twice": max(0, recorded - notices),
            "sent twice": len(kept) - len(set(kept)),
            "strange": len(set(kept) - named),
            "out of order": self.query(OUT_OF_ORDER)[0][0],
        }

    def works_at(self, statement, seconds=60):
        """Wait until a worker's backend stands in this statement (a LIKE pattern), waiting for a lock."""
        stands = """SELECT 1 FROM pg_stat_activity WHERE usename = 'causeway_app' AND wait_event_type = 'Lock'
                    AND query LIKE %s"""
        self.wait_until(lambda: self.query(stands, [statement]), seconds)

    def holding(self, statement):
        """A connection in which this statement is done and not yet told to anybody, until it is closed."""
        import psycopg

        held = psycopg.connect(self.servers.postgres.url_for(self.servers.postgres.superuser))
        held.execute(statement)
        return held

    def drain(self, name):
        """Ask a program to finish what it does and end, as a deployment would."""
        stop(self.processes[name], how=signal.SIGTERM, patience=60)

    def stop_the_broker(self):
        self.valkey.stop()

    def start_the_broker(self):
        """On the address where it was, and empty."""
        folder = self.servers.folder / "valkey"
        log = (folder / "valkey.log").open("ab")
        program = [devcache.get_binary_path(), folder / "valkey.conf"]
        self.valkey.process = spawn(program, stdout=log, stderr=log, cwd=folder)

    def kill_the_database(self):
        """`kill -9` of the postmaster and all its children, and wait until its memory is given back."""
        os.kill(self.servers.postgres.process.pid, signal.SIGKILL)
        self.servers.postgres.process.wait()
        time.sleep(1)  # its children see that it is gone and end


# libfaketime takes the moment until which Python sleeps, of the monotonic clock, for one of the clock that it
# moves, and the sleep fails. So whatever is started with it sleeps as long as it was told to, by `select`.
SLEEPS = """import select, time
time.sleep = lambda seconds: select.select((), (), (), seconds)
"""


class Clock:
    """The system's clock, for whatever is started inside: libfaketime reads how far it is off from a file."""

    def __init__(self, folder):
        self.path = Path(folder) / "off-by"
        self.set(0)
        self.before = {}

    @staticmethod
    def library():
        """The library, installed if it can be; raises `RuntimeError` that says how."""
        for _ in range(2):
            for path in sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")):
                return path
            if os.geteuid() == 0 and shutil.which("apt-get"):
                subprocess.run(
                    ["apt-get", "install", "-qq", "-y", "faketime"], check=False, capture_output=True
                )
        raise RuntimeError("To move the clock, install libfaketime. On Debian: apt-get install faketime")

    def set(self, seconds):
        """How far off the clock is from now on."""
        half = self.path.with_suffix(".half")
        half.write_text(f"{seconds:+d}s\n")
        half.chmod(0o644)
        half.rename(self.path)

    def __enter__(self):
        given = {
            "LD_PRELOAD": str(self.library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(self.path.parent),
        }
        (self.path.parent / "sitecustomize.py").write_text(SLEEPS)
        self.before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        return self

    def __exit__(self, *_):
        for name, value in self.before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
