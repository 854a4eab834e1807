from django.db import migrations, models

# The unit that has the name now, once. Row-level security is forced on the owner too, and put back.
WALLED = ("cases_release", "orgs_unit")
FILL = """
UPDATE cases_release r SET recipient_unit_id = u.id FROM orgs_unit u
    WHERE r.recipient_unit <> '' AND u.organization_id = r.recipient_id AND u.name = r.recipient_unit;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in WALLED)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_walls_of_merged_records"),
        ("orgs", "0019_name_supervisor"),
    ]

    operations = [
        migrations.AddField(
            model_name="release", name="recipient_unit_id", field=models.UUIDField(null=True)
        ),
        migrations.RunSQL(of_all("NO FORCE") + FILL + of_all("FORCE"), migrations.RunSQL.noop),
    ]
