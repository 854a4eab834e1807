"""Key files of installations that are older than members' own keys: read, and written no more (C19).

A member who signs in takes the organization's secrets from there, sealed to their own key, once; when all
have, `manage.py retire_key_files` deletes them.
"""

import os
import stat
from pathlib import Path

from django.conf import settings

from orgs.sealing import Locked, Secrets


class KeyFiles:
    """The folder `settings.CAUSEWAY_KEYS_DIR`; files that others may read are refused."""

    def __init__(self, folder=None):
        self.folder = Path(folder or settings.CAUSEWAY_KEYS_DIR)

    def path(self, organization_id):
        return self.folder / f"{organization_id}.json"

    def load(self, organization_id):
        """Return the organization's Secrets.

        Raises Locked when there is no such file, when anybody but its owner may touch it, or when it
        holds something else.
        """
        path = self.path(organization_id)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            raise Locked("There is no key file for this organization.") from None
        with open(descriptor, encoding="ascii") as file:
            status = os.fstat(descriptor)
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                raise Locked("A key file may be touched by others than its owner (its mode must be 0600).")
            return self._parse(file.read(), organization_id)

    @staticmethod
    def _parse(text, organization_id):
        try:
            secrets = Secrets.from_json(text)
        except (ValueError, KeyError, TypeError):
            raise Locked("A key file is damaged.") from None
        if secrets.organization_id != organization_id:
            raise Locked("A key file holds another organization's secrets.")
        return secrets
