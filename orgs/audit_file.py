"""Lines of the audit as a file that can be checked alone; lines go into one before they are purged (C15).

The first row says what the file is, as JSON: the organization, the link before the first line, and the signed
heads that lie in it. Each further row is one line of the chain: its hash, a blank, and the text that was
hashed together with the hash before it. `sha256sum` and patience are enough to check it.
"""

import hashlib
import json

from django.db import connection

from . import audit_heads, audit_key
from .audit_chain import begin
from .models import SignedHead

KIND = "causeway audit 1"
FIELDS = (
    "id organization sequence microseconds actor actor_name role verb subject_type subject subject_label "
    "outcome permission address request details"
).split()
BATCH = 5000
ROWS = """
SELECT sequence, hash, audit_line_text(l) FROM orgs_auditline l
WHERE organization_id = %s AND sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s
"""


class Broken(Exception):
    """A file that is not what it says; the message says where it breaks."""


def rows(organization, last):
    """The rows of the file from where the chain begins now to line `last`, as bytes with their newlines."""
    first, link = begin(organization.pk)
    heads = SignedHead.objects.filter(organization=organization, sequence__gt=first, sequence__lte=last)
    opening = {
        "kind": KIND,
        "organization": str(organization.pk),
        "first": first + 1,
        "last": last,
        "previous": link.hex(),
        "fields": FIELDS,
        "heads": [_head(head) for head in heads.order_by("day")],
    }
    yield _row(json.dumps(opening))
    place = first
    while place < last:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [organization.pk, place, last, BATCH])
            part = cursor.fetchall()
        if not part:
            break
        yield from (_row(f"{bytes(hash_).hex()} {text}") for _, hash_, text in part)
        place = part[-1][0]


def _row(text):
    return text.encode() + b"\n"


def _head(head):
    return {
        "day": str(head.day),
        "sequence": head.sequence,
        "hash": bytes(head.hash).hex(),
        "previous": head.previous,
        "key": head.key_id,
        "signature": bytes(head.signature).hex(),
    }


def verify(source, keys):
    """Check an exported file, open for reading bytes; returns what was found as a sentence.

    `keys` are public keys by fingerprint. Raises `Broken` at the first row that does not fit.
    """
    opening = _opening(source.readline())
    link, number, links = bytes.fromhex(opening["previous"]), opening["first"] - 1, {}
    wanted = {head["sequence"] for head in opening["heads"]}
    for row in source:
        told, _, text = row.rstrip(b"\n").partition(b" ")
        link, number = hashlib.sha256(link + text).digest(), number + 1
        if told != link.hex().encode():
            raise Broken(f"line {number} was changed, or does not continue the line before")
        values = json.loads(text)
        if values[2] != number or values[1] != opening["organization"]:
            raise Broken(f"line {number} belongs somewhere else")
        if number in wanted:
            links[number] = link.hex()
    if number != opening["last"]:
        raise Broken(f"lines {number + 1} to {opening['last']} are missing at the end")
    for head in opening["heads"]:
        _check(head, opening["organization"], links, keys)
    return f"lines {opening['first']} to {number}, unbroken; {len(opening['heads'])} signed heads fit"


def _opening(row):
    try:
        opening = json.loads(row)
        if opening["kind"] == KIND:
            return opening
    except (ValueError, KeyError, TypeError):
        pass
    raise Broken("this is no export of the audit")


def _check(head, organization_id, links, keys):
    text = audit_heads.statement(
        organization_id, head["day"], head["sequence"], bytes.fromhex(head["hash"]), head["previous"]
    )
    if head["key"] not in keys:
        raise Broken(
            f"the head of {head['day']} was signed with a key that is not known here ({head['key']})"
        )
    if not audit_key.fits(keys[head["key"]], bytes.fromhex(head["signature"]), text):
        raise Broken(f"the head of {head['day']} does not carry its signature")
    if links.get(head["sequence"]) != head["hash"]:
        raise Broken(f"line {head['sequence']} is not the one that was signed on {head['day']}")
