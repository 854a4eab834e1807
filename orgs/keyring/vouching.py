"""Which holders were given the secrets by somebody who had them: a mark on each grant says so (R11, C19).

A row that names a holder is only a row: whoever can write to the database can write one. The mark is a MAC
under a key that is derived from the secrets themselves, over whom they were given to; it is made by whoever
gives, and asked for before a holder is given anything more.
"""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from orgs import audit, outbox
from orgs.models import MemberKey
from orgs.sealing import crypto

# Grants from before there were marks: the migration wrote which key they were to. The application's role can
# write no mark of this length.
ADOPTED = b"\0"


def mark(secrets, holder, version):
    """The mark of a grant of one version to a `MemberKey` or to the `RecoveryKit`, 32 bytes."""
    key = HKDF(SHA256(), crypto.KEY_BYTES, salt=None, info=b"causeway key grant").derive(
        secrets.version(version).data_key
    )
    kind, whose = ("member", holder.user_id) if isinstance(holder, MemberKey) else ("kit", "")
    place = f"{secrets.organization_id}|{kind}|{whose}|{holder.pk}|{version}|".encode()
    return hmac.digest(key, place + bytes(holder.public_key), "sha256")


def was_given(secrets, holder, version, mac):
    """Whether the grant of `version` to this holder was made by somebody who had that version.

    `mac` is what the grant carries, None where there is no grant.
    """
    held = bytes(mac or b"")
    if held[:1] == ADOPTED and len(held) == 1 + crypto.KEY_BYTES:
        return hmac.compare_digest(held[1:], crypto.fingerprint(bytes(holder.public_key)))
    return version in secrets.versions and hmac.compare_digest(held, mark(secrets, holder, version))


def parted(secrets, holders):
    """(those who were given the present version, those of whom only a row says so) of `members.holders`."""
    given = [key for key in holders if was_given(secrets, key, secrets.current, key.mac)]
    return given, [key for key in holders if key not in given]


def refuse(holder, *, actor):
    """Say that a holder was left out: a line for the audit, and a mail to those who administer."""
    member = isinstance(holder, MemberKey)
    audit.write(actor, "refuse_keys", holder.user if member else None, why="not_given")
    outbox.tell_administrators(holder.organization_id)
