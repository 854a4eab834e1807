"""Whether a rung rings in the quiet hours; those that stand ring on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_counters")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="by_night",
            field=models.BooleanField(db_default=True),
        ),
    ]
