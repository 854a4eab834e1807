"""A backup as a stream that is encrypted before any disk sees it (C24, C18).

    bytes 0-3      CWB1
    bytes 4-5      length of the sealed file key, unsigned, big-endian
    then           a fresh key of 32 bytes, sealed by HPKE to the backup's public key (`orgs.sealing.crypto`)
    then chunks    length of the ciphertext, unsigned, 4 bytes, big-endian; ciphertext and tag

A chunk is AES-256-GCM under the file's key. Its nonce is its number, its associated data everything before
the chunks, its number, and whether it is the last one: a chunk that is changed, moved, left out, or taken
from another file does not open, and a file without its last chunk is told from a whole one. The private half
of the key is not on the machine that makes backups.
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orgs.sealing import Tampered, crypto

MAGIC = b"CWB1"
CHUNK = 1 << 20  # bytes of clear text in a chunk
PLACE = b"installation|backup"
KEY_LENGTH, CHUNK_LENGTH = struct.Struct(">H"), struct.Struct(">I")
MORE, LAST = b"\0", b"\1"
TAG = 16


class Broken(Exception):
    """This is not a whole backup, or not one for this key; the message says what was seen."""


def new_keys():
    """A new pair as PEM: (public, private). The private one goes off the machine at once."""
    private = crypto.new_private_key()
    return (
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def public_key(pem):
    """The public key in PEM bytes. Raises `ValueError` for anything else, a private key among it."""
    return serialization.load_pem_public_key(pem)


def private_key(pem):
    """The private key in PEM bytes. Raises `ValueError` for anything else."""
    return serialization.load_pem_private_key(pem, None)


def seal(source, sink, public):
    """Read clear bytes from `source` to its end and write the encrypted stream to `sink`.

    Both are binary files; `public` is of `public_key`. Returns how many clear bytes there were. Nothing but
    a chunk is ever held, and nothing clear is written anywhere.
    """
    key = crypto.new_key()
    sealed = crypto.seal_letter(key, public, 1, PLACE)
    head = MAGIC + KEY_LENGTH.pack(len(sealed)) + sealed
    sink.write(head)
    box, number, length = AESGCM(key), 0, 0
    chunk = _read(source, CHUNK)
    while True:
        coming = _read(source, CHUNK) if len(chunk) == CHUNK else b""
        end = MORE if coming else LAST
        encrypted = box.encrypt(_nonce(number), chunk, head + _nonce(number) + end)
        sink.write(CHUNK_LENGTH.pack(len(encrypted)) + encrypted)
        length += len(chunk)
        if end == LAST:
            return length
        chunk, number = coming, number + 1


def unseal(source, private):
    """Yield the clear bytes of an encrypted stream, chunk by chunk. Raises `Broken`.

    A file that was cut is known at its end alone: whoever uses what is yielded before (a restore does) must
    throw it away when this raises.
    """
    head = _exactly(source, len(MAGIC) + KEY_LENGTH.size)
    if head[: len(MAGIC)] != MAGIC:
        raise Broken("This is not a backup of Causeway.")
    sealed = _exactly(source, KEY_LENGTH.unpack(head[len(MAGIC) :])[0])
    try:
        box = AESGCM(crypto.unseal_letter(sealed, private, PLACE))
    except Tampered:
        raise Broken("It was made for another key, or its beginning was changed.") from None
    head, number = head + sealed, 0
    while True:
        length = CHUNK_LENGTH.unpack(_exactly(source, CHUNK_LENGTH.size))[0]
        if not TAG <= length <= CHUNK + TAG:
            raise Broken(f"Chunk {number} has an impossible length.")
        encrypted = _exactly(source, length)
        clear, last = _opened(box, number, encrypted, head)
        yield clear
        if last:
            break
        number += 1
    if source.read(1):
        raise Broken("Something was put behind its end.")


def _opened(box, number, encrypted, head):
    for end in (MORE, LAST):
        try:
            return box.decrypt(_nonce(number), encrypted, head + _nonce(number) + end), end == LAST
        except InvalidTag:
            continue
    raise Broken(f"Chunk {number} was changed, moved, or is of another backup.")


def _nonce(number):
    """The chunk's number; the key is used for one file, so that no nonce comes twice under it."""
    return number.to_bytes(12, "big")


def _read(source, size):
    """Up to `size` bytes: less only at the end, whatever pieces a pipe gives."""
    parts, missing = [], size
    while missing:
        part = source.read(missing)
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _exactly(source, size):
    found = _read(source, size)
    if len(found) != size:
        raise Broken("It ends in the middle: it was cut, or its making was interrupted.")
    return found


def private_file(path):
    """Open a new file that its owner alone may read. Raises `FileExistsError`."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
