"""Say who can be looked as in the demo, with the secrets of their one-time codes."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import people
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("There are no invented people here.")
        for organization, members in people.everybody():
            self.stdout.write(f"\n  {organization.name}")
            with acting_for(organization.pk), transaction.atomic():
                rows = Authenticator.objects.filter(user__in=members, type=Authenticator.Type.TOTP)
                secrets = {row.user_id: decrypt(row.data["secret"]) for row in rows}
            for member in members:
                role = member.get_role_display()
                self.stdout.write(f"    {member.email:32} {role:28} {secrets.get(member.pk, '')}")
        self.stdout.write(f"\n  Passphrase of all of them: {people.PASSPHRASE}")
        self.stdout.write("  One-time code: make code SECRET=… with what stands behind a name above")
