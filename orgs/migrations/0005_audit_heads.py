"""The chain in one statement a line, its text by a function of its own, and a way to drop what was exported.

`audit_line_text` is what is hashed together with the link before: an export carries it, so that a file can be
checked without a database. `audit_purge` deletes lines of the acting organization that are older than a year
(or longer, as it is told) and lie in an export; the cut that it leaves is where `verify_audit` begins.
"""

from django.db import migrations

LINE = """
    {0}.id, {0}.organization_id, {1}, trunc(extract(epoch FROM {2}) * 1000000),
    {0}.actor_id, {0}.actor_name, {0}.role, {0}.verb, {0}.subject_type, {0}.subject_id,
    {0}.subject_label, {0}.outcome, {0}.permission, {0}.address, {0}.request, {0}.details"""

TEXT = f"""
CREATE FUNCTION audit_line_text(line orgs_auditline) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
    SELECT jsonb_build_array({LINE.format("line", "line.sequence", "line.at")})::text
$$;
CREATE OR REPLACE FUNCTION audit_line_hash(line orgs_auditline) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
    SELECT sha256(line.previous || convert_to(audit_line_text(line), 'UTF8'))
$$;
"""

# The head is moved and read in one statement: two would lock the row twice. Its moment is taken inside, so
# that the time follows the sequence also for whoever had to wait.
CHAIN = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    LOOP
        UPDATE orgs_audithead h SET (sequence, at, hash) = (
            SELECT h.sequence + 1, t.at, sha256(h.hash || convert_to(jsonb_build_array(
                {line})::text, 'UTF8'))
            FROM (SELECT clock_timestamp() AS at OFFSET 0) t)
        WHERE organization_id = NEW.organization_id
        RETURNING WITH (OLD AS before, NEW AS after) after.sequence, after.at, before.hash, after.hash
        INTO NEW.sequence, NEW.at, NEW.previous, NEW.hash;
        EXIT WHEN FOUND;
        INSERT INTO orgs_audithead (organization_id, sequence, hash)
            VALUES (NEW.organization_id, 0, sha256(convert_to(NEW.organization_id::text, 'UTF8')))
            ON CONFLICT (organization_id) DO NOTHING;
    END LOOP;
    RETURN NEW;
END $$;
ALTER TABLE orgs_audithead SET (fillfactor = 50);
""".replace("{line}", LINE.format("NEW", "h.sequence + 1", "t.at"))

PURGE = """
CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('causeway.purging', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a line of the audit is never changed';
END $$;
CREATE FUNCTION audit_purge(keep_days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    begins bigint; ends bigint; link bytea; gone bigint;
BEGIN
    SELECT min(sequence) INTO begins FROM orgs_auditline WHERE organization_id = mine;
    SELECT l.sequence, l.hash INTO ends, link FROM orgs_auditline l
        WHERE l.organization_id = mine
          AND l.at < transaction_timestamp() - make_interval(days => greatest(keep_days, 365))
          AND EXISTS (SELECT 1 FROM orgs_auditexport e JOIN orgs_auditline last
                          ON last.organization_id = mine AND last.sequence = e.last AND last.hash = e.hash
                      WHERE e.organization_id = mine AND e.first <= begins AND e.last >= l.sequence)
        ORDER BY l.sequence DESC LIMIT 1;
    IF ends IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM set_config('causeway.purging', 'yes', true);
    DELETE FROM orgs_auditline WHERE organization_id = mine AND sequence <= ends;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('causeway.purging', '', true);
    INSERT INTO orgs_auditcut (id, organization_id, sequence, hash, lines, at)
        VALUES (gen_random_uuid(), mine, ends, link, gone, transaction_timestamp());
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION audit_purge(integer), audit_line_text(orgs_auditline) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_heads_exports_cuts")]
    operations = [migrations.RunSQL([TEXT, CHAIN, PURGE], migrations.RunSQL.noop)]
