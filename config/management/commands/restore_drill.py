"""`manage.py restore_drill`: restore a backup into a new database, check it, say how long it took (C24)."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from config import backup, dumping


class Command(BaseCommand):
    help = (
        "Restore a backup into a new database beside the others, verify audit and counts, and drop it again."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what `manage.py backup` has written")
        parser.add_argument("--key", type=Path, required=True, help="backup.key, the private key in PEM")
        parser.add_argument(
            "--server",
            default=os.environ.get("DRILL_DATABASE_URL", ""),
            help="URL of a superuser on the server to restore on; by default DRILL_DATABASE_URL",
        )
        parser.add_argument("--keep", action="store_true", help="leave the database, to look at it or use it")
        parser.add_argument("--record", type=Path, help="add the result to this file, one line of JSON")

    def handle(self, *, file, key, server, keep, record, **options):
        if not server:
            raise CommandError("Say on which server: --server or DRILL_DATABASE_URL.")
        name = f"drill_{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
        result = {"file": file.name, "at": datetime.now(UTC).isoformat(timespec="seconds"), "well": False}
        began = time.monotonic()
        try:
            _create(server, name)
            try:
                self._drill(file, key, _of(server, name), result)
            finally:
                if not keep:
                    _drop(server, name)
        except (backup.Broken, dumping.NotDone, OSError, psycopg.Error, ValueError) as error:
            result["why"] = str(error).strip()[:300]
        result["seconds"] = round(time.monotonic() - began, 1)
        if record:
            with record.open("a") as lines:
                lines.write(json.dumps(result) + "\n")
        if not result["well"]:
            raise CommandError(f"The drill failed after {result['seconds']} s. {result['why']}")
        self.stdout.write(
            f"restored {result['rows']} rows of {result['tables']} tables in {result['restore_seconds']} s; "
            f"{result['audit']}; all as the backup says, made {result['made_at']}; "
            f"{result['seconds']} s in all" + (f"; kept as {name}" if keep else "")
        )

    def _drill(self, file, key, url, result):
        began = time.monotonic()
        with file.open("rb") as source:
            manifest = dumping.restore(source, backup.private_key(key.read_bytes()), url)
        result["restore_seconds"] = round(time.monotonic() - began, 1)
        wrong = dumping.differences(url, manifest)
        if wrong:
            name, said, found = wrong[0]
            raise dumping.NotDone(
                f"{len(wrong)} tables differ from what the backup says; {name} has {found} rows, not {said}."
            )
        result["audit"] = _audit(url)
        result |= {"tables": len(manifest["counts"]), "rows": sum(manifest["counts"].values())}
        result |= {"made_at": manifest["made_at"], "well": True}


def _of(server, name):
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _create(server, name):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def _drop(server, name):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _audit(url):
    """What `verify_audit` says of the restored database; it asks there as whoever restored it."""
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_audit"],
        env={**os.environ, "DATABASE_URL": url, "CAUSEWAY_DB_OWNER": "yes"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise dumping.NotDone(f"The audit does not verify: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout.strip().splitlines()[-1]
