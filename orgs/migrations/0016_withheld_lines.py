from django.db import migrations

import orgs.sealing


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0015_who_was_administrator"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditexport",
            name="withheld",
            field=orgs.sealing.LetterField(blank=True),
        ),
    ]
