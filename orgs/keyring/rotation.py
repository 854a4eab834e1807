"""New secrets, and everything that is sealed brought over to them, a batch at a time (C19).

A new version seals from the moment that it is published; older ones go on opening until nothing lies under
them. Only whoever has the secrets open can seal again, so that the work goes on in requests of an
administrator: each takes a batch, and the next begins where it stopped, whatever happened in between.
"""

from contextlib import suppress
from datetime import timedelta

from django.apps import apps
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func, Max, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _

from orgs import audit, clock
from orgs.models import HouseDuty, KeyGrant, Organization, PublishedKey, RecoveryKit, Resealing
from orgs.models.membership import NotNow
from orgs.rls import SEALED_AGAIN
from orgs.sealing import Doubted, reseal
from orgs.sealing.base import SealedField
from orgs.sealing.keys import to_seal

from . import members, published, vouching

BATCH = 200  # rows
SETTLES = timedelta(minutes=2)  # after which no request is under way that sealed under the version before


def rotate(organization, *, actor, why):
    """Make a new version of the secrets for everybody who holds the present one; returns the `Resealing`.

    `why` is "left", "asked" or "recovered". One that is under way goes on to the newest version from the
    start. Needs the organization's opened secrets. Raises `NotNow` when the keys have just been changed, and
    `Doubted` when the published key is not theirs.

    Whoever has only a row that says that they hold the secrets, and was given them by nobody, is left out,
    and it is said.
    """
    with transaction.atomic():
        row = Organization.objects.select_for_update().get(pk=organization.pk)
        old = to_seal(organization.pk)
        if row.key_version != old.current:
            raise NotNow(_("The keys were changed a moment ago. Look again."))
        if published.judged(row, old).doubted:
            raise Doubted(organization.pk)
        secrets = old.rotated(_next_version(row))
        holders, refused = vouching.parted(old, members.holders(row).filter(has_secrets=True))
        kit = _kit(row)
        if kit and not vouching.was_given(old, kit, old.current, kit.mac):
            refused.append(kit)
            kit = None
        published.publish(organization, secrets, before=old)
        for key in holders:
            members.give(secrets, key=key)
        if kit:
            members.give(secrets, kit=kit)
        for holder in refused:
            vouching.refuse(holder, actor=actor)
        Resealing.objects.filter(organization_id=organization.pk, finished_at=None).update(
            finished_at=clock.now()
        )
        resealing = Resealing.objects.create(
            organization_id=organization.pk,
            version=secrets.current,
            why=why,
            started_at=clock.now(),
            started_by=actor,
        )
        HouseDuty.done(organization.pk, "change_keys")
        audit.write(actor, "rotate_keys", version=secrets.current, why=why)
    return resealing


def _next_version(organization):
    """The number after the present one, and after any that somebody has tried to publish."""
    tried = PublishedKey.objects.filter(organization_id=organization.pk).aggregate(last=Max("version"))
    return max(organization.key_version, tried["last"] or 0) + 1


def _kit(organization):
    current = KeyGrant.objects.filter(kit=OuterRef("pk"), version=organization.key_version)
    kits = RecoveryKit.objects.filter(organization_id=organization.pk)
    return kits.annotate(mac=Subquery(current.values("mac"))).first()


def catch_up(administrator):
    """Change the keys where somebody left while none could be made; needs the secrets opened now (C9, C19).

    Whether they are owed came along with the member, so that no page asks a question more. While the key is
    in doubt, or was changed a moment ago, they stay owed, and the page is answered.
    """
    if not getattr(administrator, "owes_keys", False):
        return
    owed = HouseDuty.objects.filter(organization_id=administrator.organization_id, what="change_keys")
    owed = owed.exclude(since=None)
    with suppress(NotNow, Doubted), transaction.atomic():
        Organization.objects.select_for_update().get(pk=administrator.organization_id)
        if owed.exists():  # another administrator's page may have been first
            rotate(administrator.organization, actor=administrator, why="left")


def under_way(organization):
    """The `Resealing` that is not finished, or None."""
    return Resealing.objects.filter(organization_id=organization.pk, finished_at=None).first()


def sealed_models():
    """Every model with a sealed field, in whichever room it lives, in a fixed order."""
    return sorted(
        (
            model
            for model in apps.get_models()
            if any(isinstance(field, SealedField) for field in model._meta.concrete_fields)
        ),
        key=lambda model: model._meta.db_table,
    )


def left(organization, version):
    """How many rows still lie under another version than `version`."""
    return sum(_old_rows(model, organization.pk, version).count() for model in sealed_models())


def go_on(resealing, *, actor):
    """Seal the next batch; True when nothing is left and the older versions are gone.

    Needs the organization's opened secrets in the version of this resealing.
    """
    organization = resealing.organization
    with transaction.atomic():
        resealing = Resealing.objects.select_for_update().get(pk=resealing.pk)
        if resealing.finished_at:
            return True
        room = BATCH
        for model in sealed_models():
            if model._meta.db_table < resealing.table:
                continue
            last = resealing.last if model._meta.db_table == resealing.table else None
            rows = _old_rows(model, organization.pk, resealing.version).order_by("pk")
            rows = list((rows.filter(pk__gt=last) if last else rows)[:room])
            for row in rows:
                _seal_again(row)
            if rows:
                resealing.table, resealing.last = model._meta.db_table, rows[-1].pk
            room -= len(rows)
            if not room:
                break
        resealing.done += BATCH - room
        if not room:
            resealing.save(update_fields=["table", "last", "done"])
            return False
        return _finish(resealing, organization, actor)


def _finish(resealing, organization, actor):
    """Nothing was left on the way: look once more from the start, then take the older versions away."""
    resealing.table, resealing.last = "", None
    resealing.save(update_fields=["table", "last", "done"])
    if clock.now() - resealing.started_at < SETTLES or left(organization, resealing.version):
        return False
    KeyGrant.objects.filter(organization_id=organization.pk, version__lt=resealing.version).delete()
    resealing.finished_at = clock.now()
    resealing.save(update_fields=["finished_at"])
    audit.write(actor, "finish_rotation", version=resealing.version, rows=resealing.done)
    return True


def _old_rows(model, organization_id, version):
    """The rows of an organization in which any sealed column lies under another version."""
    rows, old = model._base_manager.filter(organization_id=organization_id), Q()
    for field in model._meta.concrete_fields:
        if isinstance(field, SealedField):
            name = f"version_of_{field.name}"
            rows = rows.alias(**{name: VersionOf(field.name)})
            old |= Q(**{f"{name}__isnull": False}) & ~Q(**{name: version.to_bytes(2, "big")})
    return rows.filter(old)


class VersionOf(Func):
    """The two bytes of a sealed column that say under which version of the secrets it lies."""

    function, arity, output_field = "substr", 3, BinaryField()

    def __init__(self, name):
        super().__init__(F(name), Value(2), Value(2))


def _seal_again(row):
    names = reseal(row)
    if not names:
        return
    if row._meta.db_table in SEALED_AGAIN:
        _through_the_owner(row, names)
    else:
        row.save(update_fields=names)
    if hasattr(row, "index"):
        row.index()  # search tokens are keyed by version too


def _through_the_owner(row, names):
    """What its organization may not change is sealed again by the owner's function alone (C14)."""
    for name in names:
        field = row._meta.get_field(name)
        sealed = field.pre_save(row, add=False)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seal_again(%s, %s, %s, %s)",
                [row._meta.db_table, field.column, row.pk, sealed.raw],
            )
