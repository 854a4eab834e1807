from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_one_mark_a_drawing_and_facts_of_signers"),
    ]

    operations = [
        migrations.AddField(model_name="release", name="recipient_member", field=models.UUIDField(null=True)),
    ]
