from django.db import migrations, models

# As its release was filled (cases 0019). Row-level security is forced on the owner too, and put back.
WALLED = ("referrals_handoff", "referrals_outcome", "orgs_unit")
FILL = """
UPDATE referrals_handoff h SET receiver_unit_id = u.id FROM orgs_unit u
    WHERE h.receiver_unit <> '' AND h.offered_at IS NOT NULL
    AND u.organization_id = h.receiver_id AND u.name = h.receiver_unit;
UPDATE referrals_outcome o SET unit_id = u.id FROM orgs_unit u
    WHERE o.unit <> '' AND u.organization_id = o.organization_id AND u.name = o.unit;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in WALLED)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_recipient_unit_id"),
        ("orgs", "0019_name_supervisor"),
        ("referrals", "0007_receipts"),
    ]

    operations = [
        migrations.AddField(model_name="handoff", name="receiver_unit_id", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="outcome", name="unit_id", field=models.UUIDField(null=True)),
        migrations.RunSQL(of_all("NO FORCE") + FILL + of_all("FORCE"), migrations.RunSQL.noop),
    ]
