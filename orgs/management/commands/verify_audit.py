"""`manage.py verify_audit`: is every line of the audit there, unchanged, in its place? (C14)"""

from django.core.management.base import CommandError
from django.db import transaction

from orgs.audit_chain import BATCH, verify
from orgs.management.base import OrganizationsCommand


class Command(OrganizationsCommand):
    help = "Compute every hash of the audit again; ends with 1 at the first change, cut or gap of a chain."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--batch", type=int, default=BATCH, help="lines at a time")
        parser.add_argument(
            "--heads", action="store_true", help="print each chain's last link, to keep elsewhere"
        )

    def handle(self, *, organization, batch, heads, **options):
        lines, chains, faults = 0, 0, []
        for one in self.each(organization):
            with transaction.atomic():
                chain = verify(one.pk, batch)
            lines += chain.lines
            chains += bool(chain.lines)
            if chain.fault:
                faults.append(f"{one.code}: {chain.fault}")
            elif heads:
                self.stdout.write(f"{one.code} {chain.sequence} {chain.hash.hex()}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{lines} lines in {chains} chains, unbroken")
