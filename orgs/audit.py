"""One line for every act, in the transaction of the act; no line, no act (C11-C14).

Sequence, time, and the hash that chains a line to the one before it are made by a trigger that belongs to
the owner role (`orgs/migrations/0002_audit_chain.py`); the application can only insert.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from .models.audit import AuditLine
from .tenancy import acting_for, current

CROSSING = 0x63726F73  # any number that nobody else locks
_request = ContextVar("audit_request", default=None)


class Trail:
    """What one request leaves: where it came from, and lines that wait for its end.

    `reads` are written at the end of the request's transaction, because a line holds the chain's lock until
    the commit; `denials` after it, because a denial rolls the rest back. `opened` are the records that the
    door let through, with the permission; a page that shows one leaves a line, whether its view says so or
    not, and so does one that looked through records of a model (`looked`).
    """

    def __init__(self, address="", reference=""):
        self.address, self.reference = address, reference
        self.reads, self.denials = [], []
        self.opened, self.told, self.looked = {}, set(), None

    def write_reads(self, shown=True):
        """Write what was read. `shown`: the response is a page, and not only the way to another."""
        if shown:
            for key, (member, record, _) in self.opened.items():
                if key not in self.told:
                    viewed(member, record)
            if self.looked and not self.told and not self.reads:
                viewed(*self.looked, "list")
        AuditLine.objects.bulk_create(self.reads)
        self.reads = []

    def write_denials(self):
        """Each line under the tenant of its own chain: an unknown address goes into the operator's."""
        for organization_id in {entry.organization_id for entry in self.denials}:
            with acting_for(organization_id):
                AuditLine.objects.bulk_create(
                    [entry for entry in self.denials if entry.organization_id == organization_id]
                )
        self.denials = []


@contextmanager
def trail(address="", reference=""):
    """Collect the lines of one request; yields its `Trail`."""
    token = _request.set(Trail(address, reference))
    try:
        yield _request.get()
    finally:
        _request.reset(token)


@contextmanager
def unseen():
    """What is asked for in here is built and looked at by nobody: it leaves no line of the request."""
    token = _request.set(None)
    try:
        yield
    finally:
        _request.reset(token)


def line(
    actor, verb, record=None, *, outcome="done", permission="", organization_id=None, label="", **details
):
    """An unsaved line. `record` is a record, a model class or None; `details` are codes, never content.

    Where there is no record at hand, `label` is the number or reference of the one that it is about.
    """
    came = _request.get()
    where = organization_id or current.get() or getattr(actor, "organization_id", None)
    known = record is not None and not isinstance(record, type)
    if came and known:
        came.told.add(record.pk)
        _, _, used = came.opened.get(record.pk, (None, None, ""))
        permission = permission or used
    return AuditLine(
        organization_id=where,
        actor_id=getattr(actor, "pk", None),
        actor_name=getattr(actor, "name", ""),
        role=getattr(actor, "role", ""),
        verb=verb,
        subject_type=record._meta.model_name if record is not None else "",
        subject_id=record.pk if known else None,
        subject_label=((getattr(record, "label", "") if known else label) or "")[:40],
        outcome=outcome,
        permission=permission,
        address=came.address if came else "",
        request=came.reference if came else "",
        details=details,
    )


def write(actor, verb, record=None, **details):
    """Write a line now. `actor` is a member, or None where the clock acted."""
    line(actor, verb, record, **details).save(force_insert=True)


def crossing():
    """Before a transaction writes to the chains of two organizations: one such transaction at a time.

    Two of them that took the chains in different orders would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CROSSING])


def viewed(actor, record, verb="view", **details):
    """A member saw a record (or, with `verb`, printed, searched or listed); written as the request ends."""
    came = _request.get()
    if getattr(record, "state", "") and not isinstance(record, type):
        details.setdefault("state", record.state)
    entry = line(actor, verb, record, **details)
    if came:
        came.reads.append(entry)
    else:
        entry.save(force_insert=True)


def opened(member, record, permission):
    """The door has let a member through to a record; `permission` says which one, and under what grant."""
    came = _request.get()
    if came:
        came.opened[record.pk] = member, record, permission


def looked(member, model):
    """A member has asked for many records of a model, of which a page may show some."""
    came = _request.get()
    if came and not came.looked:
        came.looked = member, model


def denied(actor, verb, model, why, record=None):
    """A door stayed shut; written after the request is rolled back, so that the attempt is on record."""
    came = _request.get()
    if came and getattr(actor, "is_authenticated", False):
        came.denials.append(line(actor, verb, record or model, outcome="denied", why=why))


def bystander(actor, verb, **details):
    """A line that stays even if the request is rolled back, like a failed sign-in."""
    came = _request.get()
    entry = line(actor, verb, None, **details)
    if came:
        came.denials.append(entry)
    else:
        entry.save(force_insert=True)
