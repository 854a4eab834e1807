"""The questions that cross a wall and may: functions of the owner role that answer in figures, never in rows.

`audit_head` tells an organization the last link of its own chain, which no table privilege shows;
`audit_purge` lets it drop lines that are old and exported (`orgs.audit_functions`);
`installation_figures` is what an operator sees, and `left_running` one of its figures; `counts_on_house` is
what others would still send to one that closes; the totals of
oversight are in `orgs.totals`, and how many came by a poster is in `orgs.reach`. One does more than answer:
what deletes the rows of an approved purge is in `orgs.purging`.
"""

from django.apps import apps

from . import audit_functions, clock, purging, reach, totals
from .sealing.base import SealedField

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
DROP FUNCTION IF EXISTS public.installation_figures();
DROP POLICY IF EXISTS figures ON public.orgs_counter;
CREATE POLICY figures ON public.orgs_counter FOR SELECT TO CURRENT_USER 
    USING (name IN ('rung', 'sent', 'pushed', 'push_failed'));
CREATE FUNCTION public.installation_figures() RETURNS TABLE (
        waiting bigint, oldest_waiting timestamptz, set_aside bigint, due bigint, oldest_due timestamptz,
        stuck bigint, rung bigint, sent bigint, pushed bigint, push_failed bigint, left_running bigint,
        database_bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM public.orgs_outboxmessage WHERE state = 'waiting'),
           (SELECT min(available_at) FROM public.orgs_outboxmessage WHERE state = 'waiting'),
           (SELECT count(*) FROM public.orgs_outboxmessage WHERE state = 'set_aside'),
           (SELECT count(*) FROM public.orgs_reminder
             WHERE fired_at IS NULL AND fire_at <= now() AND failures = 0),
           (SELECT min(fire_at) FROM public.orgs_reminder
             WHERE fired_at IS NULL AND fire_at <= now() AND failures = 0),
           (SELECT count(*) FROM public.orgs_reminder WHERE fired_at IS NULL AND failures > 0),
           (SELECT coalesce(sum(next - 1), 0)::bigint FROM public.orgs_counter WHERE name = 'rung'),
           (SELECT coalesce(sum(next - 1), 0)::bigint FROM public.orgs_counter WHERE name = 'sent'),
           (SELECT coalesce(sum(next - 1), 0)::bigint FROM public.orgs_counter WHERE name = 'pushed'),
           (SELECT coalesce(sum(next - 1), 0)::bigint FROM public.orgs_counter WHERE name = 'push_failed'),
           public.left_running(),
           pg_database_size(current_database())
$$;
""".replace("now()", clock.SQL)

# What runs in an organization that is not active rings with nobody who works there. What the house owes as a
# whole, its weekly reading and the like, ends with it.
LEFT_RUNNING = """
CREATE OR REPLACE FUNCTION public.left_running() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(n), 0)::bigint FROM public.orgs_organization o
     CROSS JOIN LATERAL (
        SELECT count(DISTINCT (r.subject_id, r.clock)) AS n FROM public.orgs_reminder r
         WHERE r.organization_id = o.id AND r.fired_at IS NULL AND r.subject_type <> 'orgs.houseduty') c
     WHERE NOT o.is_active
$$;
"""

# What lies with others and comes to this house next: a handoff that their supervisor may offer, or that its
# advocate sends for review again; a question to which the answer would come here.
COUNTS_ON_HOUSE = """
DROP POLICY IF EXISTS figures ON public.referrals_handoff;
CREATE POLICY figures ON public.referrals_handoff FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.counts_on_house() RETURNS TABLE (handoffs bigint, questions bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM public.referrals_handoff h
             WHERE h.receiver_id = mine.id AND h.state IN ('supervisor_review', 'returned')),
           (SELECT count(*) FROM public.referrals_referral r
             WHERE r.receiver_id = mine.id AND r.state = 'information_requested' AND r.closes_at > {now})
    FROM (SELECT nullif(current_setting('causeway.organization', true), '')::uuid AS id) mine
$$;
"""

# A row that may only be added, or that another organization wrote, can be sealed again while its
# organization's keys change, and not otherwise: the new value is under the version that is published and
# being gone over to, the old one under an older version, and both are of one shape and length, which sealing
# the same text again keeps.
SEAL_AGAIN = """
CREATE OR REPLACE FUNCTION public.seal_again(place text, field text, key uuid, value bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    goes_to int;
    done int;
    old bytea;
BEGIN
    SELECT r.version INTO goes_to FROM public.orgs_resealing r
      JOIN public.orgs_organization o ON o.id = r.organization_id AND o.key_version = r.version
     WHERE r.organization_id = mine AND r.finished_at IS NULL;
    IF goes_to IS NULL OR NOT (place || '.' || field = ANY (%(places)s)) THEN
        RAISE EXCEPTION 'nothing is to be sealed again here';
    END IF;
    EXECUTE format('SELECT %%I FROM public.%%I WHERE id = $1 AND organization_id = $2', field, place)
       INTO old USING key, mine;
    IF old IS NULL OR substr(value, 1, 1) <> substr(old, 1, 1) OR length(value) <> length(old)
       OR get_byte(value, 1) * 256 + get_byte(value, 2) <> goes_to
       OR get_byte(old, 1) * 256 + get_byte(old, 2) >= goes_to THEN
        RAISE EXCEPTION 'this is not the same value, sealed again';
    END IF;
    EXECUTE format('UPDATE public.%%I SET %%I = $3 WHERE id = $1 AND organization_id = $2', place, field)
      USING key, mine, value;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done <> 1 THEN
        RAISE EXCEPTION 'nothing was sealed again';
    END IF;
END $$;
"""

# An organization's key goes on from version to version, each named as the successor of the one before; it is
# not taken away, replaced or set back. Whether a signature is right finds out the program, with the keys.
PUBLISH_KEY = """
CREATE OR REPLACE FUNCTION public.publish_key(newer integer, value bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
BEGIN
    UPDATE public.orgs_organization o SET public_key = value, key_version = newer
     WHERE o.id = mine AND newer > 0 AND value IS NOT NULL
       AND (o.public_key IS NULL OR (newer > o.key_version AND EXISTS (
            SELECT 1 FROM public.orgs_publishedkey k WHERE k.organization_id = mine AND k.version = newer
               AND k.public_key = value AND k.previous = o.key_version)));
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'this is not the next key of the organization';
    END IF;
END $$;
"""

FUNCTIONS = (
    "publish_key(integer,bytea)",
    "seal_again(text,text,uuid,bytea)",
    "audit_line_hash(orgs_auditline)",
    "audit_line_text(orgs_auditline)",
    "audit_purge(integer)",
    "audit_head()",
    "installation_figures()",
    "left_running()",
    "counts_on_house()",
    "suppressed(bigint[], bigint)",
    "referral_totals(bigint)",
    "carry_out_purge(uuid)",
    "count_reach(text)",
    "campaign_reach(bigint)",
)
OWNER_ONLY = (
    "referrals_sent_in(date)",
    "purge_rows(uuid, uuid, text, uuid[])",
    "purge_counted(uuid, uuid, text, bigint)",
)


def apply(cursor, role, sealed_again):
    """Make every function anew, and let `role` and nobody else call those of `FUNCTIONS`.

    `sealed_again` are the tables whose rows their organization may not change, and yet brings over to new
    keys.
    """
    again = SEAL_AGAIN % {"places": sealed_places(sealed_again)}
    for text in (
        *audit_functions.FUNCTIONS,
        HEAD,
        LEFT_RUNNING,
        FIGURES,
        PUBLISH_KEY,
        *counts_on_house(cursor),
        again,
        *totals.sql(cursor),
        *purging.sql(cursor),
        *reach.sql(cursor),
    ):
        cursor.execute(text)
    for function in (*FUNCTIONS, *OWNER_ONLY):
        cursor.execute("SELECT to_regprocedure(%s)", [function])
        if cursor.fetchone()[0] is None:
            continue
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        if function in FUNCTIONS:
            cursor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role}"')


def counts_on_house(cursor):
    """The text of the function; none while its tables are not there."""
    cursor.execute("SELECT to_regclass('referrals_handoff')")
    return () if cursor.fetchone()[0] is None else (COUNTS_ON_HOUSE.replace("{now}", clock.SQL),)


def sealed_places(tables):
    """The sealed columns of these tables, as an SQL array of `table.column`."""
    places = sorted(
        f"'{model._meta.db_table}.{field.column}'"
        for model in apps.get_models()
        if model._meta.db_table in tables
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    )
    return f"ARRAY[{', '.join(places)}]::text[]"
