"""The key of the installation that signs the heads of the chains; it lies outside the database (C14, C19).

Whoever signs (a worker) has the private key in a file, `CAUSEWAY_AUDIT_KEY_FILE`. Whoever checks needs the
public ones, `CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE`: one after the other in PEM, earlier keys among them.
"""

import hashlib
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

# RFC 6979: what is signed twice has one signature, and none hangs on a number that could be drawn badly.
ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)


class NoKey(RuntimeError):
    """There is no key to sign with; the message says which setting is missing."""


def make():
    """A new private key and its public one, both in PEM."""
    private = ec.generate_private_key(ec.SECP256R1())
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


def write(path):
    """A new private key in a file of its own that only we can read, unless there is one."""
    path = Path(path)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(make()[0])
    return path


def write_public(path):
    """The public half of the key in a file, beside it with `.pub` behind its name."""
    text = read_private(path.read_bytes()).public_key()
    beside = path.with_name(f"{path.name}.pub")
    beside.write_bytes(text.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return beside


def read_private(text):
    """The private key in PEM bytes. Raises `ValueError` for anything but one on the curve P-256."""
    try:
        key = load_pem_private_key(text, password=None)
    except TypeError as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("not a private key on the curve P-256")
    return key


def read_public(text):
    """The public key in PEM bytes. Raises `ValueError` for anything but one on the curve P-256."""
    key = load_pem_public_key(text)
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("not a public key on the curve P-256")
    return key


def private_key():
    """The key to sign with. Raises `NoKey`."""
    path = settings.CAUSEWAY_AUDIT_KEY_FILE
    if not path:
        raise NoKey("CAUSEWAY_AUDIT_KEY_FILE names no key to sign with.")
    try:
        return read_private(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise NoKey(f"CAUSEWAY_AUDIT_KEY_FILE: {type(error).__name__}") from None


def fingerprint(public):
    """Sixteen signs that name a public key."""
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def public_keys(*files):
    """{fingerprint: public key} of the settings and of more PEM files."""
    keys = []
    try:
        keys.append(private_key().public_key())
    except NoKey:
        pass  # whoever only checks has none
    for path in (settings.CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE, *files):
        if path:
            keys += [load_pem_public_key(text) for text in PUBLIC.findall(Path(path).read_bytes())]
    return {fingerprint(key): key for key in keys}


def sign(statement):
    """(fingerprint of the key, signature) of a text. Raises `NoKey`."""
    key = private_key()
    return fingerprint(key.public_key()), key.sign(statement.encode(), ECDSA)


def fits(public, signature, statement):
    """Whether a signature is this key's for this text."""
    try:
        public.verify(bytes(signature), statement.encode(), ECDSA)
    except InvalidSignature:
        return False
    return True
