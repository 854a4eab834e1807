from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0020_reopening_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="federal",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
