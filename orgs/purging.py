"""The one function that deletes what the application may not: the rows that an approved purge names (R35).

It belongs to the owner role and stands inside the wall, so that it reaches the acting organization's rows
alone. It asks again what the list has said: that two different people of the house proposed and approved,
that each row has come to its end, by the purge's own periods and never below the least of the installation,
and that nobody holds it. What points at a row goes with it, table by table, found in the schema itself: a
table that is added later is not forgotten. What was counted in a year stays counted (`orgs.yearly`).
"""

from . import clock, retention, yearly

ROWS = """
CREATE OR REPLACE FUNCTION public.purge_rows(which uuid, mine uuid, relation text, ids uuid[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    child record;
    found_ids uuid[];
    gone bigint;
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN RETURN; END IF;
    FOR child IN
        SELECT c.relname::text AS name, a.attname::text AS col,
               EXISTS (SELECT 1 FROM pg_attribute i WHERE i.attrelid = c.oid AND i.attname = 'id'
                       AND i.atttypid = 'uuid'::regtype) AS has_id
        FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        WHERE f.contype = 'f' AND f.confrelid = format('public.%I', relation)::regclass
    LOOP
        IF child.name || '.' || child.col = ANY ({loosened}) THEN
            EXECUTE format('UPDATE public.%1$I SET %2$I = NULL WHERE %2$I = ANY($1)', child.name, child.col)
                USING ids;
        ELSIF child.has_id THEN
            EXECUTE format('SELECT array_agg(id) FROM public.%I WHERE %I = ANY($1)', child.name, child.col)
                INTO found_ids USING ids;
            PERFORM public.purge_rows(which, mine, child.name, found_ids);
        ELSE
            EXECUTE format('DELETE FROM public.%I WHERE %I = ANY($1)', child.name, child.col) USING ids;
            GET DIAGNOSTICS gone = ROW_COUNT;
            PERFORM public.purge_counted(which, mine, child.name, gone);
        END IF;
    END LOOP;
    IF relation <> 'orgs_reminder' THEN
        found_ids := ARRAY(SELECT r.id FROM public.orgs_reminder r WHERE r.subject_id = ANY (ids));
        PERFORM public.purge_rows(which, mine, 'orgs_reminder', found_ids);
    END IF;
    {tallies}
    EXECUTE format('DELETE FROM public.%I WHERE id = ANY($1)', relation) USING ids;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM public.purge_counted(which, mine, relation, gone);
END $$;
"""

COUNTED = """
CREATE OR REPLACE FUNCTION public.purge_counted(which uuid, mine uuid, name text, number bigint) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.cases_purgecount AS c (id, organization_id, purge_id, relation, gone)
    SELECT gen_random_uuid(), mine, which, name, number WHERE number > 0
    ON CONFLICT (purge_id, relation) DO UPDATE SET gone = c.gone + excluded.gone
$$;
"""

CARRY_OUT = """
CREATE OR REPLACE FUNCTION public.carry_out_purge(which uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    plan public.cases_purge;
    people uuid[];
    ids uuid[];
BEGIN
    SELECT * INTO plan FROM public.cases_purge p WHERE p.id = which AND p.organization_id = mine
        AND p.state = 'proposed' AND p.approved_by_id <> p.proposed_by_id FOR UPDATE;
    IF NOT FOUND OR 2 <> (SELECT count(*) FROM public.orgs_user u
                          WHERE u.organization_id = mine AND u.is_active
                          AND u.role IN ('supervisor', 'unit_supervisor')
                          AND u.id IN (plan.approved_by_id, plan.proposed_by_id)) THEN
        RAISE EXCEPTION 'a purge is carried out when one supervisor proposed it and another approved it';
    END IF;
    people := ARRAY(SELECT DISTINCT i.person_id FROM public.cases_purgeitem i
                    WHERE i.purge_id = which AND i.person_id IS NOT NULL);
    -- whoever places a hold, on any record of the same person, takes these rows too
    people := ARRAY({everybody});  -- while the rows are there by which they are one
    PERFORM 1 FROM public.cases_person p WHERE p.id = ANY (people) ORDER BY p.id FOR UPDATE;
    {kinds}
    ids := ARRAY(SELECT p.id FROM public.cases_person p
                 WHERE (p.id = ANY (people) OR p.merged_into_id = ANY (people)) {nothing_left}
                   AND NOT {held});
    PERFORM public.purge_rows(which, mine, 'cases_person', ids);
    SET CONSTRAINTS ALL IMMEDIATE;
END $$;
"""

OF_KIND = """
    ids := ARRAY(SELECT t.id FROM public.{table} t WHERE t.organization_id = mine
                 AND t.id IN (SELECT i.subject_id FROM public.cases_purgeitem i WHERE i.purge_id = which
                              AND i.kind = '{code}' AND i.kept_by_id IS NULL) FOR UPDATE);
    ids := ARRAY(SELECT t.id FROM public.{table} t WHERE t.id = ANY (ids) AND {condition});
    {along}
    PERFORM public.purge_rows(which, mine, '{table}', ids);
    UPDATE public.cases_purgeitem i
        SET hash = sha256(uuid_send(i.subject_id)), subject_id = NULL, person_id = NULL
        WHERE i.purge_id = which AND i.kind = '{code}' AND i.subject_id = ANY (ids);
"""

ALONG = """
    PERFORM public.purge_rows(which, mine, '{table}',
                       (SELECT array_agg(a.id) FROM public.{table} a
                        WHERE a.organization_id = mine AND {condition}));
"""


def _of_kind(kind):
    wait = f"greatest((plan.schedule->>'{kind.code}')::int, {retention.least_days(kind)})"
    cutoff = f"({clock.SQL} - make_interval(days => {wait}))"
    along = "".join(
        ALONG.replace("{table}", table).replace("{condition}", condition.replace("$1", "ids"))
        for code, table, condition in retention.ALONG
        if code == kind.code
    )
    return (
        OF_KIND.replace("{condition}", retention.condition(kind, cutoff))
        .replace("{along}", along)
        .replace("{table}", kind.table)
        .replace("{code}", kind.code)
    )


def sql(cursor):
    """The texts of the functions, for `orgs.definers`; none while the tables that they name are missing."""
    for table in ("cases_purge", "cases_legalhold", *(kind.table for kind in retention.KINDS.values())):
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            return ()
    names = ", ".join(f"'{column}'" for column in sorted(retention.LOOSENED))
    rows = ROWS.replace("{loosened}", f"ARRAY[{names}]::text[]").replace("{tallies}", yearly.tallies())
    nothing_left = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM public.{table} k WHERE k.person_id = p.id)"  # noqa: S608 - names of ours
        for table in retention.KEEPS_PERSON
    )
    kinds = "".join(_of_kind(kind) for kind in retention.KINDS.values())
    carry_out = CARRY_OUT.replace("{kinds}", kinds).replace("{nothing_left}", nothing_left)
    carry_out = carry_out.replace("{held}", retention.held_person("p.id"))
    carry_out = carry_out.replace("{everybody}", retention.everybody("SELECT unnest(people)"))
    return (COUNTED, rows, carry_out)
