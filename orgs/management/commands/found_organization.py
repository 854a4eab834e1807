"""`manage.py found_organization`: a new organization with its keys, and its first administrator invited."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug
from django.db import transaction

from orgs import founding
from orgs.codes import load
from orgs.models import Invitation, Organization
from orgs.models.invitation import has_account
from orgs.roles import ROLES_OF_KIND, Kind, Role
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = "Found an organization: its row, its keys, its groups, and an invitation to whoever will run it."

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="short and fixed, like wcsc")
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", required=True, choices=list(Kind.values))
        parser.add_argument("--federal", action="store_true", help="an agency of the United States")
        parser.add_argument("--islands", nargs="*", default=[], metavar="ISLAND", help="STX STT STJ WTI")
        parser.add_argument("--administrator-email", required=True)
        parser.add_argument("--administrator-name", required=True)

    def handle(
        self, *, code, name, kind, islands, administrator_email, administrator_name, federal=False, **options
    ):
        self._check(code, kind, islands, administrator_email)
        with transaction.atomic():
            organization = founding.found_organization(
                code=code, name=name, kind=kind, islands=islands, federal=federal
            )
            with acting_for(organization.pk):
                Invitation.make(
                    organization=organization,
                    email=administrator_email,
                    name=administrator_name,
                    role=first_role(kind),
                )
        self.stdout.write(f"{name} is founded. The invitation is on its way and holds for 72 hours.")

    def _check(self, code, kind, islands, email):
        """Say everything that is wrong at once, before anything is written."""
        faults = []
        try:
            validate_slug(code)
        except ValidationError:
            faults.append("--code: letters, digits, hyphens and underscores only.")
        if len(code) > 16:
            faults.append("--code: at most 16 characters.")
        if Organization.objects.filter(code=code).exists():
            faults.append(f"--code: {code} exists already.")
        known = load("orgs", "islands")
        faults += [
            f"--islands: {island} is not one of {', '.join(known.codes)}."
            for island in islands
            if island not in known
        ]
        if kind == Kind.VICTIM_SERVICES and not islands:
            faults.append("--islands: a victim service organization serves at least one.")
        try:
            validate_email(email)
        except ValidationError:
            faults.append("--administrator-email: not an address.")
        else:
            if has_account(email):
                faults.append("--administrator-email: has an account; one account is one membership.")
        if faults:
            raise CommandError("\n".join(faults))


def first_role(kind):
    """The role of the first member: the administrator, where this kind of organization has one."""
    roles = ROLES_OF_KIND[Kind(kind)]
    return Role.ADMINISTRATOR if Role.ADMINISTRATOR in roles else roles[0]
