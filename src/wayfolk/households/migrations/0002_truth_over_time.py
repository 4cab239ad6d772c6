"""What must be true of households on every day, at the end of each change set.

An ended household has nobody in it from that day on, and guardians form no circle. Operations
say so in words; undo and raw SQL meet these.
"""

from django.db import migrations

# The household's row is locked before looking, so that moving in and ending take turns.
ENDED = """
    CREATE FUNCTION households_check_ended() RETURNS trigger AS $$
    DECLARE
        org smallint := NEW.organization_id;
        checked uuid := CASE WHEN TG_TABLE_NAME = 'households_household'
                        THEN (to_jsonb(NEW)->>'id')::uuid
                        ELSE (to_jsonb(NEW)->>'household_id')::uuid END;
        last_day date;
    BEGIN
        SELECT ended_on INTO last_day FROM households_household
            WHERE organization_id = org AND id = checked FOR NO KEY UPDATE;
        IF last_day IS NULL THEN
            RETURN NULL;
        END IF;
        IF EXISTS (
            SELECT 1 FROM households_householdmember
            WHERE organization_id = org AND household_id = checked
              AND (to_on IS NULL OR to_on > last_day)
        ) OR EXISTS (
            SELECT 1 FROM households_connection
            WHERE organization_id = org AND household_id = checked
              AND (to_on IS NULL OR to_on > last_day)
        ) THEN
            RAISE EXCEPTION 'household % ended on %, and somebody belongs to it later',
                checked, last_day
                USING ERRCODE = 'WF020', CONSTRAINT = 'households_nobody_after_the_end';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

_TRIGGER = """
    CREATE CONSTRAINT TRIGGER households_nobody_after_the_end
    AFTER {events} ON {table}
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION households_check_ended()
"""
TRIGGERS = {
    "households_household": "UPDATE OF ended_on",
    "households_householdmember": "INSERT OR UPDATE OF to_on, household_id",
    "households_connection": "INSERT OR UPDATE OF to_on, household_id",
}

# One at a time in an organisation: each of two circles' halves would not see the other.
CIRCLE = """
    CREATE FUNCTION households_check_guardians() RETURNS trigger AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('households_guardian'), NEW.organization_id);
        IF EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT NEW.guardian_id
                UNION
                SELECT g.guardian_id FROM households_guardian g
                JOIN above ON g.child_id = above.id
                WHERE g.organization_id = NEW.organization_id
            )
            SELECT 1 FROM above WHERE id = NEW.child_id
        ) THEN
            RAISE EXCEPTION 'customer % would be guardian of somebody above them', NEW.guardian_id
                USING ERRCODE = 'WF021', CONSTRAINT = 'households_no_circle_of_guardians';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

CIRCLE_TRIGGER = """
    CREATE CONSTRAINT TRIGGER households_no_circle_of_guardians
    AFTER INSERT OR UPDATE OF child_id, guardian_id ON households_guardian
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION households_check_guardians()
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial")]
    operations = [
        migrations.RunSQL(ENDED, "DROP FUNCTION households_check_ended()"),
        *(
            migrations.RunSQL(
                _TRIGGER.format(events=events, table=table),
                f"DROP TRIGGER households_nobody_after_the_end ON {table}",
            )
            for table, events in TRIGGERS.items()
        ),
        migrations.RunSQL(CIRCLE, "DROP FUNCTION households_check_guardians()"),
        migrations.RunSQL(
            CIRCLE_TRIGGER,
            "DROP TRIGGER households_no_circle_of_guardians ON households_guardian",
        ),
    ]
