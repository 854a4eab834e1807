"""What somebody can do to the audit who has every right in its database, and a chain that is a year old."""

import os
import uuid

import psycopg
from django.db import connection

from orgs import audit, audit_heads

REBUILD = """
DO $$
DECLARE l orgs_auditline; link bytea; place bigint := 0;
BEGIN
    SELECT coalesce((SELECT hash FROM orgs_auditcut c WHERE c.organization_id = '{ours}'
                     ORDER BY sequence DESC LIMIT 1), sha256(convert_to('{ours}', 'UTF8'))) INTO link;
    SELECT coalesce(max(sequence), 0) INTO place FROM orgs_auditcut c WHERE c.organization_id = '{ours}';
    FOR l IN SELECT * FROM orgs_auditline WHERE organization_id = '{ours}' ORDER BY sequence LOOP
        place := place + 1;
        UPDATE orgs_auditline SET sequence = -place WHERE id = l.id;
        UPDATE orgs_auditline SET sequence = place, previous = link WHERE id = l.id;
        UPDATE orgs_auditline x SET hash = audit_line_hash(x) WHERE id = l.id RETURNING hash INTO link;
    END LOOP;
    UPDATE orgs_audithead SET sequence = place, hash = link WHERE organization_id = '{ours}';
END $$;
"""
TABLES = ("orgs_auditline", "orgs_audithead", "orgs_signedhead", "orgs_auditcut", "orgs_auditexport")


def as_owner(*statements):
    """Run statements past triggers and walls."""
    where = {"dbname": connection.settings_dict["NAME"], "autocommit": True}
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], **where) as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE orgs_auditline DISABLE TRIGGER audit_is_kept")
        for statement in statements:
            owner.execute(statement)
        owner.execute("ALTER TABLE orgs_auditline ENABLE TRIGGER audit_is_kept")
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def rebuild(organization, *changes, then=()):
    """Change lines, then number and hash the whole chain again, so that it is whole in itself.

    `{ours}` in a statement of `changes` is the condition for the lines of the organization.
    """
    as_owner(
        *(change.replace("{ours}", f"organization_id = '{organization.pk}'") for change in changes),
        REBUILD.replace("{ours}", str(organization.pk)),
        *then,
    )


def write(world, count, verb="view"):
    with world.acting(world.stx.advocate):
        for _ in range(count):
            audit.write(world.stx.advocate, verb)


def sign(world, organization=None, days_ago=0):
    """Sign today's head, as the worker does, or one of so many days ago; returns it."""
    from django.db import transaction

    from orgs.tenancy import acting_for

    organization = organization or world.stx.organization
    if days_ago:
        moment = world.now
        world.forward(days=-days_ago)
        try:
            return sign(world, organization)
        finally:
            world.hold(moment)
    with acting_for(organization.pk), transaction.atomic():
        return audit_heads.sign(organization)


def old(world, days=400):
    """Make all lines of the first island look as if written so many days ago, in a whole chain."""
    rebuild(
        world.stx.organization,
        f"UPDATE orgs_auditline SET at = at - interval '{days} days' WHERE {{ours}}",
        f"UPDATE orgs_signedhead SET signed_at = signed_at - interval '{days} days' WHERE {{ours}}",
    )


def lay_down(organization, rows):
    """Lines as if written at moments of the past: dicts of `at` (aware), `actor` (a member or None), `verb`,
    and what else a line has. Needs a world that is committed; the chain is not made whole again."""
    columns = "id organization_id sequence at actor_id actor_name role verb subject_type subject_id "
    columns += "subject_label outcome permission address request details"
    columns, values = columns.split(), []
    for number, row in enumerate(sorted(rows, key=lambda row: row["at"])):
        actor = row.get("actor")
        told = {"verb": "view", "subject_label": "", "outcome": "done", "permission": ""} | row
        told |= {"id": uuid.uuid4(), "organization_id": organization.pk, "sequence": number - 1_000_000}
        told |= {"actor_id": getattr(actor, "pk", None), "actor_name": getattr(actor, "name", "")}
        told |= {"role": getattr(actor, "role", ""), "subject_type": "", "subject_id": None}
        told |= {"address": "", "request": "", "details": "{}"}
        values.append([told[name] for name in columns])
    where = {"dbname": connection.settings_dict["NAME"], "autocommit": True}
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], **where) as owner:
        owner.execute("ALTER TABLE orgs_auditline NO FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE orgs_auditline DISABLE TRIGGER USER")
        with owner.cursor() as cursor:
            places = ", ".join(["%s"] * len(columns))
            said = f"INSERT INTO orgs_auditline ({', '.join(columns)}) VALUES ({places})"
            cursor.executemany(said, values)
        owner.execute("ALTER TABLE orgs_auditline ENABLE TRIGGER USER")
        owner.execute("ALTER TABLE orgs_auditline FORCE ROW LEVEL SECURITY")
