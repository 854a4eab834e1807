"""What a worker must read without a member's keys, sealed under a key made from the installation's secret.

A stolen database or backup alone opens none of it. After a change of the secret the older one still opens
what it sealed, for as long as it is among `SECRET_KEY_FALLBACKS`.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from . import crypto
from .errors import Tampered


def seal(plain, use, place=b""):
    """`plain` as a box that opens for this `use` and at this `place` alone; all three are bytes."""
    return crypto.seal(plain, _key(settings.SECRET_KEY, use), 1, use + place)


def unseal(box, use, place=b""):
    """What is in a box. Raises `Tampered` where no secret that is still known opens it there."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return crypto.unseal(box, _key(secret, use), use + place)
        except Tampered:
            continue
    raise Tampered("This was sealed under a key that is no longer known.")


def _key(secret, use):
    return HKDF(SHA256(), 32, salt=None, info=use).derive(secret.encode())
