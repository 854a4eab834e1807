from django.db import migrations

# A wall that was set since a merge stood around the record that stays alone: it stands around both from now
# on. What was lifted since from that record stays around the other. Row-level security is forced on the owner
# too, and put back.
WALLED = ("cases_person", "cases_wall")
BELOW = """
WITH RECURSIVE below (person_id, above_id) AS (
    SELECT id, merged_into_id FROM cases_person WHERE merged_into_id IS NOT NULL
    UNION
    SELECT below.person_id, p.merged_into_id FROM below JOIN cases_person p ON p.id = below.above_id
    WHERE p.merged_into_id IS NOT NULL
)
"""
WALLS = """
INSERT INTO cases_wall (id, organization_id, person_id, user_id, reason, set_by_id, set_at)
    SELECT DISTINCT ON (b.person_id, w.user_id)
        gen_random_uuid(), w.organization_id, b.person_id, w.user_id, w.reason, w.set_by_id, w.set_at
    FROM below b JOIN cases_wall w ON w.person_id = b.above_id
    ORDER BY b.person_id, w.user_id, w.reason <> 'self', w.set_at
    ON CONFLICT (person_id, user_id) DO UPDATE SET reason = 'self' WHERE excluded.reason = 'self';
"""
NAMED = """
UPDATE cases_person p SET named_only = true, named_only_by_id = named.named_only_by_id
    FROM (SELECT DISTINCT ON (b.person_id) b.person_id, a.named_only_by_id
          FROM below b JOIN cases_person a ON a.id = b.above_id AND a.named_only
          ORDER BY b.person_id) named
    WHERE p.id = named.person_id AND NOT p.named_only;
"""
SHARE = f"{BELOW}{WALLS}{BELOW}{NAMED}SET CONSTRAINTS ALL IMMEDIATE;\n"  # noqa: S608 - all of it is above


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in WALLED)


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_receipts")]

    operations = [
        migrations.RunSQL(of_all("NO FORCE") + SHARE + of_all("FORCE"), migrations.RunSQL.noop),
    ]
