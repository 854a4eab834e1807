"""Real servers for the tests, quickly: a stopped cluster with the world in it is kept and copied.

The first run after a change of the schema or the world migrates and builds it once; every other run copies
the folder (0.3 s) and starts PostgreSQL on the copy (0.7 s). Each process of a parallel run gets its own
database, cloned from the template inside.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("CAUSEWAY_TEST_CACHE", ROOT / ".causeway" / "tests"))


def fingerprint():
    """What the template depends on, as a short text; `tests.mutate` names the one that its mutants share."""
    if named := os.environ.get("CAUSEWAY_TEST_CLUSTER"):
        return named
    digest = hashlib.sha256()
    parts = ["*/migrations/*.py", "orgs/*.py", "orgs/sealing/*.py", "orgs/keyring/*.py", "*/models/*.py"]
    parts += ["*/access.py", "*/retention.py", "config/devdb.py", "tests/world.py", "requirements/base.txt"]
    for pattern in parts:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def template():
    """The folder of the stopped cluster with the world in it, built if need be."""
    CACHE.mkdir(parents=True, exist_ok=True)
    home = CACHE / fingerprint()
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            _build(home)
            kept = 3 + (os.cpu_count() or 1)  # of each tree that is tested at this time, and of the last ones
            for old in sorted(CACHE.glob("????????????????"), key=lambda p: p.stat().st_mtime)[:-kept]:
                shutil.rmtree(old, ignore_errors=True)
    return home


def _build(home):
    from config import devdb
    from orgs.audit_key import write

    home.mkdir(parents=True)
    key = write(
        home / "audit_key.pem"
    )  # which has signed the organizations' keys; it goes along with each copy
    with devdb.start(home / "postgres", durable=False) as server:
        _ask(server.owner_url, key, "manage.py", "migrate", "-v", "0")
        _ask(server.url, key, "-m", "tests.world")
    (home / "ready").touch()


def _ask(url, key, *command):
    """Run Python with this on the database at `url`. Raises `RuntimeError` with what it said."""
    run = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "CAUSEWAY_AUDIT_KEY_FILE": str(key),
        "DATABASE_URL": url,
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **run}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}\n{done.stderr[-4000:]}")


class Servers:
    """The PostgreSQL of one test run, on a copy of the template."""

    def __init__(self, durable=False):
        from config import devdb

        self.folder = Path(tempfile.mkdtemp(prefix="causeway-tests-"))
        # `cp -a` keeps the account that PostgreSQL runs as
        subprocess.run(["cp", "-a", f"{template()}/.", str(self.folder)], check=True)
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        (self.logs / "postgres.log").symlink_to(self.folder / "postgres" / "postgres.log")
        self.postgres = devdb.start(self.folder / "postgres", durable=durable)
        if os.environ.get("CAUSEWAY_TEST_ALTERED"):
            _ask(self.postgres.owner_url, self.folder / "audit_key.pem", "manage.py", "migrate", "-v", "0")

    def environment(self):
        """What the processes of the run need to know."""
        return {
            "CAUSEWAY_TEST_OWNER": self.postgres.owner_url,
            "CAUSEWAY_TEST_SOCKETS": str(self.postgres.sockets),
            "CAUSEWAY_AUDIT_KEY_FILE": str(self.folder / "audit_key.pem"),
            "DATABASE_URL": self.postgres.url,
            "CAUSEWAY_TEST_LOGS": os.environ.get("CAUSEWAY_TEST_LOGS", str(self.logs)),
        }

    def stop(self):
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def clone(name):
    """A new database of this name with the world in it; returns the name."""
    import psycopg

    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE causeway STRATEGY file_copy')
        # A copy of a database has everything but its privileges.
        connection.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
    return name


def drop(name):
    import psycopg

    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    template()
