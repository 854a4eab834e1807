"""An organization's secrets: what opens its sealed values, in all versions still in use (C19)."""

import base64
import json
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from . import crypto
from .errors import Locked


class NeverPickled:
    """Keeps keys out of sessions, caches and task arguments, where a pickle would carry them."""

    def __reduce_ex__(self, protocol):
        raise TypeError(f"{type(self).__name__} is never pickled or copied.")


@dataclass(frozen=True)
class DataKey(NeverPickled):
    """One version of the secrets.

    `data_key` seals fields, `search_key` makes search tokens (both 32 bytes), `private_key` (PKCS #8
    DER) opens letters.
    """

    data_key: bytes = field(repr=False)
    search_key: bytes = field(repr=False)
    private_key: bytes = field(repr=False)

    @classmethod
    def new(cls):
        return cls(crypto.new_key(), crypto.new_key(), crypto.private_der(crypto.new_private_key()))

    @cached_property
    def private(self):
        """The private key as an object that opens letters."""
        return crypto.load_private(self.private_key)

    @cached_property
    def public_key(self):
        """The public half as DER, to be published."""
        return crypto.public_der(self.private)


@dataclass(frozen=True)
class Secrets(NeverPickled):
    """All versions of one organization's keys; `current` is the version that seals.

    With `doubted` they open and seal nothing: the published key is not theirs, or not known to be.
    """

    organization_id: UUID
    versions: dict[int, DataKey] = field(repr=False, hash=False)
    current: int
    doubted: bool = field(default=False, compare=False)

    @classmethod
    def new(cls, organization_id):
        """Return fresh secrets in version 1."""
        return cls(organization_id, {1: DataKey.new()}, 1)

    @property
    def newest(self):
        """The DataKey that seals."""
        return self.versions[self.current]

    def version(self, number):
        """Return the DataKey of version `number`. Raises Locked when it is not among these."""
        try:
            return self.versions[number]
        except KeyError:
            raise Locked(f"Version {number} of the organization's key is not among those opened.") from None

    def rotated(self, number=None):
        """Return secrets with one version more, which seals from now on; the old ones still open (C19).

        `number` is that version's, where the next one is taken.
        """
        number = number or max(self.versions) + 1
        if number > crypto.MAX_VERSION:
            raise ValueError("There is no further key version.")
        return Secrets(self.organization_id, {**self.versions, number: DataKey.new()}, number)

    def without(self, number):
        """Return secrets without version `number`, after everything was sealed again (C19)."""
        if number == self.current:
            raise ValueError("The current version cannot be dropped.")
        return Secrets(
            self.organization_id, {n: key for n, key in self.versions.items() if n != number}, self.current
        )

    def part(self, number):
        """Return version `number` alone as clear bytes, to be sealed to a member (R11)."""
        return json.dumps(_document(self.versions[number])).encode()

    @classmethod
    def joined(cls, organization_id, parts, current):
        """Return the secrets of which `parts` ({number: bytes}) are the versions. The opposite of `part`."""
        versions = {number: _data_key(json.loads(part)) for number, part in parts.items()}
        return cls(organization_id, versions, current)

    def to_json(self):
        """Return clear JSON; it is written only into something encrypted."""
        return json.dumps(
            {
                "organization": str(self.organization_id),
                "current": self.current,
                "versions": {str(number): _document(key) for number, key in self.versions.items()},
            }
        )

    @classmethod
    def from_json(cls, text):
        """Return the secrets that `to_json` wrote. Raises ValueError or KeyError for anything else."""
        document = json.loads(text)
        versions = {int(number): _data_key(key) for number, key in document["versions"].items()}
        if document["current"] not in versions:
            raise ValueError("The current key version is missing.")
        return cls(UUID(document["organization"]), versions, document["current"])


def _document(key):
    return {
        name: base64.b64encode(getattr(key, name)).decode("ascii") for name in DataKey.__dataclass_fields__
    }


def _data_key(document):
    return DataKey(**{name: base64.b64decode(value) for name, value in document.items()})
