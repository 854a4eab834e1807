"""Guardian's rows against the policy of which they are an index: compared every night, rebuilt by a command.

Everything here acts for one organization at a time, and reads records a batch at a time: two queries for
the grants of a batch, whatever its size.
"""

from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Value

from . import access, audit, outbox
from .models import User
from .record import Record
from .roles import groups_of
from .tenancy import current

BATCH = 500


class Differences(NamedTuple):
    """How many rows the index has too few of and too many, by model name; members are counted as "user"."""

    missing: dict
    stale: dict

    @property
    def any(self):
        return bool(self.missing or self.stale)

    def as_details(self):
        """For the audit line: figures and model names."""
        return {"missing": dict(self.missing), "stale": dict(self.stale)}


def record_models():
    """Every model with a policy, in whichever room it lives."""
    return sorted(
        (model for model in apps.get_models() if issubclass(model, Record)), key=lambda m: m._meta.label
    )


def compare(organization_id, *, repair=False):
    """The differences in the acting organization; with `repair` they are gone afterwards."""
    found = Differences(defaultdict(int), defaultdict(int))
    for model in record_models():
        _compare_model(model, organization_id, repair, found)
    _compare_members(organization_id, repair, found)
    return Differences(dict(found.missing), dict(found.stale))


def _compare_model(model, organization_id, repair, found):
    name, last = model._meta.model_name, None
    while True:
        with transaction.atomic():
            rows = with_named(model).order_by("pk")
            if repair:
                rows = rows.select_for_update(of=("self",))
            records = list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH])
            if not records:
                break
            last = records[-1].pk
            _compare_batch(model, records, organization_id, repair, found, name)
    with transaction.atomic():
        for table in (model.user_grants, model.group_grants):
            rows = table.rel.related_model.objects.filter(organization_id=organization_id)
            orphans = rows.exclude(Exists(model._base_manager.filter(pk=OuterRef("content_object_id"))))
            count = orphans.delete()[0] if repair else orphans.count()
            if count:
                found.stale[name] += count


def named_by_policy(model):
    """Foreign keys to other records, which a policy may look through (a release's case)."""
    return [f.name for f in model._meta.fields if f.is_relation and issubclass(f.related_model, Record)]


def with_named(model):
    """The rows of a model with the records that its policy looks through, and no others.

    Without a name `select_related` would join every foreign key, and leave out a row of which one lies behind
    a wall: a handoff, say, whose sender's advocate its receiver does not see.
    """
    named = named_by_policy(model)
    return model._base_manager.select_related(*named) if named else model._base_manager.all()


def _compare_batch(model, records, organization_id, repair, found, name):
    standing = _standing(model, records, organization_id)
    for kind, table in (("user", model.user_grants), ("group", model.group_grants)):
        Grant, missing, stale = table.rel.related_model, [], []
        for record in records:
            wanted = {row for row in access.wanted(record, organization_id) if row[0] == kind}
            have = {row: pk for row, pk in standing[record.pk].items() if row[0] == kind}
            stale += [pk for row, pk in have.items() if row not in wanted]
            missing += [
                Grant(
                    content_object=record,
                    organization_id=organization_id,
                    permission_id=permission,
                    **access.as_columns(kind, holder, until),
                )
                for _kind, holder, permission, until in wanted - have.keys()
            ]
        if missing:
            found.missing[name] += len(missing)
        if stale:
            found.stale[name] += len(stale)
        if repair:
            Grant.objects.filter(pk__in=stale).delete()
            Grant.objects.bulk_create(missing)


def _standing(model, records, organization_id):
    """{record: {(kind, holder, permission, until): primary key}} for a batch, in two queries."""
    rows = defaultdict(dict)
    for kind, table in (("user", model.user_grants), ("group", model.group_grants)):
        grants = table.rel.related_model.objects.filter(
            organization_id=organization_id, content_object__in=[record.pk for record in records]
        )
        ends = F("until") if kind == "user" else Value(None, DateTimeField())
        for pk, record, holder, permission, until in grants.annotate(ends=ends).values_list(
            "pk", "content_object_id", f"{kind}_id", "permission_id", "ends"
        ):
            rows[record][kind, holder, permission, until] = pk
    return rows


def _compare_members(organization_id, repair, found):
    """Whether each member is in the groups of their role and unit, and in no other."""
    with transaction.atomic():
        for member in User.objects.filter(organization_id=organization_id).prefetch_related("groups"):
            have = {group.pk for group in member.groups.all()}
            wanted = set(groups_of(member)) if member.is_active else set()
            if wanted - have:
                found.missing["user"] += len(wanted - have)
            if have - wanted:
                found.stale["user"] += len(have - wanted)
            if repair and have != wanted:
                member.settle_groups()


def report(differences):
    """A difference is an incident: a line in the audit, and a reminder to the administrators."""
    with transaction.atomic():
        organization_id = current.get()
        audit.write(None, "compare_access", None, outcome="failed", **differences.as_details())
        outbox.tell_administrators(organization_id, kind="incident")
