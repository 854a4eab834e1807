from django.db import migrations

# A report and a demand are about the person of their case, also where that came to be another record of the
# same person; and a restriction that walls alone made can go with the last of them. Row-level security is
# forced on the owner too, and put back.
TABLES = ("cases_case", "cases_person", "cases_wall", "cases_mandatedreport", "cases_demand")
PUT_RIGHT = """
UPDATE cases_mandatedreport d SET person_id = c.person_id
    FROM cases_case c WHERE c.id = d.case_id AND c.person_id <> d.person_id;
UPDATE cases_demand d SET person_id = c.person_id
    FROM cases_case c WHERE c.id = d.case_id AND c.person_id <> d.person_id;
UPDATE cases_case c SET restricted_by_walls = true
    FROM cases_person p WHERE p.id = c.person_id AND c.restricted AND NOT p.named_only
    AND EXISTS (SELECT 1 FROM cases_wall w WHERE w.person_id = p.id);
SET CONSTRAINTS ALL IMMEDIATE;
"""


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_one_person_in_two_records")]

    operations = [
        migrations.RunSQL(of_all("NO FORCE") + PUT_RIGHT + of_all("FORCE"), migrations.RunSQL.noop),
    ]
