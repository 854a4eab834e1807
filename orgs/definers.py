"""The questions that cross a wall and may: functions of the owner role that answer in figures, never in rows.

`audit_head` tells an organization the last link of its own chain, which no table privilege shows;
`audit_purge` lets it drop lines that are old and exported (`orgs.audit_functions`);
`installation_figures` is what an operator sees; the totals of oversight are in `orgs.totals`.
"""

from . import audit_functions, totals

HEAD = """
CREATE OR REPLACE FUNCTION public.audit_head() RETURNS TABLE (sequence bigint, hash bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT h.sequence, h.hash FROM public.orgs_audithead h
    WHERE h.organization_id = nullif(current_setting('causeway.organization', true), '')::uuid
$$;
"""

FIGURES = """
DROP POLICY IF EXISTS figures ON public.orgs_outboxmessage;
CREATE POLICY figures ON public.orgs_outboxmessage FOR SELECT TO CURRENT_USER USING (true);
DROP POLICY IF EXISTS figures ON public.orgs_reminder;
CREATE POLICY figures ON public.orgs_reminder FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.installation_figures() RETURNS TABLE (
        waiting bigint, oldest_waiting timestamptz, set_aside bigint, due bigint, oldest_due timestamptz,
        database_bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM public.orgs_outboxmessage WHERE state = 'waiting'),
           (SELECT min(available_at) FROM public.orgs_outboxmessage WHERE state = 'waiting'),
           (SELECT count(*) FROM public.orgs_outboxmessage WHERE state = 'set_aside'),
           (SELECT count(*) FROM public.orgs_reminder WHERE fired_at IS NULL AND fire_at <= now()),
           (SELECT min(fire_at) FROM public.orgs_reminder WHERE fired_at IS NULL AND fire_at <= now()),
           pg_database_size(current_database())
$$;
"""

FUNCTIONS = (
    "audit_line_hash(orgs_auditline)",
    "audit_line_text(orgs_auditline)",
    "audit_purge(integer)",
    "audit_head()",
    "installation_figures()",
    "suppressed(bigint[], bigint)",
    "referral_totals(bigint)",
)
OWNER_ONLY = ("referrals_sent_in(date)",)


def apply(cursor, role):
    """Make every function anew, and let `role` and nobody else call those of `FUNCTIONS`."""
    for text in (*audit_functions.FUNCTIONS, HEAD, FIGURES, *totals.sql(cursor)):
        cursor.execute(text)
    for function in (*FUNCTIONS, *OWNER_ONLY):
        cursor.execute("SELECT to_regprocedure(%s)", [function])
        if cursor.fetchone()[0] is None:
            continue
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        if function in FUNCTIONS:
            cursor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role}"')
