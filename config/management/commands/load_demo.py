"""Bring the invented people in, once; `--scale N` adds N cases for trying it large."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import people, scale, stories
from config.demo.past import acting


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--scale", type=int, default=0, metavar="N", help="cases to add to the first service"
        )

    def handle(self, *, scale: int, **options):
        if not settings.DEMO:
            raise CommandError("Invented people belong into a demo: use config.settings.demo.")
        if people.settle():
            with transaction.atomic():
                stories.tell()
        if scale:
            self.enlarge(scale)

    def enlarge(self, count):
        supervisor, officer = people.member("wcsc", "supervisor"), people.member("vipd", "officer")
        with acting(supervisor):
            added = scale.seed(supervisor.organization, count, referrers=[officer])
        self.stdout.write(", ".join(f"{rows} {table}" for table, rows in added.items()))
