"""`manage.py restore_organization_key`: put the last key that is signed back into an organization's row."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import audit
from orgs.keyring import published
from orgs.models import Organization
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = (
        "Put the newest public key that is signed as it should be back into an organization's row, after "
        "somebody put another there. Run it as the owner of the database; docs/operations.md says when."
    )

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="the organization's code")

    def handle(self, *, code, **options):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"There is no organization with the code {code}.")
        if getattr(settings, "CAUSEWAY_REFUSES_STRONG_ROLES", True):
            raise CommandError(
                "Only the owner of the database may: set CAUSEWAY_DB_OWNER=yes and its DATABASE_URL."
            )
        standing = published.standing(organization.pk)
        if not standing:
            raise CommandError(f"No key of {code} is signed. Compare digits, and use sign_organization_keys.")
        version = max(standing)
        with closed(), acting_for(organization.pk), transaction.atomic():
            Organization.objects.filter(pk=organization.pk).update(
                key_version=version, public_key=standing[version]
            )
            audit.write(None, "restore_key", version=version, by="operator")
        self.stdout.write(
            f"{code}: version {version} lies there again. Rows sealed meanwhile stay as they are."
        )
