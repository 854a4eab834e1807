"""`manage.py readmit_administrator`: open the account of an administrator where nobody inside can (C9)."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from orgs import audit, clock
from orgs.models import Organization, OutboxMessage, User
from orgs.models.membership import ALONE_AFTER
from orgs.roles import Role
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = (
        "Let an administrator in again whose organization has none left that can come in, or who was closed "
        "or given another role within the last seven days. For the operator, after checking who asks. It is "
        "on record in the organization's audit, and every member gets a mail."
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
            ruled = Q(role=Role.ADMINISTRATOR) | Q(pk__in=User.objects.with_a_say().values("pk"))
            known = list(ours.filter(ruled).order_by("pk"))
            member = next((one for one in known if one.email == email.strip().lower()), None)
            if member is None:
                raise CommandError(f"{code} has no administrator with this address.")
            administrators = [one for one in known if one.role == Role.ADMINISTRATOR]
            if any(one.is_active and not one.is_dormant for one in administrators) and not put_out(member):
                raise CommandError(
                    f"{code} has an administrator who can come in, and who can do this inside."
                )
            self._let_in(member)
            self._tell(organization)
        self.stdout.write(
            "Open again, with the passphrase and second factor from before. Every member is told."
        )

    def _let_in(self, member):
        member._ask_nothing()
        member.is_active, member.readmitted_at, member.role = True, clock.now(), Role.ADMINISTRATOR
        member.failed_sign_ins, member.locked_until = 0, None
        fields = ["role", "is_active", "readmitted_at", "failed_sign_ins", "locked_until"]
        member.save(update_fields=fields)
        member.settle_groups()
        audit.write(None, "readmit_administrator", member, by="operator")

    def _tell(self, organization):
        """The usual sentence, to all (R38): whoever looks finds the line, or asks their administrator."""
        moment = clock.now()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(organization=organization, recipient=one, created_at=moment, available_at=moment)
            for one in User.objects.active().filter(organization=organization)
        )


def put_out(member):
    """Whether another administrator closed this one, or took the role, within the last seven days."""
    rules = member.is_active and member.role == Role.ADMINISTRATOR
    return bool(not rules and member.ruled_until and member.ruled_until > clock.now() - ALONE_AFTER)
