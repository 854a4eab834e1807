"""Bring the invented people in, once; `--scale N` adds N cases for trying it large.

With CAUSEWAY_DEMO_WITHOUT_STORIES set only the organizations and their members come; `--short-clocks` makes
every follow-up's ladder a matter of seconds and leaves no quiet hours, to watch reminders arrive.
"""

import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import people, scale, stories
from config.demo.past import acting
from orgs.clocks import PRIORITIES
from orgs.models import Organization
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--scale", type=int, default=0, metavar="N", help="cases to add to the first service"
        )

        parser.add_argument("--short-clocks", type=int, default=0, metavar="S", help="seconds")

    def handle(self, *, scale: int, short_clocks: int, **options):
        if not settings.DEMO:
            raise CommandError("Invented people belong into a demo: use config.settings.demo.")
        with transaction.atomic():  # all of it or nothing: a start that is stopped here begins anew
            if people.settle() and not os.environ.get("CAUSEWAY_DEMO_WITHOUT_STORIES"):
                stories.tell()
        call_command("sign_organization_keys", stdout=self.stdout)  # of a demo from before keys were signed
        if scale:
            self.enlarge(scale)

        if short_clocks:
            self.shorten(short_clocks)

    def shorten(self, seconds):
        """Set the follow-up clock of every service to so many seconds, and have no quiet hours."""
        for organization in Organization.objects.helping():
            with acting_for(organization.pk), transaction.atomic():
                organization.clocks = {
                    **organization.clocks,
                    "follow_up": {priority: {"seconds": seconds} for priority in PRIORITIES},
                }
                organization.quiet_start = organization.quiet_end
                organization.save(update_fields=["clocks", "quiet_start", "quiet_end"])

    def enlarge(self, count):
        supervisor, officer = people.member("wcsc", "supervisor"), people.member("vipd", "officer")
        with acting(supervisor):
            added = scale.seed(supervisor.organization, count, referrers=[officer])
        self.stdout.write(", ".join(f"{rows} {table}" for table, rows in added.items()))
