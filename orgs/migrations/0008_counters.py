"""The counters of cases and intakes leave the directory that all read, and keep their numbers."""

import django.db.models.deletion
from django.db import migrations, models

import orgs.tenancy

KEEP = """
INSERT INTO public.orgs_counter (id, organization_id, name, next)
    SELECT gen_random_uuid(), o.id, s.name, s.next FROM public.orgs_organization o
    CROSS JOIN LATERAL (VALUES ('case', o.next_case), ('intake', o.next_intake)) s (name, next)
    WHERE s.next > 1;
SET CONSTRAINTS ALL IMMEDIATE;
"""

GO_BACK = """
ALTER TABLE public.orgs_organization NO FORCE ROW LEVEL SECURITY;
ALTER TABLE public.orgs_counter NO FORCE ROW LEVEL SECURITY;
UPDATE public.orgs_organization o SET
    next_case = coalesce((SELECT c.next FROM public.orgs_counter c
                          WHERE c.organization_id = o.id AND c.name = 'case'), 1),
    next_intake = coalesce((SELECT c.next FROM public.orgs_counter c
                            WHERE c.organization_id = o.id AND c.name = 'intake'), 1);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE public.orgs_organization FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_members_hold_the_keys")]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.tenancy.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=12)),
                ("next", models.PositiveIntegerField(default=1)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "name"), name="one_counter_a_series")
                ],
            },
        ),
        migrations.RunSQL(KEEP, GO_BACK),
        migrations.RemoveField(model_name="organization", name="next_case"),
        migrations.RemoveField(model_name="organization", name="next_intake"),
    ]
