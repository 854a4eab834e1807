"""Sealing: identity, contact and free text are ciphertext to everyone but an organization's members (R11).

`keys` says whose secrets the running code has opened, `fields` and `letters` are the model fields,
`tokens` finds what cannot be read, `crypto` lays out the bytes.
"""

from .errors import Doubted, Locked, Tampered
from .fields import SealedBytesField, SealedDateField, SealedJSONField, SealedTextField, reseal
from .keys import (
    closed,
    is_open,
    needs_resealing,
    opened,
    opening,
    public_key_of,
)
from .letters import LetterField
from .secrets import DataKey, Secrets
from .tokens import query_tokens, tokens_for
from .values import Sealed

__all__ = [
    "DataKey",
    "Doubted",
    "LetterField",
    "Locked",
    "Sealed",
    "SealedBytesField",
    "SealedDateField",
    "SealedJSONField",
    "SealedTextField",
    "Secrets",
    "Tampered",
    "closed",
    "is_open",
    "needs_resealing",
    "opened",
    "opening",
    "public_key_of",
    "query_tokens",
    "reseal",
    "tokens_for",
]
