"""What our commands share: one organization by its code, or all of them, each acted for in turn."""

from django.core.management.base import BaseCommand, CommandError

from orgs.models import Organization
from orgs.sealing import closed
from orgs.tenancy import acting_for


class OrganizationsCommand(BaseCommand):
    """A command that looks at one organization after the other, with no secret opened."""

    def add_arguments(self, parser):
        parser.add_argument("--organization", metavar="CODE", help="only this one")

    def each(self, code):
        """Yield organizations while acting for each. Raises `CommandError` for an unknown code."""
        organizations = Organization.objects.order_by("code")
        if code:
            organizations = organizations.filter(code=code)
            if not organizations:
                raise CommandError(f"There is no organization with the code {code}.")
        for organization in organizations:
            with closed(), acting_for(organization.pk):
                yield organization
