"""`manage.py backup`: the database as an encrypted file, never clear on a disk (C24)."""

import hashlib
import os
import sys
import time
from pathlib import Path

import psycopg
from django.core.management.base import BaseCommand, CommandError

from config import backup, dumping


class Command(BaseCommand):
    help = "Write an encrypted backup of the database; the private key that opens it is not on this machine."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, required=True, help="a new file, or - for standard output")
        parser.add_argument("--key", type=Path, required=True, help="backup.pub, the public key in PEM")
        parser.add_argument(
            "--database",
            default=os.environ.get("BACKUP_DATABASE_URL", ""),
            help="URL of a role that reads every row; by default BACKUP_DATABASE_URL",
        )

    def handle(self, *, to, key, database, **options):
        if not database:
            raise CommandError("Say which database: --database or BACKUP_DATABASE_URL.")
        began, public = time.monotonic(), _public(key)
        try:
            made = self._to_stdout(database, public) if str(to) == "-" else _to_file(to, database, public)
        except (dumping.NotDone, OSError, psycopg.Error) as error:
            raise CommandError(f"No backup was made. {error}") from None
        self.stderr.write(
            f"{made['rows']} rows of {made['tables']} tables, {made['bytes']} bytes, "
            f"{time.monotonic() - began:.1f} s{made.get('told', '')}"
        )

    def _to_stdout(self, database, public):
        return dumping.dump(database, sys.stdout.buffer, public)


def _to_file(path, database, public):
    """Under another name until it is whole and on the disk: what has its name is a backup."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    if path.exists():
        raise dumping.NotDone(f"{path} is there already. A backup is never overwritten.")
    unfinished.unlink(missing_ok=True)
    try:
        with backup.private_file(unfinished) as sink:
            made = dumping.dump(database, sink, public)
            sink.flush()
            os.fsync(sink.fileno())
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.rename(path)
    with path.open("rb") as file:
        made["told"] = f", SHA-256 {hashlib.file_digest(file, 'sha256').hexdigest()}"
    return made


def _public(path):
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    if b"PRIVATE" in pem:
        raise CommandError(f"{path} is a private key. It does not belong on this machine: take it away.")
    try:
        return backup.public_key(pem)
    except ValueError:
        raise CommandError(f"{path} is no public key in PEM.") from None
