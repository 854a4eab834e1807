"""A member's key pair, opened by their passphrase, and the organization's secrets sealed to it (R11)."""

import os

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from orgs import audit, clock, outbox, passphrases
from orgs.models import KeyGrant, MemberKey, Organization
from orgs.sealing import Locked, Secrets, Tampered, crypto

from . import published, vouching
from .files import KeyFiles

SALT_BYTES = 16


def make_key(member, passphrase):
    """Give a member a new key pair, in the place of one they may have had; its grants are gone with it.

    Returns the private half (PKCS #8 DER), which is stored only as the passphrase has locked it.
    """
    private = crypto.new_private_key()
    der, salt, rounds = crypto.private_der(private), os.urandom(SALT_BYTES), settings.CAUSEWAY_KEY_ROUNDS
    MemberKey.objects.filter(user=member).delete()
    MemberKey.objects.create(
        organization_id=member.organization_id,
        user=member,
        salt=salt,
        rounds=rounds,
        locked=crypto.seal(der, _passphrase_key(passphrase, salt, rounds), 1, _place(member)),
        public_key=crypto.public_der(private),
        made_at=clock.now(),
    )
    return der


def open_key(member, passphrase):
    """The private half of a member's key (PKCS #8 DER).

    Raises `Locked` when they have none, `Tampered` when this passphrase does not open it.
    """
    key = MemberKey.objects.filter(user=member).first()
    if key is None:
        raise Locked("This member has no key yet.")
    opener = _passphrase_key(passphrase, bytes(key.salt), key.rounds)
    return crypto.unseal(bytes(key.locked), opener, _place(member))


def lock_anew(member, private, passphrase):
    """Lock the private half under another passphrase; the grants stay as they are."""
    salt, rounds = os.urandom(SALT_BYTES), settings.CAUSEWAY_KEY_ROUNDS
    locked = crypto.seal(private, _passphrase_key(passphrase, salt, rounds), 1, _place(member))
    MemberKey.objects.filter(user=member).update(salt=salt, rounds=rounds, locked=locked)


def come_in(member, passphrase):
    """What a right passphrase opens: (private half, the organization's `Secrets` or None while they wait).

    Makes what is missing: the member's key, and with the first member the organization's secrets. A key
    that the right passphrase does not open was locked by one that is lost; it is replaced, and its holder
    waits until an administrator gives the secrets to the new one.
    """
    try:
        private, new = open_key(member, passphrase), False
    except (Locked, Tampered) as closed:
        private, new = make_key(member, passphrase), True
        if isinstance(closed, Tampered):
            audit.write(member, "replace_key")
    secrets = secrets_for(member, private) or _first_secrets(member, private)
    if new and secrets is None:
        outbox.tell_administrators(member.organization_id)
    return private, secrets


def join(member, passphrase, secrets):
    """Give a member a key, and it the organization's secrets at once: by whoever has them open."""
    private = make_key(member, passphrase)
    give(secrets, key=own_key(member, private))


def own_key(member, private):
    """The `MemberKey` of a member whose private half (PKCS #8 DER) is open here.

    Raises `Tampered` when the row has another public key: nothing is sealed to that one.
    """
    key = MemberKey.objects.get(user=member)
    if bytes(key.public_key) != public_half(private):
        raise Tampered("The public key in this member's row does not belong to their private one.")
    return key


def public_half(private):
    """The public key (DER) that belongs to a private half (PKCS #8 DER)."""
    return crypto.public_der(crypto.load_private(private))


def secrets_for(member, private):
    """The organization's `Secrets` as this member's grants hold them, or None without the current version."""
    grants = KeyGrant.objects.filter(key__user=member, organization_id=member.organization_id)
    return secrets_in(grants, crypto.load_private(private), member.organization)


def secrets_in(grants, private, organization):
    """The `Secrets` that these grants seal to `private`; None when the current version is not among them.

    Where the current version is nobody's, because nothing but the row says that it is this organization's,
    they are those of the newest version that is there; `published.judged` doubts them.
    """
    parts = {
        grant.version: crypto.unseal_letter(bytes(grant.sealed), private, _grant_place(grant))
        for grant in grants
    }
    current, known = organization.key_version, published.standing(organization.pk)
    for version in parts.keys() & known.keys() - {current}:
        if Secrets.joined(organization.pk, parts, version).newest.public_key != known[version]:
            del parts[version]  # sealed to this holder by somebody who had not the organization's
    if parts and current not in parts and not published.stands(organization):
        current = max(parts)
    return Secrets.joined(organization.pk, parts, current) if current in parts else None


def give(secrets, *, key=None, kit=None):
    """Seal each version of the secrets that it does not have to a `MemberKey` or to the `RecoveryKit`.

    A grant that was not made by somebody who had the secrets counts for nothing, and another takes its place.
    """
    holder = key or kit
    has = dict(holder.grants.values_list("version", "mac"))
    wrong = {v for v in has if v in secrets.versions and not vouching.was_given(secrets, holder, v, has[v])}
    if wrong:
        holder.grants.filter(version__in=wrong).delete()
    public = crypto.load_public(bytes(holder.public_key))
    for version in sorted(set(secrets.versions) - (has.keys() - wrong)):
        grant = KeyGrant(organization_id=secrets.organization_id, key=key, kit=kit, version=version)
        grant.sealed = crypto.seal_letter(secrets.part(version), public, version, _grant_place(grant))
        grant.mac = vouching.mark(secrets, holder, version)
        grant.save(force_insert=True)


def holders(organization):
    """The keys of members whose account is open; each has `has_secrets`: a grant of the current version.

    Whether that was given to them by anybody says its `mac`: see `vouching.parted`.
    """
    current = KeyGrant.objects.filter(key=OuterRef("pk"), version=organization.key_version)
    keys = MemberKey.objects.filter(organization_id=organization.pk, user__is_active=True)
    keys = keys.annotate(has_secrets=Exists(current), mac=Subquery(current.values("mac")))
    return keys.select_related("user").order_by("user__name")


def check_code(public_key):
    """Sixteen digits by which two people on the telephone know that they mean the same public key (DER)."""
    digest = crypto.fingerprint(bytes(public_key))
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**16:016}"
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def _first_secrets(member, private):
    """The secrets of an organization whose members hold none yet: made with its first member (C19).

    Where an older installation kept them in a key file they are taken from there. None when others hold them.
    """
    organization = Organization.objects.select_for_update().get(pk=member.organization_id)
    if not organization.public_key:
        secrets = Secrets.new(organization.pk)
        published.publish(organization, secrets)
    elif settings.CAUSEWAY_KEYS_DIR:
        try:
            secrets = KeyFiles().load(organization.pk)
        except Locked:
            return None
        if organization.key_version not in secrets.versions:
            return None
    else:
        return None
    give(secrets, key=own_key(member, private))
    member.organization = organization
    return secrets


def _passphrase_key(passphrase, salt, rounds):
    normal = passphrases.normal(passphrase).encode()
    return PBKDF2HMAC(SHA256(), crypto.KEY_BYTES, salt, rounds).derive(normal)


def _place(member):
    return f"{member.organization_id}|member key|{member.pk}".encode()


def _grant_place(grant):
    holder = f"member|{grant.key_id}" if grant.key_id else f"kit|{grant.kit_id}"
    return f"{grant.organization_id}|key grant|{holder}|{grant.version}".encode()
