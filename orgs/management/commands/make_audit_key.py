"""`manage.py make_audit_key FILE`: a key to sign the heads of the audit, and its public half beside it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from orgs import audit_key


class Command(BaseCommand):
    help = "Make the key that signs the audit's heads, and FILE.pub for whoever checks. Asks no database."
    advice = "Keep {file} off the database's machine."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        if file.exists():
            raise CommandError(f"{file} is there already. A key that has signed is never overwritten.")
        try:
            public = audit_key.read_private(audit_key.write(file).read_bytes()).public_key()
            audit_key.write_public(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Key {audit_key.fingerprint(public)}. {self.advice.format(file=file)}")
