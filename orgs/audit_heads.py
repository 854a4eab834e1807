"""The head of a chain, signed once a day, told to whoever administers, and compared with what stands (C14).

The chain alone shows a change by somebody who does not compute it again. Whoever has all rights in the
database could; they have neither the key nor the mails in other people's boxes.
"""

import base64
import hashlib
import re
from datetime import timedelta

from django.db import connection, transaction

from . import audit, audit_key, clock
from .calendar import ISLANDS
from .models import AuditExport, AuditLine, OutboxMessage, SignedHead, User
from .roles import ROWLESS, Role

TOLD = re.compile(r"(\d{4}-\d{2}-\d{2})\s+([A-Z2-7]{4}(?:-[A-Z2-7]{4}){7})")
LATE = timedelta(days=2)
KEPT_FOR = timedelta(days=365)
AT_ONCE = timedelta(minutes=15)  # within which a cut, and the line of whoever purged, are one act


def statement(organization_id, day, sequence, link, previous):
    """What is signed, as text."""
    return (
        f"causeway audit head 1\n{organization_id}\n{day}\n{sequence}\n{bytes(link).hex()}\n{previous or '-'}"
    )


def code_of(text):
    """The digest of a statement in 160 bits, as people can compare it; it tells nothing of what it is of."""
    letters = base64.b32encode(hashlib.sha256(text.encode()).digest()[:20]).decode()
    return "-".join(letters[place : place + 4] for place in range(0, 32, 4))


def sign(organization):
    """Sign today's head of the acting organization and tell its administrators; returns it.

    None when it was signed today already. Raises `audit_key.NoKey`.
    """
    day = clock.now().astimezone(ISLANDS).date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"head {organization.pk}"])
        before = SignedHead.objects.filter(organization=organization).order_by("-day").first()
        if before and before.day >= day:
            return None
        audit.write(None, "sign_head", day=str(day))  # the use of a key is on record, below the signature
        cursor.execute("SELECT sequence, hash FROM audit_head()")
        sequence, link = cursor.fetchone()
        previous = before.code if before else ""
        text = statement(organization.pk, day, sequence, link, previous)
        key_id, signature = audit_key.sign(text)
        head = SignedHead.objects.create(
            organization=organization,
            day=day,
            sequence=sequence,
            hash=link,
            previous=previous,
            code=code_of(text),
            key_id=key_id,
            signature=signature,
            signed_at=clock.now(),
        )
        tell(head)
    return head


def tell(head):
    """A mail to each administrator: one sentence, the day, and a code that is about nobody (R38)."""
    members = User.objects.active().filter(organization_id=head.organization_id)
    holders = members.filter(role=Role.ADMINISTRATOR) or members.filter(role__in=ROWLESS)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            organization_id=head.organization_id,
            kind="audit_head",
            recipient=member,
            code=f"{head.day} {head.code}",
            created_at=clock.now(),
            available_at=clock.now(),
        )
        for member in holders
    )


def faults(organization_id, cut, keys):
    """What does not fit between the signed heads and the chain as it stands, as a list of sentences.

    `cut` is the last `AuditCut` or None, `keys` {fingerprint: public key}.
    """
    heads = list(SignedHead.objects.filter(organization_id=organization_id).order_by("day"))
    numbers = [head.sequence for head in heads]
    lines = AuditLine.objects.filter(organization_id=organization_id, sequence__in=numbers)
    links = {number: bytes(link) for number, link in lines.values_list("sequence", "hash")}
    found, previous = (_faults_of_cut(cut) if cut else []), ""
    for head in heads:
        found += _faults_of(head, previous, links, cut, keys)
        previous = head.code
    return found


def _faults_of_cut(cut):
    """A cut was made in the past, by somebody who is on record below it, of lines that lie in an export.

    Nothing of this is signed; what is, the day of each head, is held against the cut in `_faults_of`.
    """
    ours = AuditLine.objects.filter(organization_id=cut.organization_id)
    if cut.at > _moment():
        return [f"lines up to {cut.sequence} were cut at a time that has not come yet"]
    said = ours.filter(verb="purge_audit", details__to=cut.sequence).values_list("at", flat=True)
    if not said:
        return [f"lines up to {cut.sequence} are gone, and nobody is on record for it"]
    if not any(abs(at - cut.at) < AT_ONCE for at in said):
        return [f"lines up to {cut.sequence} were not cut when the record says that they were purged"]
    exports = AuditExport.objects.filter(organization_id=cut.organization_id, last__gte=cut.sequence)
    if not any(_covers(export, cut, ours) for export in exports):
        return [f"lines up to {cut.sequence} are gone, and lie in no export"]
    return []


def _covers(export, cut, ours):
    """Whether an export that is on record ends in the line of the cut, or in a later one that stands."""
    if export.last == cut.sequence:
        fits = bytes(export.hash) == bytes(cut.hash)
    else:
        fits = ours.filter(sequence=export.last, hash=export.hash).exists()
    on_record = ours.filter(verb="export_audit", details__last=export.last, details__digest=export.digest)
    return fits and on_record.exists()


def _moment():
    """The machine's time as the database has it, by which cuts are dated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def is_late(organization_id):
    """Whether lines have waited for more than two days to come under a signed head."""
    last = SignedHead.objects.filter(organization_id=organization_id).order_by("-day").first()
    later = AuditLine.objects.filter(
        organization_id=organization_id, sequence__gt=last.sequence if last else 0
    )
    return later.filter(at__lt=clock.now() - LATE).exists()


def _faults_of(head, previous, links, cut, keys):
    text = statement(head.organization_id, head.day, head.sequence, head.hash, head.previous)
    key = keys.get(head.key_id)
    if key is None:
        return [f"the head of {head.day} was signed with a key that is not known here ({head.key_id})"]
    if head.code != code_of(text) or not audit_key.fits(key, head.signature, text):
        return [f"the head of {head.day} does not carry its signature"]
    if head.previous != previous:
        return [f"a signed head before {head.day} is missing"]
    if cut and head.sequence <= cut.sequence:
        # The day is under the signature; `signed_at` is not, and is no witness.
        early = head.sequence and head.day > (min(cut.at, _moment()) - KEPT_FOR).astimezone(ISLANDS).date()
        return [f"lines up to {cut.sequence} were purged before their time"] if early else []
    if head.sequence and links.get(head.sequence) != bytes(head.hash):
        return [f"line {head.sequence} is not the one that was signed on {head.day}: the chain was rebuilt"]
    return []


def told(text):
    """[(day, code)…] in whatever was pasted: whole mails, or lines of a file."""
    return sorted(set(TOLD.findall(text)))


def unknown(pasted, codes):
    """Those of the pasted heads that are in no chain. `codes` are {(day, code)} of heads that fit."""
    return [
        f"the head told on {day} ({code}) is in no chain" for day, code in pasted if (day, code) not in codes
    ]
