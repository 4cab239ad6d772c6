"""KP-11 in the database: passengers on a booking => exactly one of them leads, at commit."""

from django.db import migrations

# Both halves in one deferred check rather than a unique index for one of them: an undo puts a
# former lead back before it takes the present one's place, in whatever order the rows come.
# The booking's row is locked before looking, so that of two transactions that each name a lead
# the second one sees what the first one did.
FUNCTION = """
    CREATE FUNCTION bookings_check_lead_passenger() RETURNS trigger AS $$
    DECLARE
        checked_organization smallint;
        checked_booking uuid;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            checked_organization := NEW.organization_id;
            checked_booking := NEW.booking_id;
        ELSE
            checked_organization := OLD.organization_id;
            checked_booking := OLD.booking_id;
        END IF;
        LOOP
            PERFORM 1 FROM bookings_booking
                WHERE organization_id = checked_organization AND id = checked_booking
                FOR NO KEY UPDATE;
            IF EXISTS (
                SELECT 1 FROM bookings_bookingpassenger
                WHERE organization_id = checked_organization AND booking_id = checked_booking
                HAVING count(*) > 0 AND count(*) FILTER (WHERE is_lead) <> 1
            ) THEN
                RAISE EXCEPTION 'booking % has passengers but not one lead', checked_booking
                    USING ERRCODE = 'WF040', CONSTRAINT = 'bookings_one_lead_passenger';
            END IF;
            EXIT WHEN TG_OP <> 'UPDATE' OR checked_booking = NEW.booking_id;
            checked_booking := NEW.booking_id;
        END LOOP;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

TRIGGER = """
    CREATE CONSTRAINT TRIGGER bookings_one_lead_passenger
    AFTER INSERT OR UPDATE OF is_lead, booking_id OR DELETE ON bookings_bookingpassenger
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION bookings_check_lead_passenger()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_passengers")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION bookings_check_lead_passenger()"),
        migrations.RunSQL(
            TRIGGER, "DROP TRIGGER bookings_one_lead_passenger ON bookings_bookingpassenger"
        ),
    ]
