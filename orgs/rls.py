"""Row-level security: every wall between organizations, on one page.

After each `migrate` the owner role puts these policies on the tables, so that a new tenant table is walled
from its first day. `SHAPES` names the few tables where the rule is not "rows of my own organization", and
`INSTALLATION` those that belong to no organization, each with its reason; a table in neither place that
has no organization of its own stops the migration.
"""

from django.apps import apps
from django.conf import settings
from django.db import connections

from . import definers, sides

MINE = "(select nullif(current_setting('causeway.organization', true), '')::uuid)"
OWN = f"organization_id = {MINE}"

# (what may be seen, changed and deleted; what may be written)
OWN_ROWS = (OWN, OWN)


def through(table, column, key="id"):
    """Rows that belong to whoever may see the row they point at."""
    rule = f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.{key} = {column})"  # noqa: S608 - names of ours
    return rule, rule


def both_sides(since):
    """Rows of mine, and those addressed to me from the moment that the column `since` is set."""
    rule = f"{OWN} OR (receiver_id = {MINE} AND {since} IS NOT NULL)"
    return rule, rule


# A letter lies in its addressee's box; whoever wrote it may put it there and not look at it again.
LETTER = (OWN, f"{OWN} OR written_by_id = {MINE}")
# Names, islands and published numbers are a directory that all read; each organization writes its own page.
DIRECTORY = ("true", OWN)
# Told to its reader by the one who wrote it, who alone changes it and takes it back (`CHANGED`).
WRITTEN = f"written_by_id = {MINE}"
TOLD = (f"{OWN} OR {WRITTEN}", WRITTEN)

SHAPES = {
    "orgs_organization": ("true", f"id = {MINE}"),
    "orgs_unit": DIRECTORY,
    # Whoever seals to an organization looks whether its key is signed; without a signature none is added.
    "orgs_publishedkey": ("true", f"{OWN} AND signature IS NOT NULL"),
    # The longer mark of a grant that was there before marks were made is a migration's alone.
    "orgs_keygrant": (OWN, f"{OWN} AND octet_length(mac) = 32"),
    # A member of mine, in a group of mine: the names of groups begin with what they belong to.
    "orgs_user_groups": (
        through("orgs_user", "user_id")[0],
        f"{through('orgs_user', 'user_id')[0]} AND EXISTS (SELECT 1 FROM auth_group g WHERE g.id = group_id "  # noqa: S608 - names of ours
        f"AND (starts_with(g.name, {MINE}::text || ' ') OR EXISTS (SELECT 1 FROM orgs_unit u "
        f"WHERE u.organization_id = {MINE} AND g.name = 'unit ' || u.id::text)))",
    ),
    "account_emailaddress": through("orgs_user", "user_id"),
    "account_emailconfirmation": through("account_emailaddress", "email_address_id"),
    "mfa_authenticator": through("orgs_user", "user_id"),
    # A packet is seen by the organization that sent it and, once sent, by the one that receives it.
    "referrals_referral": both_sides("sent_at"),
    "referrals_referralcopy": LETTER,
    "referrals_message": LETTER,
    "referrals_outcome": TOLD,
    # A handoff is seen by the receiver from the moment it is offered.
    "referrals_handoff": both_sides("offered_at"),
    "referrals_handofffile": LETTER,
}

# Of the tables that two sides write to, which rows may be begun here: never one in another's name.
BEGUN = {"referrals_referral": OWN, "referrals_handoff": OWN}
# And which may be changed or deleted, where that is not all that is seen.
CHANGED = {"referrals_outcome": WRITTEN}

INSTALLATION = {
    "django_migrations": "which migrations ran",
    "django_content_type": "names of models",
    "django_session": "found by a random key before anybody is known; holds no record",
    "auth_permission": "names of permissions",
    "auth_group": "role groups, named by organization and role; members are walled",
    "auth_group_permissions": "unused: roles hold object permissions only",
    "orgs_heartbeat": "when the clocks last ticked",
    "guardian_userobjectpermission": "guardian's generic table, unused: grants have direct foreign keys",
    "guardian_groupobjectpermission": "the same for groups",
}

NO_APP_WRITES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "guardian_userobjectpermission",
    "guardian_groupobjectpermission",
    "auth_group_permissions",
    "cases_purgecount",
    "orgs_tally",
    "orgs_auditcut",  # `audit_purge` writes it
}
INSERT_ONLY = {
    "orgs_accountreview",
    "orgs_auditreview",
    "orgs_auditline",
    "orgs_signedhead",
    "orgs_auditexport",
    "orgs_publishedkey",
    "auth_group",  # a role's group is made once, and keeps its name
    "cases_note",
    "cases_contactattempt",
    "cases_disclosure",
    "cases_signaturemark",
    "cases_breachnotice",
    "cases_demanditem",
    "cases_goallook",
}
# By the owner: their organization changes no word of them.
SEALED_AGAIN = INSERT_ONLY | {"referrals_outcome", "cases_coachingnote"}
HIDDEN = {"orgs_audithead", "referrals_campaigncount"}
NEVER_DELETED = {"cases_coachingnote", "referrals_campaign"}  # by the application; a purge is the owner's
NEVER_CHANGED = {"orgs_keygrant", "orgs_recoverykit"}  # made, and deleted
# Columns that the application changes in no row that is there. `publish_key` changes an organization's.
KEPT_COLUMNS = {
    "orgs_organization": {"id", "public_key", "key_version"},
    "orgs_memberkey": {"id", "organization_id", "user_id", "public_key"},
    "cases_coachingnote": {
        "id",
        "organization_id",
        "about_id",
        "by_id",
        "at",
        "case_id",
        "adds_to_id",
        "text",
    },
    # Which month counts a poster follows from these: moved, they would tell a figure that is hidden.
    "referrals_campaign": {"id", "organization_id", "code", "found_by", "made_at", "made_by_id"},
    "referrals_arrival": {
        "id",
        "organization_id",
        "referral_id",
        "agency_id",
        "unit_id",
        "sender_id",
        "came_at",
        "can_be_reached",
    },  # fmt: skip
}

# Before somebody has signed in there is no tenant yet: this one question, from an address to the
# organization whose door to knock at, is answered by the owner; it tells nothing else. So with the keys of
# links that need no sign-in.
SIGN_IN = """
DROP POLICY IF EXISTS sign_in ON public.orgs_user;
CREATE POLICY sign_in ON public.orgs_user FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.organization_signing_in(address text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS 'SELECT organization_id FROM public.orgs_user WHERE email = lower(address)';
REVOKE ALL ON FUNCTION public.organization_signing_in(text) FROM PUBLIC;
DROP POLICY IF EXISTS invited ON public.orgs_invitation;
CREATE POLICY invited ON public.orgs_invitation FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.organization_inviting(key bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS 'SELECT organization_id FROM public.orgs_invitation WHERE token_hash = key';
REVOKE ALL ON FUNCTION public.organization_inviting(bytea) FROM PUBLIC;
DROP POLICY IF EXISTS linked ON public.orgs_memberlink;
CREATE POLICY linked ON public.orgs_memberlink FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.organization_of_link(key bytea, kind text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS 'SELECT organization_id FROM public.orgs_memberlink WHERE key_hash = key AND what = kind';
REVOKE ALL ON FUNCTION public.organization_of_link(bytea, text) FROM PUBLIC;
"""

# A temporary table is found before one of the schema with the same name, unless a search path says otherwise:
# whoever could make one would lend its name, and its code, to a function that runs as the owner. So nobody
# else makes any, and every function that runs as the owner, from a migration too, looks there last.
NO_SHADOWS = """
DO $$
DECLARE made regprocedure;
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                AND proowner = current_user::regrole AND (prosecdef OR prorettype = 'trigger'::regtype) LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', made);
    END LOOP;
END $$;
"""


def shape_of(table, columns):
    """The policy of one table as (seen, written), or None for a table of the installation.

    Raises `LookupError` for a table that nobody has placed: it may not come into being unwalled.
    """
    if table in SHAPES:
        return SHAPES[table]
    if table in INSTALLATION:
        return None
    if "organization_id" in columns:
        return OWN_ROWS
    raise LookupError(f"{table} belongs to no organization: give it one, a shape, or a reason in orgs/rls.py")


def policies(cursor):
    """Every table of the schema with its shape, read from the database itself."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text) "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 "
        "GROUP BY c.relname ORDER BY c.relname"
    )
    return {table: shape_of(table, columns) for table, columns in cursor.fetchall()}


def apply(cursor, role):
    """Put every policy and privilege on the schema; safe to repeat, the last word is this page's."""
    for table, shape in policies(cursor).items():
        privileges = "SELECT, INSERT" if table in INSERT_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        if table in NO_APP_WRITES:
            privileges = "SELECT"
        if table in NEVER_DELETED:
            privileges = "SELECT, INSERT, UPDATE"
        cursor.execute(f'REVOKE ALL ON "{table}" FROM "{role}"')
        if table not in HIDDEN:
            cursor.execute(f'GRANT {privileges} ON "{table}" TO "{role}"')
        if table in NEVER_CHANGED | KEPT_COLUMNS.keys():
            keep_columns(cursor, table, role)
        if shape is None:
            continue
        seen, written = shape
        begun = BEGUN.get(table, written)
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        for name in ("tenant", *(f"tenant_{verb}" for verb in "select insert update delete seals".split())):
            cursor.execute(f'DROP POLICY IF EXISTS {name} ON "{table}"')
        cursor.execute(f'CREATE POLICY tenant_select ON "{table}" FOR SELECT USING ({seen})')
        cursor.execute(f'CREATE POLICY tenant_insert ON "{table}" FOR INSERT WITH CHECK ({begun})')
        mine = CHANGED.get(table, written if seen == "true" else seen)
        cursor.execute(
            f'CREATE POLICY tenant_update ON "{table}" FOR UPDATE USING ({mine}) WITH CHECK ({written})'
        )
        cursor.execute(f'CREATE POLICY tenant_delete ON "{table}" FOR DELETE USING ({mine})')
        if table in CHANGED and table in SEALED_AGAIN:  # by the owner's function alone, for whom it is
            cursor.execute(
                f'CREATE POLICY tenant_seals ON "{table}" FOR UPDATE TO CURRENT_USER '
                f"USING ({OWN}) WITH CHECK ({OWN})"
            )
    cursor.execute(SIGN_IN)
    definers.apply(cursor, role, SEALED_AGAIN)
    sides.apply(cursor)
    for function in (
        "organization_signing_in(text)",
        "organization_inviting(bytea)",
        "organization_of_link(bytea, text)",
    ):
        cursor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role}"')
    cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    cursor.execute(NO_SHADOWS)


def keep_columns(cursor, table, role):
    """Let `role` change no column of a table, or all but those that are kept."""
    cursor.execute(f'REVOKE UPDATE ON "{table}" FROM "{role}"')
    if table in KEPT_COLUMNS:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = %s::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attname <> ALL (%s)",
            [table, list(KEPT_COLUMNS[table])],
        )
        cursor.execute(f'GRANT UPDATE ({cursor.fetchone()[0]}) ON "{table}" TO "{role}"')


def after_migrate(sender, using="default", **kwargs):
    """Wall the schema after a migration, once all apps have theirs."""
    connection = connections[using]
    if connection.vendor != "postgresql" or not apps.ready:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.CAUSEWAY_APP_ROLE])
        if cursor.fetchone():
            apply(cursor, settings.CAUSEWAY_APP_ROLE)
