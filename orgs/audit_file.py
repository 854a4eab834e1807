"""Lines of the audit as a file that can be checked alone; lines go into one before they are purged (C15).

The first row says what the file is, as JSON: the organization, the link before the first line, and the signed
heads that lie in it. Each further row is one line of the chain: its hash, a blank, and the text that was
hashed together with the hash before it. `sha256sum` and patience are enough to check it.

A line about what an administrator is walled from has the word "withheld" in the place of its text (R42):
whoever has the file reads nothing of it. Nothing is lost: the text lies with the export, sealed to the
organization (`AuditExport.withheld`), and with it (`verify` with `withheld`) each hash is computed. Without
it the hash is taken as it stands, and must lead to the next line that can be read.

Whoever changes a file can compute every hash again; what stops them are the signed heads. So the last two
days alone may stand under none, and told heads, from the mails of those days, must be among them where given.
"""

import hashlib
import json
from datetime import UTC, date, datetime

from django.db import connection

from . import audit_heads, audit_key, audit_search
from .audit_chain import begin
from .models import SignedHead, User
from .roles import Role

KIND = "causeway audit 2"
KINDS = ("causeway audit 1", KIND)  # in the first nothing was withheld
WITHHELD = b"withheld"
FIELDS = (
    "id organization sequence microseconds actor actor_name role verb subject_type subject subject_label "
    "outcome permission address request details"
).split()
BATCH = 5000
ROWS = """
SELECT sequence, hash, audit_line_text(l), subject_id, subject_label, verb, details->>'member', details->>'of'
FROM orgs_auditline l
WHERE organization_id = %s AND sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s
"""


class Broken(Exception):
    """A file that is not what it says; the message says where it breaks."""


def rows(organization, last, withheld):
    """The rows of the file from where the chain begins now to line `last`, as bytes with their newlines.

    Into `withheld`, a dict, go the texts that the file does not show, by number.
    """
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
    is_hidden = hidden_in(organization)
    place = first
    while place < last:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [organization.pk, place, last, BATCH])
            part = cursor.fetchall()
        if not part:
            break
        for number, hash_, text, *about in part:
            if is_hidden(*about):
                withheld[str(number)], text = text, WITHHELD.decode()
            yield _row(f"{bytes(hash_).hex()} {text}")
        place = part[-1][0]


def hidden_in(organization):
    """Which lines no file shows: those that any administrator, here or gone, may not read."""
    administrators = User.objects.filter(organization=organization, role=Role.ADMINISTRATOR)
    members = list(administrators)
    labels = audit_search.hidden_from(*members)
    subjects = set(audit_search.subjects_hidden_from(*members).values_list("hidden", flat=True))

    def is_hidden(subject, label, verb, member, of):
        if subject in subjects or (labels & {label, of}):
            return True
        return audit_search.says_who_is_walled(verb, {"member": member or ""})

    return is_hidden


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


def verify(source, keys, pasted=(), withheld=None):
    """Check an exported file, open for reading bytes; returns what was found as a sentence.

    `keys` are public keys by fingerprint, `pasted` told heads as [(day, code)…]; `withheld` are the texts
    that it does not show, by number, so that they are checked too. Raises `Broken` at the first row that does
    not fit, for lines of more than `audit_heads.LATE` under no head, and for a told head of the file's days
    that is not in it.
    """
    opening = _opening(source.readline())
    link, number, links, unread = bytes.fromhex(opening["previous"]), opening["first"] - 1, {}, 0
    heads = {head["sequence"]: head for head in opening["heads"]}
    times, newest = {}, {}  # of each line that can be read and is the first, the last, or signed
    for row in source:
        told, _, text = row.rstrip(b"\n").partition(b" ")
        number += 1
        if text == WITHHELD and withheld is None:
            link, unread = _taken(told, number), unread + 1
            if number in heads:
                links[number] = link.hex()
            continue
        if text == WITHHELD:
            text = withheld.get(str(number), "").encode()
        link = hashlib.sha256(link + text).digest()
        if told != link.hex().encode():
            raise Broken(f"line {number} was changed, or does not continue the line before")
        values = json.loads(text)
        if values[2] != number or values[1] != opening["organization"]:
            raise Broken(f"line {number} belongs somewhere else")
        if number in heads:
            links[number] = link.hex()
        if number in heads or not times:
            times[number] = values[3]
        newest = {number: values[3]}
    if number != opening["last"]:
        raise Broken(f"lines {number + 1} to {opening['last']} are missing at the end")
    for head in opening["heads"]:
        _check(head, opening["organization"], links, keys)
    times |= newest
    _check_end(times, heads)
    among = _check_told(opening, times, pasted)
    said = f"lines {opening['first']} to {number}, unbroken; {len(heads)} signed heads fit{among}"
    return f"{said}; {unread} lines are withheld, their hashes taken as they stand" if unread else said


def _check_end(times, heads):
    """What lies under a signed head stands; lines that no head covers may have been computed again."""
    if not times:
        return
    covered = max((line for line in times if line in heads), default=min(times))
    if times[max(times)] - times[covered] > audit_heads.LATE.total_seconds() * 1_000_000:
        raise Broken(f"no signed head covers the more than two days after line {covered}")


def _check_told(opening, times, pasted):
    """Each told head of the days of the file is in it; returns how many, in words."""
    codes = {(head["day"], _code(opening, head)) for head in opening["heads"]}
    if not times:
        return ""
    ends = (times[min(times)], times[max(times)])
    first, last = (datetime.fromtimestamp(moment / 1_000_000, UTC).date() for moment in ends)
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


def _taken(told, number):
    try:
        link = bytes.fromhex(told.decode())
    except ValueError:
        link = b""
    if len(link) != hashlib.sha256().digest_size:
        raise Broken(f"line {number} has no hash")
    return link


def _opening(row):
    try:
        opening = json.loads(row)
        if opening["kind"] in KINDS:
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
