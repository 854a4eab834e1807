from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_staff_as_clients"),
    ]

    operations = [
        migrations.AddField(model_name="release", name="recipient_member", field=models.UUIDField(null=True)),
    ]
