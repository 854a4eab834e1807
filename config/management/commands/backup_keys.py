"""`manage.py backup_keys`: a pair of keys for backups (C24)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config import backup


class Command(BaseCommand):
    help = "Make the keys of backups: backup.pub stays here, backup.key goes off this machine at once."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="where the two files go, best on a stick")

    def handle(self, *, folder, **options):
        public, private = backup.new_keys()
        for name, content in (("backup.pub", public), ("backup.key", private)):
            try:
                with backup.private_file(folder / name) as file:
                    file.write(content)
            except OSError as error:
                raise CommandError(f"{folder / name}: {error.strerror}") from None
        self.stdout.write(
            f"{folder}/backup.pub: copy it to this installation.\n"
            f"{folder}/backup.key: print it and keep it in two places that are not this machine. "
            "Without it no backup can be read, by anybody."
        )
