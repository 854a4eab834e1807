"""Is the chain whole? Every hash is computed again in the database, a batch at a time (C14).

A chain of which old lines were exported and purged (C15) begins at its last cut.
"""

from typing import NamedTuple

from django.db import connection

from .models import AuditCut

BATCH = 20_000

# For lines after a known one: whether each hash is that of its line, each link that of the line before, and
# no number is missing. Comes back as one row a batch.
LINKS = """
WITH part AS (
    SELECT l.sequence, l.hash, l.previous, audit_line_hash(l) AS again,
           lag(l.sequence, 1, %(sequence)s) OVER w AS sequence_before,
           lag(l.hash, 1, %(hash)s) OVER w AS hash_before
    FROM orgs_auditline l WHERE l.organization_id = %(organization)s AND l.sequence > %(sequence)s
    WINDOW w AS (ORDER BY l.sequence) ORDER BY l.sequence LIMIT %(batch)s),
bad AS (
    SELECT sequence, sequence_before,
           CASE WHEN sequence <> sequence_before + 1 THEN 'gap'
                WHEN previous IS DISTINCT FROM hash_before THEN 'cut'
                WHEN hash IS DISTINCT FROM again THEN 'changed' END AS fault
    FROM part)
SELECT (SELECT count(*) FROM part), (SELECT max(sequence) FROM part),
       (SELECT hash FROM part ORDER BY sequence DESC LIMIT 1), b.sequence, b.sequence_before, b.fault
FROM (SELECT 1) one LEFT JOIN LATERAL
     (SELECT * FROM bad WHERE fault IS NOT NULL ORDER BY sequence LIMIT 1) b ON true
"""
# Lines that a trigger never numbered, or that came back after they were purged, lie before the first one.
STRAY = "SELECT count(*) FROM orgs_auditline WHERE organization_id = %s AND sequence <= %s"

# The last line and the head as they are at one instant.
TAIL = """
SELECT (SELECT coalesce(max(sequence), 0) FROM orgs_auditline WHERE organization_id = %s), h.sequence, h.hash
FROM (SELECT 1) one LEFT JOIN audit_head() h ON true
"""


class Chain(NamedTuple):
    """What was found: how many lines, the last link, and the first fault as a sentence ("" when whole)."""

    lines: int
    sequence: int
    hash: bytes
    fault: str


def verify(organization_id, batch=BATCH):
    """Walk the chain of the acting organization, `batch` lines at a time; returns a `Chain`.

    Raises `ValueError` for a batch of less than one line, which would never come to the end.
    """
    if batch < 1:
        raise ValueError("A batch has one line at least.")
    with connection.cursor() as cursor:
        lines, sequence, link = 0, *begin(organization_id)
        cursor.execute(STRAY, [organization_id, sequence])
        if cursor.fetchone()[0]:
            return Chain(lines, sequence, link, "a line without a number in the chain")
        while True:
            known = {"organization": organization_id, "sequence": sequence, "hash": link, "batch": batch}
            cursor.execute(LINKS, known)
            count, last, hash_of_last, bad, before, fault = cursor.fetchone()
            if fault:
                return Chain(lines + count, sequence, link, _said(bad, before, fault))
            lines += count
            if count:
                sequence, link = last, bytes(hash_of_last)
            if count < batch:
                cursor.execute(TAIL, [organization_id])
                last, *head = cursor.fetchone()
                if last <= sequence:  # else somebody wrote meanwhile, and the walk goes on
                    return Chain(lines, sequence, link, _tail(sequence, link, *head))


def last_cut(organization_id):
    """The cut where the chain begins now, or None."""
    return AuditCut.objects.filter(organization_id=organization_id).order_by("-sequence").first()


def begin(organization_id):
    """(number, link) of what comes before the first line that is there."""
    cut = last_cut(organization_id)
    if cut:
        return cut.sequence, bytes(cut.hash)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sha256(convert_to(%s, 'UTF8'))", [str(organization_id)])
        return 0, bytes(cursor.fetchone()[0])


def _said(bad, before, fault):
    if fault == "gap":
        return f"gap: line {bad} follows line {before}"
    if fault == "cut":
        return f"line {bad} does not continue line {before}"
    return f"line {bad} was changed"


def _tail(sequence, link, head, head_link):
    """What the head says of the end of the chain."""
    if head is None:
        return "" if sequence == 0 else "the head is missing"
    if head > sequence:
        return f"gap: lines {sequence + 1} to {head} are missing at the end"
    if head < sequence or bytes(head_link) != link:
        return f"line {sequence} is not the one that the head knows"
    return ""
