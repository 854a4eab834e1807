"""Which public key is an organization's own (R11, C19).

Whoever writes to an organization holds none of its secrets, and has only the key that lies in its row. It is
believed when it was signed: by the installation, whose key lies outside the database, or by the key before
it, which only members hold. The signatures are rows that the application adds and never changes.
"""

from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, transaction

from orgs import audit, audit_key, clock, outbox
from orgs.models import PublishedKey
from orgs.sealing import crypto
from orgs.tenancy import acting_for

# Two worlds of the proof of non-interference sign alike; what verifies cannot tell.
ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)

_known = set()  # (organization, version, public key) that were found to stand; such a fact does not change


def statement(organization_id, version, public_key, previous):
    """What is signed, as text. `previous` is the version whose key signs, None for the installation's."""
    return f"causeway organization key 1\n{organization_id}\n{version}\n{public_key.hex()}\n{previous or '-'}"


def publish(organization, secrets, before=None):
    """Say to everybody to which key letters are sealed from now on; `before` are the secrets until now.

    The first key of an organization is signed by the installation, once somebody has compared its digits.
    """
    public_key = secrets.newest.public_key
    if before:
        text = statement(organization.pk, secrets.current, public_key, before.current)
        signature = before.newest.private.sign(text.encode(), ECDSA)
        _add(organization, secrets.current, public_key, previous=before.current, signature=signature)
    with connection.cursor() as cursor:
        cursor.execute("SELECT publish_key(%s, %s)", [secrets.current, public_key])
    organization.public_key, organization.key_version = public_key, secrets.current


def sign(organization, version=None, public_key=None):
    """Sign, as the installation, the organization's key as it lies there, or another. Raises `NoKey`.

    Call acting for the organization, and only for a key that was compared with those who hold it.
    """
    version, public_key = version or organization.key_version, bytes(public_key or organization.public_key)
    key_id, signature = audit_key.sign(statement(organization.pk, version, public_key, None))
    _add(organization, version, public_key, key_id=key_id, signature=signature)


def adopted(organization):
    """The key that lay there when keys began to be signed, unless it was signed since; or None.

    Its row comes from a migration: the application's role can add none without a signature.
    """
    rows = list(PublishedKey.objects.filter(organization_id=organization.pk))
    if any(row.key_id for row in rows):
        return None
    return next((row for row in rows if row.signature is None), None)


def standing(organization_id):
    """{version: public key} of the keys that are signed as they should be.

    A key is signed by the one before it that stands, so that one which was replaced can name no successor.
    """
    installation, found = audit_key.public_keys(), {}
    rows = PublishedKey.objects.filter(organization_id=organization_id, signature__isnull=False)
    for row in sorted(rows, key=lambda row: (row.version, row.previous or 0, row.at, row.pk)):
        if row.version in found:
            continue
        if row.key_id:
            signer = installation.get(row.key_id)
        elif row.previous == max(found, default=None):
            signer = crypto.load_public(found[row.previous])
        else:
            signer = None
        public_key = bytes(row.public_key)
        text = statement(organization_id, row.version, public_key, row.previous)
        if signer and audit_key.fits(signer, row.signature, text):
            found[row.version] = public_key
    return found


def stands(organization):
    """Whether the key in an organization's row is signed as it should be."""
    if not organization.public_key:
        return False
    fact = (organization.pk, organization.key_version, bytes(organization.public_key))
    if fact not in _known and standing(organization.pk).get(fact[1]) == fact[2]:
        _known.add(fact)
    return fact in _known


def judged(organization, secrets):
    """The secrets as they were opened; `doubted`, so that they seal nothing, where another key is published.

    Whoever can write to the database could put a key of their own in the organization's row, or seal secrets
    of their own to the members: neither goes unseen.
    """
    if secrets is None:
        return None
    fits = organization.key_version == secrets.current and (
        bytes(organization.public_key or b"") == secrets.newest.public_key
    )
    return secrets if fits and stands(organization) else replace(secrets, doubted=True)


def is_confirmed(organization_id):
    """Whether the installation has ever signed a key of this organization."""
    return PublishedKey.objects.filter(organization_id=organization_id).exclude(key_id="").exists()


def alarm(organization_id):
    """Tell those who administer an organization that the key in its row is not one of theirs.

    In a transaction of its own: what was being done is rolled back, and this is not.
    """
    with acting_for(organization_id), transaction.atomic():
        audit.write(None, "doubt_key", organization_id=organization_id)
        outbox.tell_administrators(organization_id)


def _add(organization, version, public_key, **signed):
    PublishedKey.objects.create(
        organization=organization, version=version, public_key=public_key, at=clock.now(), **signed
    )
