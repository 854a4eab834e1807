"""Functions that run as the owner: nobody lends them a name or a piece of code."""

import os
import re

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

OURS = """
    SELECT p.oid::regprocedure::text, p.proname, p.proconfig, p.prosrc, p.prosecdef
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_function_of_the_owner_looks_for_temporary_tables_last(db):
    """R13, C14: otherwise a temporary table, view or function of a caller would stand in for a real one."""
    found = asked(OURS)
    assert sum(definer for *_, definer in found) >= 6
    for name, _, config, _, _ in found:
        paths = [one.removeprefix("search_path=") for one in config or () if one.startswith("search_path=")]
        assert paths and paths[0].split(", ")[0] == "pg_catalog" and paths[0].endswith(", pg_temp"), name


def test_every_function_of_the_owner_says_which_schema_it_means(db):
    """R13, C14: by the schema's name, so that no path decides which table is read as the owner."""
    tables = {
        name for (name,) in asked("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    }
    found = asked(OURS)
    functions = {name for _, name, *_ in found}
    for signature, _, _, source, _ in found:
        words = re.findall(r"(?<![\w.'])([a-z_]\w*)(\s*\()?", source)
        bare = {word for word, call in words if word in tables or (call and word in functions)}
        assert not bare, f"{signature}: {bare}"


def test_the_application_makes_no_temporary_table(db):
    """R13."""
    assert asked("SELECT has_database_privilege(current_user, current_database(), 'TEMPORARY')") == [(False,)]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        asked("CREATE TEMPORARY TABLE orgs_audithead (sequence bigint)")


def test_what_a_caller_calls_like_a_table_of_ours_is_not_asked_by_a_function_of_the_owner(committed):
    """C14: head and figures are the real ones even where temporary tables are allowed again."""
    name = connection.settings_dict["NAME"]
    stx = committed.stx.organization.pk
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname=name, autocommit=True) as owner:
        owner.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO causeway_app')
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=name) as app:
        app.execute("SELECT set_config('causeway.organization', %s, true)", [str(stx)])
        head = app.execute("SELECT sequence FROM audit_head()").fetchone()
        figures = app.execute("SELECT waiting FROM installation_figures()").fetchone()
        app.execute("CREATE TEMPORARY TABLE orgs_audithead AS SELECT %s::uuid AS organization_id, "
                    "990000::bigint AS sequence, ''::bytea AS hash", [str(stx)])  # fmt: skip
        app.execute("CREATE FUNCTION pg_temp.who() RETURNS text LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$")  # fmt: skip
        app.execute("CREATE TEMPORARY VIEW orgs_outboxmessage AS SELECT pg_temp.who() AS state, "
                    "now() AS available_at")  # fmt: skip
        app.execute("GRANT ALL ON orgs_audithead, orgs_outboxmessage TO public")
        assert app.execute("SELECT sequence FROM audit_head()").fetchone() == head
        assert app.execute("SELECT waiting FROM installation_figures()").fetchone() == figures
        app.rollback()
