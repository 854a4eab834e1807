"""Which organizations' secrets the running code has opened (R11).

Everything else asks `opened`; where secrets come from, a member's passphrase, is known to `orgs.keyring`.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from uuid import UUID

from . import crypto
from .errors import Locked

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
