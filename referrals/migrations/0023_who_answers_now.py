import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Row-level security is forced on the owner too, and put back.
WALLED = (
    "referrals_referral",
    "referrals_referralgroupgrant",
    "referrals_referralusergrant",
    "referrals_intake",
    "cases_case",
    "cases_person",
    "cases_sameperson",
)
# A question that somebody was given and that still waits is theirs.
GIVEN = """
UPDATE referrals_referral SET answers_now_id = answerer_id
    WHERE state = 'information_requested' AND answerer_id IS NOT NULL;
"""
# Grants that are given no more: a question that climbed is given on by nobody, and who answered reads on alone.
GRANTS = """
DELETE FROM referrals_referralgroupgrant g USING auth_group a, auth_permission p
    WHERE a.id = g.group_id AND p.id = g.permission_id AND p.codename = 'hand_on_referral'
    AND a.name LIKE '% unit_supervisor';
DELETE FROM referrals_referralusergrant g USING referrals_referral r, auth_permission p
    WHERE r.id = g.content_object_id AND p.id = g.permission_id AND g.user_id = r.answerer_id
    AND g.user_id <> r.referrer_id AND r.state <> 'information_requested'
    AND p.codename IN ('write_referral', 'answer_referral');
"""
# A mark holds for every packet of that agency about the person, in whichever of their records it lies.
MARKED = """
WITH RECURSIVE pairs (one, other) AS (
    SELECT i.person_id, o.person_id FROM referrals_intake i JOIN referrals_intake o ON o.id = i.same_as_id
    UNION ALL SELECT i.person_id, c.person_id FROM referrals_intake i JOIN cases_case c ON c.id = i.case_id
    UNION ALL SELECT id, merged_into_id FROM cases_person WHERE merged_into_id IS NOT NULL
    UNION ALL SELECT one_id, other_id FROM cases_sameperson),
ways (one, other) AS (SELECT one, other FROM pairs UNION SELECT other, one FROM pairs),
marks (house, agency, person, at, by) AS (
    SELECT i.organization_id, r.organization_id, i.person_id, i.officer_marked_at, i.officer_marked_by_id
    FROM referrals_intake i JOIN referrals_referral r ON r.id = i.referral_id
    WHERE i.officer_marked_at IS NOT NULL
    UNION SELECT m.house, m.agency, b.other, m.at, m.by FROM marks m JOIN ways b ON b.one = m.person)
UPDATE referrals_intake i SET officer_marked_at = m.at, officer_marked_by_id = m.by
    FROM marks m, referrals_referral r
    WHERE r.id = i.referral_id AND i.officer_marked_at IS NULL AND m.house = i.organization_id
    AND m.person = i.person_id AND m.agency = r.organization_id AND r.receiver_id = i.organization_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def of_all(how):
    return "".join(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY;\n" for table in WALLED)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0033_cover_asked"),
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
        migrations.RunSQL(
            of_all("NO FORCE") + GIVEN + GRANTS + MARKED + of_all("FORCE"), migrations.RunSQL.noop
        ),
    ]
