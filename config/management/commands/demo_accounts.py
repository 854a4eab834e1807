"""Say who can be looked as in the demo; with an address, the one-time code of this moment."""

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import people
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", help="say this member's one-time code of this moment")

    def handle(self, *, address=None, **options):
        if not settings.DEMO:
            raise CommandError("There are no invented people here.")
        for organization, members in people.everybody():
            for member in members:
                if address in (None, member.email):
                    self.say(organization, member, address)
        if not address:
            self.stdout.write(f"\n  Passphrase of all of them: {people.PASSPHRASE}")
            self.stdout.write("  One-time code: make code FOR=<address>, or the secret above in an app.")

    def say(self, organization, member, alone):
        with acting_for(organization.pk), transaction.atomic():
            row = Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).first()
        secret = totp_secret(row) if row else ""
        if alone:
            self.stdout.write(code_of(secret))
        else:
            self.stdout.write(f"  {member.email:34} {member.get_role_display():28} {secret}")


def totp_secret(row):
    """The secret of an authenticator row, as an app takes it."""
    return decrypt(row.data["secret"])


def code_of(secret):
    """The six digits of this moment."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD))
