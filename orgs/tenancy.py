"""Which organization the running code acts for, and the base of everything that belongs to one.

PostgreSQL holds the wall (`orgs.rls`): this module only says on which side of it we stand.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import uuid_utils.compat
from django.db import connection, models
from psycopg.pq import TransactionStatus

current = ContextVar("organization", default=None)


@contextmanager
def acting_for(organization_id):
    """Act for one organization while the block runs, in new transactions and in one that is under way.

    `organization_id` is a UUID, or None for nobody. On the way out the organization from before acts again.
    """
    token = current.set(_as_id(organization_id))
    try:
        _tell()
        yield
    finally:
        current.reset(token)
        _tell()


def act_for(organization_id):
    """Act for one organization for the rest of the running request or task (sign-in learns it midway)."""
    current.set(_as_id(organization_id))
    _tell()


def _as_id(organization_id):
    """A session and a task know it as text; everywhere else it is compared as a UUID."""
    return UUID(organization_id) if isinstance(organization_id, str) else organization_id


def _tell():
    """Repeat the tenant to a transaction that has already begun; a broken one is rolled back anyway."""
    if connection.connection is None or not connection.in_atomic_block or connection.needs_rollback:
        return
    if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
        connection.tell_tenant()


def new_id():
    """A UUID that sorts by the time it was made (version 7), known before the row is written."""
    return uuid_utils.compat.uuid7()


class TenantModel(models.Model):
    """A row of one organization. Row-level security is put on its table after every migration."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")

    class Meta:
        abstract = True
