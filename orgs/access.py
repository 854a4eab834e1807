"""The one door: who may see and do what.

Each app's `access.py` says its policy as pure functions from a record to `Grant`s. The rows in guardian's
tables are an index of that policy; they are written here and nowhere else.
"""

from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.http import Http404
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from . import audit
from .clock import Now
from .compiled import compiled, compiled_first
from .roles import role_group, unit_group


class Grant(NamedTuple):
    """One holder ("user", "role" or "unit" and its id or name) and the verbs that it may do.

    `until` is the aware moment at which one to a member ends by itself, whether or not any worker runs.
    """

    kind: str
    holder: object
    verbs: tuple
    organization_id: object = None  # the side it belongs to, where a record has two
    until: object = None


def user(user_id, *verbs, of=None, until=None):
    return Grant("user", user_id, verbs, of, until)


def role(name, *verbs, of=None):
    return Grant("role", name, verbs, of)


def unit(unit_id, *verbs, of=None):
    return Grant("unit", unit_id, verbs, of)


class UserGrant(UserObjectPermissionBase):
    """Guardian's row for one member and one record, with the organization that walls it."""

    organization = models.ForeignKey("orgs.Organization", models.CASCADE, related_name="+")
    until = models.DateTimeField(null=True)  # given for a while: it opens nothing from this moment on

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class GroupGrant(GroupObjectPermissionBase):
    """The same for a role's group."""

    organization = models.ForeignKey("orgs.Organization", models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


@cache
def permission_ids(model):
    """The ids of a model's permissions by codename; they never change while a process lives."""
    mine = Permission.objects.filter(
        content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
    )
    return dict(mine.values_list("codename", "pk"))


def codename(verb, model):
    return verb if verb.endswith(f"_{model._meta.model_name}") else f"{verb}_{model._meta.model_name}"


def wanted(record, organization_id):
    """What the policy says for one side: {("user"|"group", holder id, permission id, until)}.

    Whoever holds a permission for good and for a while holds it for good.
    """
    ids, model = permission_ids(type(record)), type(record)
    rows = {}
    for grant in record.grants():
        if (grant.organization_id or record.organization_id) != organization_id or grant.holder is None:
            continue
        if grant.kind == "user":
            kind, holder = "user", grant.holder
        elif grant.kind == "role":
            kind, holder = "group", role_group(organization_id, grant.holder)
        else:
            kind, holder = "group", unit_group(grant.holder)
        for verb in grant.verbs:
            row = kind, holder, ids[codename(verb, model)]
            rows[row] = _longer(rows.get(row, grant.until), grant.until)
    return {(*row, until) for row, until in rows.items()}


def _longer(one, other):
    """The later of two ends; None is no end."""
    return None if None in (one, other) else max(one, other)


def standing(record, organization_id):
    """The rows that stand for one side: {(kind, holder id, permission id, until): primary key}."""
    users = record.user_grants.filter(organization_id=organization_id).annotate(
        kind=Value("user"), holder=Cast("user_id", TextField()), ends=F("until")
    )
    groups = record.group_grants.filter(organization_id=organization_id).annotate(
        kind=Value("group"),
        holder=Cast("group_id", TextField()),
        ends=Value(None, models.DateTimeField()),
    )
    columns = ("kind", "holder", "permission_id", "ends", "pk")
    of = {"user": UUID, "group": int}
    return {
        (kind, of[kind](holder), permission, ends): pk
        for kind, holder, permission, ends, pk in users.values_list(*columns).union(
            groups.values_list(*columns), all=True
        )
    }


def settle(record, organization_id):
    """Write the difference between the grants that stand and those that the record's policy yields."""
    stand, want = standing(record, organization_id), wanted(record, organization_id)
    for kind, table in (("user", record.user_grants), ("group", record.group_grants)):
        stale = [pk for row, pk in stand.items() if row[0] == kind and row not in want]
        missing = [row for row in want - stand.keys() if row[0] == kind]
        if stale:
            table.filter(pk__in=stale).delete()
        if missing:
            table.model.objects.bulk_create(
                table.model(
                    content_object=record,
                    organization_id=organization_id,
                    permission_id=permission,
                    **as_columns(kind, holder, until),
                )
                for _, holder, permission, until in missing
            )


def as_columns(kind, holder, until):
    """The columns of one grant that tell whose it is, and how long; a role's has no end."""
    return {"user_id": holder, "until": until} if kind == "user" else {"group_id": holder}


STANDS = Q(until=None) | Q(until__gt=Now())  # a member's grant that opens something at this moment


# Theirs, or for as long as they stand in for somebody.
GIVEN = Case(When(until=None, then=Value("name")), default=Value("cover"))


class ByRow(Exists):
    """An EXISTS that PostgreSQL asks for each row that it looks at.

    Left to itself it may read every grant that a group was ever given and hash them, because it takes a list
    of ten to be one of thousands; `OFFSET 0` says no to that. What a list costs then grows with the list.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def held(model, member, verb):
    """A condition: this member holds `verb` on the row, by a grant of their own or of one of their groups."""
    permission = permission_ids(model).get(codename(verb, model))
    mine = model.user_grants.rel.related_model.objects.filter(
        STANDS, content_object=OuterRef("pk"), user_id=member.pk, permission_id=permission
    )
    ours = model.group_grants.rel.related_model.objects.filter(
        content_object=OuterRef("pk"), group_id__in=member.group_ids, permission_id=permission
    )
    return ByRow(mine) | ByRow(ours)


class RecordQuerySet(models.QuerySet):
    """The way to many records: `visible_to` first, then names that say what is asked for."""

    def visible_to(self, member, verb="view", *, in_emergency=False):
        """The rows on which this member holds `verb`, less those from which they are walled.

        `in_emergency` adds, for looking alone, what the member has broken the glass over (R32), each row
        with `opened`: whether it is so. A list, a count and a search never ask for that.
        """
        if not member.is_authenticated or not member.is_active or member.role in self.model.SHUT_TO:
            return self.none()
        audit.looked(member, self.model)
        may, glass = held(self.model, member, verb), None
        if in_emergency and verb == "view":
            glass = self.model.in_emergency(member)
        if glass is None:
            rows = self.filter(may)
        else:
            rows = self.filter(may | glass).annotate(opened=ExpressionWrapper(Q(glass), BooleanField()))
        wall = self.model.behind_wall(member)
        return rows if wall is None else rows.exclude(wall)


def get_permitted(member, permission, model, *, in_emergency=False, **key):
    """One record by its key, or the answer that its door gives.

    `permission` is a codename ("acknowledge_referral"), `model` a model or what is `lasting` of one. Raises
    `Http404` for a stranger, as for what does not exist (R6), and `PermissionDenied` for one who may look
    but not do this. The record comes with `may`: the verbs that this member holds on it.

    `in_emergency` is for the few pages that open by breaking the glass (R32); such a record comes with
    `by_glass` true and nothing but "view" in `may`.
    """
    rows, model = model, model if isinstance(model, type) else model.model
    if rows is not model and not hasattr(rows, "lasting"):
        raise TypeError("A queryset to look up a record in is made once, by a module, and marked `lasting`.")
    verb = permission.removesuffix(f"_{model._meta.model_name}")
    record = _found(member, rows, model, in_emergency, key)
    if record is None:
        audit.denied(member, verb, model, "unseen")
        raise Http404
    held_by = grounds_of(member, record)
    record.may = set(held_by)
    record.by_glass = bool(getattr(record, "opened", False)) and "view" not in record.may
    if record.by_glass:
        record.may = {"view"}
    if verb not in record.may:
        audit.denied(member, verb, model, "refused", record)
        raise PermissionDenied
    audit.opened(member, record, f"{permission} by {held_by.get(verb, 'emergency')}")
    return record


def lasting(rows, model=None):
    """Mark a queryset that a module keeps: `get_permitted` puts its question into SQL once, as for a model.

    `rows` may be a function from a member to one, of the named model.
    """
    rows.lasting = True
    rows.model = model or rows.model
    return rows


def _found(member, rows, model, in_emergency, key):
    """The first of `rows` with this key that a member may see, or None."""
    if any("\0" in str(value) for value in key.values()):
        return None  # an address with a null byte can be of nothing, and PostgreSQL would refuse to look
    if not member.is_authenticated or not member.is_active:
        return None
    if member.role not in model.SHUT_TO:
        audit.looked(member, model)
    names = tuple(sorted(key))
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
    given = [field.to_python(key[name]) for name, field in zip(names, fields, strict=True)]
    return _finder(rows, in_emergency, names)(member, *given)


@cache
def _finder(rows, in_emergency, names):
    """A function from a member and the values of a key to the record; made once for what a module keeps."""

    @compiled_first
    def found(member, *values):
        of = rows._default_manager.all() if isinstance(rows, type) else rows
        of = of if isinstance(of, QuerySet) else of(member)
        key = dict(zip(names, values, strict=True))
        return of.visible_to(member, in_emergency=in_emergency).filter(**key)

    return found


@cache
def _grounds(model):
    """A function from a member and a record's id to (permission, ground) of what is held on it."""
    mine, ours = model.user_grants.rel.related_model.objects, model.group_grants.rel.related_model.objects
    columns = ("permission_id", "ground")

    @compiled
    def held_on(member, pk):
        named = mine.filter(STANDS, content_object=pk, user_id=member.pk).annotate(ground=GIVEN)
        shared = ours.filter(content_object=pk, group_id__in=member.group_ids).annotate(ground=Value("role"))
        return named.values_list(*columns).union(shared.values_list(*columns))

    return held_on


def grounds_of(member, record):
    """{verb: ground} of what a member holds on a record, as guardian's tables have it, in one query.

    The ground is "name" for a grant to this member (who was assigned, asked, filed it), "cover" where they
    stand in for somebody who is away, "role" for one to everybody in a role or a unit's lead.
    """
    names = {pk: name for name, pk in permission_ids(type(record)).items()}
    rows, suffix, found = _grounds(type(record))(member, record.pk), f"_{record._meta.model_name}", {}
    for pk, ground in sorted(rows, key=lambda row: row[1], reverse=True):  # "name" has the last word
        if pk in names:
            found[names[pk].removesuffix(suffix)] = ground
    return found


def verbs_of(member, record):
    """The verbs that a member holds on a record."""
    return set(grounds_of(member, record))


__all__ = [
    "Grant",
    "GroupGrant",
    "Q",
    "RecordQuerySet",
    "UserGrant",
    "get_permitted",
    "lasting",
    "role",
    "settle",
    "unit",
    "user",
    "verbs_of",
]
