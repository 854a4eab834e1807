"""`manage.py readmit_administrator`: open the account of an administrator where nobody inside can (C9)."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import audit, clock
from orgs.models import Organization, OutboxMessage, User
from orgs.roles import Role
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = (
        "Let an administrator in again whose organization has none left that can come in. For the operator, "
        "after checking who asks. It is on record in the organization's audit, and every member gets a mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="the organization's code")
        parser.add_argument("--email", required=True, help="the administrator's address")

    def handle(self, *, code, email, **options):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"There is no organization with the code {code}.")
        with closed(), acting_for(organization.pk), transaction.atomic():
            ours = User.objects.select_for_update(of=("self",)).filter(organization=organization)
            administrators = list(ours.filter(role=Role.ADMINISTRATOR).order_by("pk"))
            member = next((one for one in administrators if one.email == email.strip().lower()), None)
            if member is None:
                raise CommandError(f"{code} has no administrator with this address.")
            if any(one.is_active and not one.is_dormant for one in administrators):
                raise CommandError(
                    f"{code} has an administrator who can come in, and who can do this inside."
                )
            self._let_in(member)
            self._tell(organization)
        self.stdout.write(
            "Open again, with the passphrase and second factor from before. Every member is told."
        )

    def _let_in(self, member):
        member.is_active, member.readmitted_at = True, clock.now()
        member.failed_sign_ins, member.locked_until = 0, None
        member.save(update_fields=["is_active", "readmitted_at", "failed_sign_ins", "locked_until"])
        member.settle_groups()
        audit.write(None, "readmit_administrator", member, by="operator")

    def _tell(self, organization):
        """The usual sentence, to all (R38): whoever looks finds the line, or asks their administrator."""
        moment = clock.now()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(organization=organization, recipient=one, created_at=moment, available_at=moment)
            for one in User.objects.active().filter(organization=organization)
        )
