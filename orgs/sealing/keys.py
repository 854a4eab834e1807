"""Which organizations' secrets the running code has opened (R11).

Everything else asks `opened`; where secrets come from, a member's passphrase, is known to `orgs.keyring`.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from uuid import UUID

from . import crypto
from .errors import Doubted, Locked

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


def to_seal(organization_id):
    """Return the opened Secrets, to seal with. Raises Locked as `opened` does, Doubted for doubted ones."""
    secrets = opened(organization_id)
    if secrets.doubted:
        raise Doubted(as_uuid(organization_id))
    return secrets


def is_open(organization_id):
    """Tell whether the organization's secrets are open here."""
    return as_uuid(organization_id) in _open.get()


def public_key_of(organization):
    """Return the public key (DER) to which anybody seals a letter for `organization`.

    It is the one that those who hold the secrets know, or one that is signed. Raises Locked when there is
    none yet, Doubted when nothing but the row says that it is this organization's.
    """
    from orgs.keyring import published  # which knows models, as this package does not

    if not organization.public_key:
        raise Locked("The organization has no public key yet.")
    public_key, secrets = bytes(organization.public_key), _open.get().get(organization.pk)
    ours = secrets and not secrets.doubted and secrets.current == organization.key_version
    if not (ours and secrets.newest.public_key == public_key or published.stands(organization)):
        raise Doubted(organization.pk)
    return public_key


def needs_resealing(sealed, secrets):
    """Tell whether a Sealed (or its bytes) was sealed under another version than the current one (C19)."""
    return crypto.version_of(bytes(sealed)) != secrets.current
