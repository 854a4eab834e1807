import django.db.models.deletion
from django.db import migrations, models

import orgs.tenancy

# What lies there at this moment is taken over as it is: for each grant the key that it is to (a zero byte and
# its SHA-256, which the application's role can write for no other), and for each organization its public key,
# which a worker signs when it starts. Row-level security is forced on the owner too, and put back.
WALLED = ("orgs_keygrant", "orgs_memberkey", "orgs_recoverykit", "orgs_organization")
ADOPT = """
UPDATE orgs_keygrant g SET mac = '\\x00'::bytea || sha256(k.public_key) FROM orgs_memberkey k WHERE k.id = g.key_id;
UPDATE orgs_keygrant g SET mac = '\\x00'::bytea || sha256(k.public_key) FROM orgs_recoverykit k WHERE k.id = g.kit_id;
INSERT INTO orgs_publishedkey (id, organization_id, version, public_key, key_id, at)
    SELECT gen_random_uuid(), id, key_version, public_key, '', now() FROM orgs_organization
    WHERE public_key IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in WALLED)


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0013_account_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.tenancy.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("public_key", models.BinaryField()),
                ("previous", models.PositiveIntegerField(null=True)),
                ("key_id", models.CharField(blank=True, max_length=16)),
                ("signature", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "published key",
                "ordering": ["version"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key_id", ""), ("previous", None), _connector="OR"),
                        name="key_signed_by_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("previous__isnull", False)),
                        fields=("organization", "version"),
                        name="one_successor_a_version",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="keygrant",
            name="mac",
            field=models.BinaryField(max_length=33, null=True),
        ),
        migrations.RunSQL(of_all("NO FORCE") + ADOPT + of_all("FORCE"), migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="keygrant",
            name="mac",
            field=models.BinaryField(max_length=33),
        ),
    ]
