import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A question that somebody was given and that still waits is theirs. Row-level security is forced on the owner
# too, and put back.
FILL = """
ALTER TABLE referrals_referral NO FORCE ROW LEVEL SECURITY;
UPDATE referrals_referral SET answers_now_id = answerer_id
    WHERE state = 'information_requested' AND answerer_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE referrals_referral FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0027_devices"),
        ("referrals", "0022_questions_climb"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="answers_now",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
