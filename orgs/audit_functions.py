"""The chain of the audit, as functions of the owner role: each line's number, its time and its hash.

The application may insert lines and nothing else; it can neither see nor touch the heads. What is hashed is
`audit_line_text` after the link before: an export carries it, so that a file can be checked without a
database, and `manage.py verify_audit` computes it again. `audit_purge` deletes lines of the acting
organization that are older than a year (or longer, as it is told) and lie in an export; the cut that it
leaves is where `verify_audit` begins.

Made first by migrations, and made anew after each one (`orgs.definers`): this page has the last word.
"""

LINE = """
    {0}.id, {0}.organization_id, {1}, trunc(extract(epoch FROM {2}) * 1000000),
    {0}.actor_id, {0}.actor_name, {0}.role, {0}.verb, {0}.subject_type, {0}.subject_id,
    {0}.subject_label, {0}.outcome, {0}.permission, {0}.address, {0}.request, {0}.details"""

TEXT = f"""
CREATE OR REPLACE FUNCTION public.audit_line_text(line public.orgs_auditline) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_array({LINE.format("line", "line.sequence", "line.at")})::text
$$;
CREATE OR REPLACE FUNCTION public.audit_line_hash(line public.orgs_auditline) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(line.previous || convert_to(public.audit_line_text(line), 'UTF8'))
$$;
"""

# The head is moved and read in one statement: two would lock the row twice. Its moment is taken inside, so
# that the time follows the sequence also for whoever had to wait.
CHAIN = """
CREATE OR REPLACE FUNCTION public.audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    LOOP
        UPDATE public.orgs_audithead h SET (sequence, at, hash) = (
            SELECT h.sequence + 1, t.at, sha256(h.hash || convert_to(jsonb_build_array(
                {line})::text, 'UTF8'))
            FROM (SELECT clock_timestamp() AS at OFFSET 0) t)
        WHERE organization_id = NEW.organization_id
        RETURNING WITH (OLD AS before, NEW AS after) after.sequence, after.at, before.hash, after.hash
        INTO NEW.sequence, NEW.at, NEW.previous, NEW.hash;
        EXIT WHEN FOUND;
        INSERT INTO public.orgs_audithead (organization_id, sequence, hash)
            VALUES (NEW.organization_id, 0, sha256(convert_to(NEW.organization_id::text, 'UTF8')))
            ON CONFLICT (organization_id) DO NOTHING;
    END LOOP;
    RETURN NEW;
END $$;
""".replace("{line}", LINE.format("NEW", "h.sequence + 1", "t.at"))

KEPT = """
CREATE OR REPLACE FUNCTION public.audit_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('causeway.purging', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a line of the audit is never changed';
END $$;
"""

PURGE = """
CREATE OR REPLACE FUNCTION public.audit_purge(keep_days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    begins bigint; ends bigint; link bytea; gone bigint;
BEGIN
    SELECT min(sequence) INTO begins FROM public.orgs_auditline WHERE organization_id = mine;
    SELECT l.sequence, l.hash INTO ends, link FROM public.orgs_auditline l
        WHERE l.organization_id = mine
          AND l.at < transaction_timestamp() - make_interval(days => greatest(keep_days, 365))
          AND EXISTS (SELECT 1 FROM public.orgs_auditexport e JOIN public.orgs_auditline last
                          ON last.organization_id = mine AND last.sequence = e.last AND last.hash = e.hash
                      WHERE e.organization_id = mine AND e.first <= begins AND e.last >= l.sequence)
        ORDER BY l.sequence DESC LIMIT 1;
    IF ends IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM set_config('causeway.purging', 'yes', true);
    DELETE FROM public.orgs_auditline WHERE organization_id = mine AND sequence <= ends;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('causeway.purging', '', true);
    INSERT INTO public.orgs_auditcut (id, organization_id, sequence, hash, lines, at)
        VALUES (gen_random_uuid(), mine, ends, link, gone, transaction_timestamp());
    RETURN gone;
END $$;
"""

FUNCTIONS = (TEXT, CHAIN, KEPT, PURGE)
