"""The recovery kit: three printed parts, of which any two open what no passphrase opens any more (C19).

The kit is a key pair to which the secrets are sealed like to a member. Its private half is stored three
times, each time locked under a key that is derived from two of the parts, so that a part alone says nothing
and any two people are enough. The parts are shown once and stored nowhere.
"""

import base64
import os
import re
from itertools import combinations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from orgs import audit, clock
from orgs.models import RecoveryKit
from orgs.sealing import Doubted, Tampered, crypto
from orgs.sealing.keys import to_seal

from . import members, published

PARTS = ("A", "B", "C")
PART_BYTES = 20  # 160 bits, 32 letters and digits to type
CHECK_LETTERS = 4


class NotAPart(ValueError):
    """What was typed is not a part of a kit: a letter is wrong or missing."""


def make(organization, *, actor):
    """A new kit in the place of the old one, whose parts open nothing from here on.

    Returns the three parts as text to print, in the order of `PARTS`. Needs the opened secrets. Raises
    `Doubted`.
    """
    secrets, private = to_seal(organization.pk), crypto.new_private_key()
    parts = {name: os.urandom(PART_BYTES) for name in PARTS}
    with transaction.atomic():
        RecoveryKit.objects.filter(organization_id=organization.pk).delete()
        kit = RecoveryKit(
            organization_id=organization.pk,
            public_key=crypto.public_der(private),
            made_at=clock.now(),
            made_by=actor,
        )
        der = crypto.private_der(private)
        kit.locked = {
            one + other: base64.b64encode(
                crypto.seal(der, _pair_key(parts[one], parts[other]), 1, _place(kit, one + other))
            ).decode()
            for one, other in combinations(PARTS, 2)
        }
        kit.save(force_insert=True)
        members.give(secrets, kit=kit)
        audit.write(actor, "make_recovery_kit")
    return [written(name, part) for name, part in parts.items()]


def recover(member, private, first, second):
    """Give a member's key the organization's secrets, by two parts of the kit; returns the `Secrets`.

    `private` is the private half of their key (PKCS #8 DER): to another than its public half nothing is
    given. Raises `NotAPart` for a typing mistake, `Tampered` for parts that belong to no kit of this
    organization, `Doubted` for secrets of which nobody has signed the public key.
    """
    given = dict(sorted((read(first), read(second))))
    kit = RecoveryKit.objects.filter(organization_id=member.organization_id).first()
    if kit is None or len(given) < 2:
        raise Tampered("These are not two parts of this organization's kit.")
    names = "".join(given)
    box = base64.b64decode(kit.locked[names])
    opener = crypto.load_private(crypto.unseal(box, _pair_key(*given.values()), _place(kit, names)))
    secrets = members.secrets_in(kit.grants.all(), opener, member.organization)
    if secrets is None:
        raise Tampered("This kit does not have the newest secrets.")
    if published.judged(member.organization, secrets).doubted:
        raise Doubted(member.organization_id)
    with transaction.atomic():
        members.give(secrets, key=members.own_key(member, private))
        audit.write(member, "recover_keys")
    return secrets


def written(name, part):
    """A part as it is printed: its letter, eight groups of four, and a check group."""
    text = base64.b32encode(part).decode()
    groups = [text[i : i + 4] for i in range(0, len(text), 4)]
    return " ".join([name, *groups, _check(name, part)])


def read(text):
    """(letter, bytes) of a part as somebody typed it. Raises `NotAPart`."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper()).translate(str.maketrans("0189", "OLBG"))
    name, body, check = plain[:1], plain[1:-CHECK_LETTERS], plain[-CHECK_LETTERS:]
    try:
        part = base64.b32decode(body)
    except ValueError:
        raise NotAPart from None
    if name not in PARTS or len(part) != PART_BYTES or _check(name, part) != check:
        raise NotAPart
    return name, part


def _check(name, part):
    return base64.b32encode(crypto.fingerprint(name.encode() + part)).decode()[:CHECK_LETTERS]


def _pair_key(one, other):
    return HKDF(SHA256(), crypto.KEY_BYTES, salt=None, info=b"causeway recovery kit").derive(one + other)


def _place(kit, names):
    return f"{kit.organization_id}|recovery kit|{kit.pk}|{names}".encode()
