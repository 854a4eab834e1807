"""Secrets in key files: one for each organization, in a folder apart from the database (C19)."""

import os
import stat
import tempfile
from pathlib import Path

from django.conf import settings

from .errors import Locked
from .secrets import Secrets

_cache = {}  # path → (stamp of the file, Secrets)


class KeyFiles:
    """The folder `settings.CAUSEWAY_KEYS_DIR`; files are written 0600 and refused when others may read."""

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
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            found = _cache.get(path)
            if found is None or found[0] != stamp:
                found = _cache[path] = (stamp, self._parse(file.read(), organization_id))
        return found[1]

    def create(self, secrets):
        """Write the first file of an organization. Raises FileExistsError when there is one."""
        self._write(secrets, os.link)

    def replace(self, secrets):
        """Write the file of an organization over the one that is there, at once or not at all."""
        self._write(secrets, os.replace)

    def _write(self, secrets, put):
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # mkstemp makes it 0600
        try:
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.to_json())
                file.flush()
                os.fsync(descriptor)
            put(draft, self.path(secrets.organization_id))
        finally:
            Path(draft).unlink(missing_ok=True)
        self._settle()

    def _settle(self):
        """Make the new name survive a power cut: everything sealed afterwards depends on it."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @staticmethod
    def _parse(text, organization_id):
        try:
            secrets = Secrets.from_json(text)
        except (ValueError, KeyError, TypeError):
            raise Locked("A key file is damaged.") from None
        if secrets.organization_id != organization_id:
            raise Locked("A key file holds another organization's secrets.")
        return secrets
