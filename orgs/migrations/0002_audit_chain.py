"""The chain of the audit: a trigger of the owner role gives each line its number, its time and its hash.

The application may insert lines and nothing else; it can neither see nor touch the heads. `audit_line_hash`
is what `manage.py verify_audit` computes again for every line.
"""

from django.db import migrations

HASH = """
CREATE FUNCTION audit_line_hash(line orgs_auditline) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
    SELECT sha256(line.previous || convert_to(jsonb_build_array(
        line.id, line.organization_id, line.sequence, trunc(extract(epoch FROM line.at) * 1000000),
        line.actor_id, line.actor_name, line.role, line.verb, line.subject_type, line.subject_id,
        line.subject_label, line.outcome, line.permission, line.address, line.request, line.details)::text, 'UTF8'))
$$;
"""

TRIGGER = """
CREATE FUNCTION audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE head orgs_audithead;
BEGIN
    INSERT INTO orgs_audithead (organization_id, sequence, hash)
        VALUES (NEW.organization_id, 0, sha256(convert_to(NEW.organization_id::text, 'UTF8')))
        ON CONFLICT (organization_id) DO NOTHING;
    SELECT * INTO STRICT head FROM orgs_audithead WHERE organization_id = NEW.organization_id FOR UPDATE;
    NEW.sequence := head.sequence + 1;
    NEW.at := clock_timestamp();
    NEW.previous := head.hash;
    NEW.hash := audit_line_hash(NEW);
    UPDATE orgs_audithead SET sequence = NEW.sequence, hash = NEW.hash WHERE organization_id = NEW.organization_id;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON orgs_auditline FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a line of the audit is never changed'; END $$;
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON orgs_auditline
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
REVOKE ALL ON FUNCTION audit_line_hash(orgs_auditline), audit_chain(), audit_is_kept() FROM PUBLIC;
"""

UNDO = """
DROP TRIGGER audit_is_kept ON orgs_auditline; DROP TRIGGER audit_chain ON orgs_auditline;
DROP FUNCTION audit_is_kept(); DROP FUNCTION audit_chain(); DROP FUNCTION audit_line_hash(orgs_auditline);
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [migrations.RunSQL([HASH, TRIGGER], UNDO)]
