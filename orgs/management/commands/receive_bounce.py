"""`manage.py receive_bounce ADDRESS`: a mail server pipes what came back here, one mail a call."""

import sys

from django.core.management.base import BaseCommand
from django.db import Error

from orgs import bounces
from orgs.sealing import closed

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the report and tries again


class Command(BaseCommand):
    help = (
        "Read one mail from standard input that came to ADDRESS, and note it if it says that a mail failed."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", metavar="ADDRESS", help="the envelope's recipient")

    def handle(self, *, address, **options):
        """Ends with 0 also for what is no report: nothing is ever sent back to whoever wrote it."""
        raw = sys.stdin.buffer.read(bounces.LARGEST)
        try:
            with closed():
                known = bounces.receive(raw, address)
        except Error:  # its words may hold an address
            self.stderr.write("The database does not answer. Try again later.")
            sys.exit(TRY_LATER)
        self.stdout.write("noted" if known else "not a report about a mail of ours")
