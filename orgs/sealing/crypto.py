"""The two ways in which a value is sealed, and how the bytes are laid out (C18).

A *box* is closed and opened with the same data key:

    byte  0        format, 0x01: AES-256-GCM
    bytes 1-2      key version, unsigned, big-endian
    bytes 3-14     nonce, 96 random bits
    bytes 15-      ciphertext and its tag of 128 bits

A *letter* is closed with a public key and opened with the private one:

    byte  0        suite, 0x41: HPKE with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM
    bytes 1-2      key version, unsigned, big-endian
    bytes 3-       encapsulated key (65 bytes), ciphertext and its tag of 128 bits

The first byte names everything that follows, so that another suite (a hybrid with ML-KEM, say) can
stand beside these without touching a stored value. The three bytes of the head are authenticated with
the place that the value is bound to: a changed head does not open.

Random nonces of 96 bits are safe for 2**32 boxes under one key (NIST SP 800-38D, 8.3); an organization
that comes near makes a new version of its secrets long before.
"""

import hashlib
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import Tampered

BOX = 0x01
LETTER_P256 = 0x41

KEY_BYTES = 32
NONCE_BYTES = 12
HEAD = struct.Struct(">BH")
SHORTEST_BOX = HEAD.size + NONCE_BYTES + 16
MAX_VERSION = 0xFFFF

SUITES = {LETTER_P256: hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)}


def new_key():
    """Return 32 random bytes: a data key or a search key."""
    return os.urandom(KEY_BYTES)


def new_private_key():
    """Return a new P-256 private key."""
    return ec.generate_private_key(ec.SECP256R1())


def fingerprint(raw):
    """Return the SHA-256 of `raw`: what tells two keys apart without showing either."""
    return hashlib.sha256(raw).digest()


def private_der(private_key):
    """Return an unencrypted PKCS #8 DER; whoever stores it encrypts it or guards the file."""
    return private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_der(private_key):
    """Return the SubjectPublicKeyInfo DER of the public half."""
    return private_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def load_private(der):
    """Return the private key in PKCS #8 `der`."""
    return serialization.load_der_private_key(der, None)


def load_public(der):
    """Return the public key in SubjectPublicKeyInfo `der`."""
    return serialization.load_der_public_key(der)


def version_of(value):
    """Return the key version that a box or a letter names. Raises Tampered when there is no head."""
    if len(value) < HEAD.size:
        raise Tampered("A sealed value is too short.")
    return HEAD.unpack_from(value)[1]


def seal(plain, key, version, place):
    """Return `plain` (bytes) as a box under the 32-byte `key`, bound to `place` (bytes) (C18)."""
    head = HEAD.pack(BOX, version)
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + place)


def unseal(box, key, place):
    """Return the bytes that were sealed. Raises Tampered for another key, place or a changed bit (C18)."""
    if len(box) < SHORTEST_BOX or box[0] != BOX:
        raise Tampered("This is not a sealed box.")
    head, nonce = box[: HEAD.size], box[HEAD.size : HEAD.size + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, box[HEAD.size + NONCE_BYTES :], head + place)
    except InvalidTag:
        raise Tampered("A sealed value does not belong where it lies, or was changed.") from None


def seal_letter(plain, public_key, version, place, suite=LETTER_P256):
    """Return `plain` (bytes) as a letter to `public_key`, bound to `place` (bytes) (C18)."""
    head = HEAD.pack(suite, version)
    return head + SUITES[suite].encrypt(plain, public_key, info=head + place)


def unseal_letter(letter, private_key, place):
    """Return the bytes of a letter. Raises Tampered for another key, place or a changed bit (C18)."""
    if len(letter) < HEAD.size or letter[0] not in SUITES:
        raise Tampered("This is not a sealed letter.")
    head = letter[: HEAD.size]
    try:
        return SUITES[letter[0]].decrypt(letter[HEAD.size :], private_key, info=head + place)
    except (InvalidTag, ValueError):  # ValueError: the encapsulated key is no point on the curve
        raise Tampered("A sealed letter does not belong where it lies, or was changed.") from None
