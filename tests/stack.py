"""A whole installation of its own for one test: PostgreSQL, Valkey, SMTP server, worker and beat, all real.

For what cannot be tried beside others: killing a worker, emptying the broker, stopping the database.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from config import devcache, devdb
from config.mailsink import MailSink
from config.processes import spawn, stop
from tests.servers import ROOT, Servers


class Stack:
    """Use as a context manager. `worker` and `beat` are processes that may be killed and started again."""

    def __init__(self, tick=0.2):
        self.servers = Servers()
        self.valkey = devcache.start(self.servers.folder / "valkey")
        self.sink = MailSink(self.servers.folder / "mail").start()
        self.tick = tick
        self.processes = {}

    def __enter__(self):
        self.start("worker")
        self.start("beat")
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            stop(process, patience=5)
        self.sink.stop()
        self.valkey.stop()
        self._leave_logs()
        self.servers.stop()

    def _leave_logs(self):
        """What was logged goes to the logs of the run, where it is looked through at the end (C25)."""
        kept = Path(os.environ.get("CAUSEWAY_TEST_LOGS", self.servers.logs))
        for path in (*self.servers.folder.glob("*.log"), self.servers.folder / "postgres" / "postgres.log"):
            shutil.copy(path, kept / f"{self.servers.folder.name}-{path.name}")

    def environment(self):
        """What a process of this installation needs to know."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": self.servers.postgres.url,
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": self.sink.email_url,
            "CAUSEWAY_TICK_SECONDS": str(self.tick),
        }

    def start(self, name):
        """Start the worker or beat."""
        command = [sys.executable, "-m", "celery", "--app=config", "--quiet"]
        if name == "worker":
            command += [
                "worker",
                "--loglevel=ERROR",
                "--concurrency=2",
                "--without-gossip",
                "--without-mingle",
            ]
        else:
            schedule = self.servers.folder / f"schedule-{time.monotonic_ns()}"
            command += ["beat", "--loglevel=ERROR", f"--schedule={schedule}", "--pidfile="]
        log = (self.servers.folder / f"{name}.log").open("ab")
        self.processes[name] = spawn(command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log)

    def kill(self, name):
        """`kill -9` of a program and all that it started, as a machine that loses power would."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def log(self, name):
        path = Path(self.servers.folder / f"{name}.log")
        return path.read_text() if path.exists() else ""

    def empty_the_broker(self):
        import redis

        redis.Redis.from_url(self.valkey.url).flushall()

    def stop_the_database(self):
        self.servers.postgres.stop()

    def start_the_database(self):
        self.servers.postgres = devdb.start(self.servers.folder / "postgres", durable=False)

    def query(self, statement, parameters=()):
        """Rows, as a superuser who is not below the wall: what really is in the tables."""
        import psycopg

        url = self.servers.postgres.url_for(self.servers.postgres.superuser)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else None

    def wait_until(self, condition, seconds=30.0):
        """Wait until something is true. Raises `AssertionError` with the workers' words when it is not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        said = f"{self.log('worker')[-3000:]}\n{self.log('beat')[-500:]}"
        raise AssertionError(f"not within {seconds} s\n{said}")
