"""`manage.py retire_key_files`: delete the key files of an older installation, once nobody needs them."""

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from orgs import audit
from orgs.keyring import members
from orgs.keyring.files import KeyFiles
from orgs.management.base import OrganizationsCommand
from orgs.models import RecoveryKit, User


class Command(OrganizationsCommand):
    help = (
        "Delete the key file of each organization in which every open account has keys of its own and a "
        "recovery kit exists; say of the others what they wait for, and end with 1."
    )

    def handle(self, *, organization, **options):
        if not settings.CAUSEWAY_KEYS_DIR:
            raise CommandError("CAUSEWAY_KEYS_DIR names no folder: there is nothing to retire.")
        waiting = []
        for one in self.each(organization):
            path = KeyFiles().path(one.pk)
            if not path.exists():
                continue
            with transaction.atomic():
                if missing := self._missing(one):
                    waiting.append(f"{one.code}: {missing}")
                    continue
                audit.write(None, "retire_key_file", organization_id=one.pk)
            path.unlink()
            self.stdout.write(f"{one.code}: the key file is gone. Destroy its copies in backups too.")
        if waiting:
            raise CommandError("\n".join(waiting))

    def _missing(self, organization):
        """What an organization still needs its key file for, as words; empty when nothing."""
        here = User.objects.active().filter(organization_id=organization.pk).count()
        have = members.holders(organization).filter(has_secrets=True).count()
        if have < here:
            return f"{here - have} of {here} members have not signed in since; they would need keys by hand"
        if not RecoveryKit.objects.filter(organization_id=organization.pk).exists():
            return "no recovery kit was made; an administrator makes it under Members, Keys"
        return ""
