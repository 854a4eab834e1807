"""Lines of the audit as a file that can be checked alone; lines go into one before they are purged (C15).

The first row says what the file is, as JSON: the organization, the link before the first line, and the signed
heads that lie in it. Each further row is one line of the chain: its hash, a blank, and the text that was
hashed together with the hash before it. `sha256sum` and patience are enough to check it.

Whoever changes a file can compute every hash again; what stops them are the signed heads. So the last two
days alone may stand under none, and told heads, from the mails of those days, must be among them where given.
"""

import hashlib
import json
from datetime import UTC, date, datetime

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


def verify(source, keys, pasted=()):
    """Check an exported file, open for reading bytes; returns what was found as a sentence.

    `keys` are public keys by fingerprint, `pasted` told heads as [(day, code)…]. Raises `Broken` at the first
    row that does not fit, for lines of more than `audit_heads.LATE` under no head, and for a told head of the
    file's days that is not in it.
    """
    opening = _opening(source.readline())
    link, number, links = bytes.fromhex(opening["previous"]), opening["first"] - 1, {}
    heads = {head["sequence"]: head for head in opening["heads"]}
    times = []  # of the first line, of each that was signed, of the last
    for row in source:
        told, _, text = row.rstrip(b"\n").partition(b" ")
        link, number = hashlib.sha256(link + text).digest(), number + 1
        if told != link.hex().encode():
            raise Broken(f"line {number} was changed, or does not continue the line before")
        values = json.loads(text)
        if values[2] != number or values[1] != opening["organization"]:
            raise Broken(f"line {number} belongs somewhere else")
        if number in heads:
            links[number] = link.hex()
        if number in heads or number in (opening["first"], opening["last"]):
            times.append((number, values[3]))
    if number != opening["last"]:
        raise Broken(f"lines {number + 1} to {opening['last']} are missing at the end")
    for head in opening["heads"]:
        _check(head, opening["organization"], links, keys)
    _check_end(times, heads)
    among = _check_told(opening, times, pasted)
    return f"lines {opening['first']} to {number}, unbroken; {len(heads)} signed heads fit{among}"


def _check_end(times, heads):
    """What lies under a signed head stands; lines that no head covers may have been computed again."""
    covered = [one for one in times if one[0] in heads] or times[:1]
    if times and times[-1][1] - covered[-1][1] > audit_heads.LATE.total_seconds() * 1_000_000:
        raise Broken(f"no signed head covers the more than two days after line {covered[-1][0]}")


def _check_told(opening, times, pasted):
    """Each told head of the days of the file is in it; returns how many, in words."""
    codes = {(head["day"], _code(opening, head)) for head in opening["heads"]}
    if not times:
        return ""
    first, last = (datetime.fromtimestamp(times[place][1] / 1_000_000, UTC).date() for place in (0, -1))
    of_its_days = [one for one in pasted if first < date.fromisoformat(one[0]) < last]
    if missing := audit_heads.unknown(of_its_days, codes):
        raise Broken(missing[0].replace("in no chain", "not in this file"))
    return f"; {len(codes & set(pasted))} told heads are among them" if pasted else ""


def _code(opening, head):
    return audit_heads.code_of(_statement(opening["organization"], head))


def _statement(organization_id, head):
    return audit_heads.statement(
        organization_id, head["day"], head["sequence"], bytes.fromhex(head["hash"]), head["previous"]
    )


def _opening(row):
    try:
        opening = json.loads(row)
        if opening["kind"] == KIND:
            return opening
    except (ValueError, KeyError, TypeError):
        pass
    raise Broken("this is no export of the audit")


def _check(head, organization_id, links, keys):
    text = _statement(organization_id, head)
    if head["key"] not in keys:
        raise Broken(
            f"the head of {head['day']} was signed with a key that is not known here ({head['key']})"
        )
    if not audit_key.fits(keys[head["key"]], bytes.fromhex(head["signature"]), text):
        raise Broken(f"the head of {head['day']} does not carry its signature")
    if links.get(head["sequence"]) != head["hash"]:
        raise Broken(f"line {head['sequence']} is not the one that was signed on {head['day']}")
