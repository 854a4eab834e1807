"""`manage.py sign_organization_keys`: the installation says which public key is an organization's."""

import re

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import audit, audit_key
from orgs.keyring import published
from orgs.keyring.members import check_code
from orgs.models import Organization
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = (
        "Sign an organization's public key, so that others may seal to it. Call its administrator on a "
        "number that you know: sixteen digits stand on their page of keys. Without arguments only the keys "
        "are signed that a migration took over. Needs the audit's private key, so run it where a worker runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--code", help="the organization's code")
        parser.add_argument("--digits", help="the sixteen digits that its administrator reads to you")

    def handle(self, *, code, digits, **options):
        if bool(code) != bool(digits):
            raise CommandError("--code and --digits belong together.")
        try:
            signed = self._sign_one(code, digits) if code else self._sign_adopted()
        except audit_key.NoKey as missing:
            raise CommandError(f"{missing} A worker has one.") from None
        for organization in signed:
            self.stdout.write(f"{organization.code}: signed. Others can seal to it.")

    def _sign_one(self, code, digits):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"There is no organization with the code {code}.")
        if not organization.public_key:
            raise CommandError(f"{code} has no key yet: its first administrator has not signed in.")
        if re.sub(r"\D", "", digits) != check_code(organization.public_key).replace(" ", ""):
            raise CommandError(
                f"These are not the digits of the key that lies in the database for {code}. Have them read "
                "once more. If they still differ, somebody has put another key there: sign nothing, and see "
                "docs/operations.md, “When a key is in doubt”."
            )
        with closed(), acting_for(organization.pk), transaction.atomic():
            published.sign(organization)
            audit.write(None, "sign_key", version=organization.key_version, by="operator")
        return [organization]

    def _sign_adopted(self):
        for organization in Organization.objects.order_by("code"):
            with closed(), acting_for(organization.pk), transaction.atomic():
                row = published.adopted(organization)
                if row:
                    published.sign(organization, row.version, row.public_key)
                    audit.write(None, "sign_key", version=row.version, by="upgrade")
            if row:
                yield organization
