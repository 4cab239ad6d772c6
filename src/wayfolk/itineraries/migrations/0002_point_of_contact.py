"""TP-02 in the database: customers linked => at least one point of contact, at commit."""

from django.db import migrations

# The itinerary's row is locked before looking, so that two transactions that each remove a
# different point of contact take turns, and the second one sees what the first one did.
FUNCTION = """
    CREATE FUNCTION itineraries_check_point_of_contact() RETURNS trigger AS $$
    DECLARE
        checked_organization smallint;
        checked_itinerary uuid;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            checked_organization := NEW.organization_id;
            checked_itinerary := NEW.itinerary_id;
        ELSE
            checked_organization := OLD.organization_id;
            checked_itinerary := OLD.itinerary_id;
        END IF;
        LOOP
            PERFORM 1 FROM itineraries_itinerary
                WHERE organization_id = checked_organization AND id = checked_itinerary
                FOR NO KEY UPDATE;
            IF EXISTS (
                SELECT 1 FROM itineraries_itinerarycustomer
                WHERE organization_id = checked_organization AND itinerary_id = checked_itinerary
            ) AND NOT EXISTS (
                SELECT 1 FROM itineraries_itinerarycustomer
                WHERE organization_id = checked_organization AND itinerary_id = checked_itinerary
                  AND is_poc
            ) THEN
                RAISE EXCEPTION 'itinerary % has customers but no point of contact',
                    checked_itinerary
                    USING ERRCODE = 'WF002', CONSTRAINT = 'itineraries_point_of_contact';
            END IF;
            EXIT WHEN TG_OP <> 'UPDATE' OR checked_itinerary = NEW.itinerary_id;
            checked_itinerary := NEW.itinerary_id;
        END LOOP;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

TRIGGER = """
    CREATE CONSTRAINT TRIGGER itineraries_point_of_contact
    AFTER INSERT OR UPDATE OF is_poc, itinerary_id OR DELETE ON itineraries_itinerarycustomer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION itineraries_check_point_of_contact()
"""

# At most one trip leader per itinerary (decision 3).
LEADER = """
    CREATE UNIQUE INDEX itineraries_one_leader ON itineraries_itinerarycustomer
    (organization_id, itinerary_id) WHERE is_leader
"""


class Migration(migrations.Migration):
    dependencies = [("itineraries", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION itineraries_check_point_of_contact()"),
        migrations.RunSQL(
            TRIGGER,
            "DROP TRIGGER itineraries_point_of_contact ON itineraries_itinerarycustomer",
        ),
        migrations.RunSQL(LEADER, "DROP INDEX itineraries_one_leader"),
    ]
