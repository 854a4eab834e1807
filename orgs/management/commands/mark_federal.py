"""`manage.py mark_federal`: an organization that is here already is an agency of the United States."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import audit
from orgs.models import Organization
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = "Mark an organization as a federal agency, which alone can be asked for Continued Presence (R31)."

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="the organization's code")
        parser.add_argument("--undo", action="store_true", help="it is none after all")

    def handle(self, *, code, undo=False, **options):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"There is no organization with the code {code}.")
        if organization.helps:
            raise CommandError(f"{code} is a victim service. Only an agency that refers can be federal.")
        with closed(), acting_for(organization.pk), transaction.atomic():
            organization.federal = not undo
            organization.save(update_fields=["federal"])
            audit.write(None, "mark_federal", federal=organization.federal, by="operator")
        self.stdout.write(
            f"{code}: {'a federal agency' if organization.federal else 'not a federal agency'}."
        )
