"""How long lines of the audit are kept, and how they leave: in a file, then by the owner's function (C15)."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from . import audit, audit_file, clock
from .audit_chain import begin
from .models import AuditExport, AuditLine

PART = 100_000  # lines in one file, about 50 MB


def lines_of(organization):
    return AuditLine.objects.filter(organization=organization)


def oldest(organization):
    """The first line that is there, or None."""
    return lines_of(organization).order_by("sequence").first()


def last_old(organization):
    """The number of the last line that is older than lines are kept, or None."""
    before = clock.now() - timedelta(days=settings.CAUSEWAY_AUDIT_DAYS)
    old = lines_of(organization).filter(at__lt=before).order_by("-at")
    return old.values_list("sequence", flat=True).first()


def last_of(organization):
    """The number of the newest line, or None."""
    return lines_of(organization).order_by("-sequence").values_list("sequence", flat=True).first()


def export(organization, last, *, actor):
    """The file of the lines from where the chain begins to line `last` (`PART` of them at most).

    Returns (bytes, `AuditExport`), which is the proof that `purge` asks for. With its line in the audit.
    """
    with transaction.atomic():
        first, _ = begin(organization.pk)
        last = min(last, first + PART)
        withheld = {}
        content = b"".join(audit_file.rows(organization, last, withheld))
        entry = lines_of(organization).get(sequence=last)
        made = AuditExport.objects.create(
            organization=organization,
            exported_by=actor,
            first=first + 1,
            last=last,
            hash=entry.hash,
            digest=hashlib.sha256(content).hexdigest(),
            at=clock.now(),
            withheld=withheld,
        )
        audit.write(actor, "export_audit", None, first=first + 1, last=last, digest=made.digest)
    return content, made


def exports_of(organization):
    return AuditExport.objects.filter(organization=organization).select_related("exported_by")


def ready_to_go(exports, cut, old):
    """The number of the last line that is old enough and in an export, or None: `purge` would take it.

    `cut` is the last `AuditCut` or None, `old` what `last_old` said.
    """
    gone = cut.sequence if cut else 0
    reach = max((one.last for one in exports if one.first <= gone + 1 and one.last > gone), default=None)
    return min(reach, old) if reach and old else None


def purge(organization, *, actor):
    """Delete the exported lines that are old enough; returns how many. The database refuses others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_purge(%s)", [settings.CAUSEWAY_AUDIT_DAYS])
        gone = cursor.fetchone()[0]
        if gone:
            audit.write(actor, "purge_audit", None, lines=gone, to=begin(organization.pk)[0])
    return gone
