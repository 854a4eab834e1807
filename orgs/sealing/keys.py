"""Which organizations' secrets the running code has opened, and where it gets them from.

Everything else asks `opened`; where secrets come from is known only here. In this version they lie in
key files apart from the database (C19). When members' own keys come, `open_for` and `create_secrets`
change and nothing else does.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from uuid import UUID

from . import crypto
from .errors import Locked
from .files import KeyFiles
from .secrets import Secrets

_open = ContextVar("opened_secrets", default=MappingProxyType({}))


def as_uuid(value):
    """Return `value` (UUID or its text) as a UUID."""
    return value if isinstance(value, UUID) else UUID(str(value))


@contextmanager
def opening(*secrets):
    """Have these secrets open inside the block, beside those that are open already."""
    token = _open.set(MappingProxyType({**_open.get(), **{one.organization_id: one for one in secrets}}))
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def closed():
    """Have nothing open inside the block: a task that runs within a request inherits no secrets (R11)."""
    token = _open.set(MappingProxyType({}))
    try:
        yield
    finally:
        _open.reset(token)


def opened(organization_id):
    """Return the opened Secrets of an organization. Raises Locked when they are not open here (R11)."""
    try:
        return _open.get()[as_uuid(organization_id)]
    except KeyError:
        raise Locked("The organization's secrets are not open here.") from None


def is_open(organization_id):
    """Tell whether the organization's secrets are open here."""
    return as_uuid(organization_id) in _open.get()


def open_for(user):
    """Return the secrets that `user` may open: those of their own organization, no other's (R11, R12).

    Raises Locked for somebody without an organization, somebody inactive, or when there is no key.
    """
    organization_id = getattr(user, "organization_id", None)
    if organization_id is None or not user.is_active:
        raise Locked("This account belongs to no organization whose secrets it could open.")
    return KeyFiles().load(as_uuid(organization_id))


def create_secrets(organization):
    """Make the first secrets of `organization`, keep them, and set its public key and key version.

    The caller saves the organization. Raises FileExistsError when it has secrets: they are never
    overwritten, since everything sealed with them would be lost.
    """
    secrets = Secrets.new(as_uuid(organization.pk))
    KeyFiles().create(secrets)
    return _publish(organization, secrets)


def rotate_secrets(organization):
    """Add a version to the secrets of `organization`, which seals from now on (C19).

    Old values go on opening; `needs_resealing` and `reseal` bring them over in batches. The caller saves
    the organization. Raises Locked when there are no secrets yet.
    """
    secrets = KeyFiles().load(as_uuid(organization.pk)).rotated()
    KeyFiles().replace(secrets)
    return _publish(organization, secrets)


def public_key_of(organization):
    """Return the public key (DER) to which anybody seals a letter for `organization`.

    Raises Locked when it has none yet.
    """
    if not organization.public_key:
        raise Locked("The organization has no public key yet.")
    return bytes(organization.public_key)


def needs_resealing(sealed, secrets):
    """Tell whether a Sealed (or its bytes) was sealed under another version than the current one (C19)."""
    return crypto.version_of(bytes(sealed)) != secrets.current


def _publish(organization, secrets):
    organization.public_key = secrets.newest.public_key
    organization.key_version = secrets.current
    return secrets
