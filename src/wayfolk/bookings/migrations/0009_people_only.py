"""Only people travel: no company is passenger of a journey that lies ahead.

Looked at when somebody becomes a company, when they are put on a booking, and when a booking comes
to lie ahead. Operations say so in words; undo, imports and raw SQL meet this.
"""

from django.db import migrations

# The same day as operations/conversion.py goes by, in the organisation's own calendar.
TRAVELS = """
    CREATE FUNCTION bookings_travels(org smallint, who uuid) RETURNS boolean AS $$
    DECLARE
        zone text := (SELECT time_zone FROM organization_organization WHERE id = org);
    BEGIN
        RETURN EXISTS (
            SELECT 1 FROM bookings_bookingpassenger p
            JOIN bookings_booking b
              ON b.organization_id = p.organization_id AND b.id = p.booking_id
            LEFT JOIN stays_stay s
              ON s.organization_id = b.organization_id AND s.id = b.stay_id
            LEFT JOIN itineraries_itinerary i
              ON i.organization_id = b.organization_id AND i.id = b.itinerary_id
            WHERE p.organization_id = org AND p.customer_id = who AND b.status <> 'cancelled'
              AND coalesce(
                  b.returns_on, b.departs_on, s.departure_on,
                  (i.departure_at AT TIME ZONE zone)::date, b.booked_on
              ) >= (now() AT TIME ZONE zone)::date
        );
    END $$ LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
"""

# FOR UPDATE waits for whoever is just naming the customer: they hold it FOR KEY SHARE.
OF_CUSTOMER = """
    CREATE FUNCTION bookings_check_kind() RETURNS trigger AS $$
    BEGIN
        PERFORM 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.id FOR UPDATE;
        IF EXISTS (
            SELECT 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.id AND kind = 'company'
        ) AND bookings_travels(NEW.organization_id, NEW.id) THEN
            RAISE EXCEPTION 'customer % travels on a booking and cannot be a company', NEW.id
                USING ERRCODE = 'WF041', CONSTRAINT = 'bookings_people_only';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# Locked as the foreign key locks them, and only then read: what a lock itself returns may be the
# row as it was before it waited.
OF_PASSENGER = """
    CREATE FUNCTION bookings_check_person() RETURNS trigger AS $$
    DECLARE
        found_kind text;
    BEGIN
        PERFORM 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.customer_id FOR KEY SHARE;
        SELECT kind INTO found_kind FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.customer_id;
        IF found_kind = 'company' AND bookings_travels(NEW.organization_id, NEW.customer_id) THEN
            RAISE EXCEPTION 'customer % is a company and cannot travel', NEW.customer_id
                USING ERRCODE = 'WF041', CONSTRAINT = 'bookings_people_only';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# {key}: how bookings name the row whose days changed.
_OF_DAYS = """
    CREATE FUNCTION {name}() RETURNS trigger AS $$
    DECLARE
        traveller uuid;
    BEGIN
        PERFORM 1 FROM bookings_booking b
            JOIN bookings_bookingpassenger p
              ON p.organization_id = b.organization_id AND p.booking_id = b.id
            JOIN customers_customer c
              ON c.organization_id = p.organization_id AND c.id = p.customer_id
            WHERE b.organization_id = NEW.organization_id AND b.{key} = NEW.id
            FOR KEY SHARE OF c;
        FOR traveller IN
            SELECT c.id FROM bookings_booking b
            JOIN bookings_bookingpassenger p
              ON p.organization_id = b.organization_id AND p.booking_id = b.id
            JOIN customers_customer c
              ON c.organization_id = p.organization_id AND c.id = p.customer_id
            WHERE b.organization_id = NEW.organization_id AND b.{key} = NEW.id
              AND c.kind = 'company'
        LOOP
            IF bookings_travels(NEW.organization_id, traveller) THEN
                RAISE EXCEPTION 'customer % is a company and cannot travel', traveller
                    USING ERRCODE = 'WF041', CONSTRAINT = 'bookings_people_only';
            END IF;
        END LOOP;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
DAYS = {
    "bookings_check_days": "id",
    "bookings_check_days_of_stay": "stay_id",
    "bookings_check_days_of_itinerary": "itinerary_id",
}

_TRIGGER = """
    CREATE CONSTRAINT TRIGGER bookings_people_only
    AFTER {events} ON {table}
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ({condition})
    EXECUTE FUNCTION {function}()
"""
# It is a day earlier in some places than in the database: the functions look more closely.
TRIGGERS = {
    "customers_customer": (
        "UPDATE OF kind",
        "NEW.kind = 'company' AND OLD.kind <> 'company'",
        "bookings_check_kind",
    ),
    "bookings_bookingpassenger": (
        "INSERT OR UPDATE OF customer_id, booking_id",
        "true",
        "bookings_check_person",
    ),
    "bookings_booking": (
        "UPDATE OF status, returns_on, departs_on, stay_id, itinerary_id, booked_on",
        "NEW.status <> 'cancelled'"
        " AND coalesce(NEW.returns_on, NEW.departs_on, 'infinity') >= current_date - 1"
        " AND (OLD.status, OLD.returns_on, OLD.departs_on, OLD.stay_id, OLD.itinerary_id,"
        " OLD.booked_on) IS DISTINCT FROM (NEW.status, NEW.returns_on, NEW.departs_on,"
        " NEW.stay_id, NEW.itinerary_id, NEW.booked_on)",
        "bookings_check_days",
    ),
    "stays_stay": (
        "UPDATE OF departure_on",
        "NEW.departure_on > OLD.departure_on AND NEW.departure_on >= current_date - 1",
        "bookings_check_days_of_stay",
    ),
    "itineraries_itinerary": (
        "UPDATE OF departure_at",
        "NEW.departure_at IS DISTINCT FROM OLD.departure_at",
        "bookings_check_days_of_itinerary",
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0008_keep_totals"),
        ("customers", "0001_initial"),
        ("itineraries", "0001_initial"),
        ("organization", "0001_initial"),
        ("stays", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(TRAVELS, "DROP FUNCTION bookings_travels(smallint, uuid)"),
        migrations.RunSQL(OF_CUSTOMER, "DROP FUNCTION bookings_check_kind()"),
        migrations.RunSQL(OF_PASSENGER, "DROP FUNCTION bookings_check_person()"),
        *(
            migrations.RunSQL(_OF_DAYS.format(name=name, key=key), f"DROP FUNCTION {name}()")
            for name, key in DAYS.items()
        ),
        *(
            migrations.RunSQL(
                _TRIGGER.format(table=table, events=events, condition=condition, function=function),
                f"DROP TRIGGER bookings_people_only ON {table}",
            )
            for table, (events, condition, function) in TRIGGERS.items()
        ),
    ]
