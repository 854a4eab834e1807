from django.db import migrations, models

from orgs import clock

# Whichever code closes an administrator or gives them another role, the row says until when they were one;
# and no later writing of the row takes that back.
RULED = f"""
CREATE FUNCTION administrator_until() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.ruled_until := greatest(OLD.ruled_until, NEW.ruled_until);
    IF OLD.role = 'administrator' AND OLD.is_active
       AND NOT (NEW.role = 'administrator' AND NEW.is_active) THEN
        NEW.ruled_until := {clock.SQL};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER administrator_until BEFORE UPDATE ON orgs_user
    FOR EACH ROW EXECUTE FUNCTION administrator_until();
REVOKE ALL ON FUNCTION administrator_until() FROM PUBLIC;
"""
UNDO = "DROP TRIGGER administrator_until ON orgs_user; DROP FUNCTION administrator_until();"


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0014_keys_that_were_given"),
    ]

    operations = [
        migrations.AddField(model_name="user", name="ruled_until", field=models.DateTimeField(null=True)),
        migrations.RunSQL(RULED, UNDO),
    ]
