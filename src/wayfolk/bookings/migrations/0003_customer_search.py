"""What the search for customers asks of bookings.

They run with the rights of the caller: every comparison is one that policies allow an index.
"""

from django.db import migrations

ORG = "nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

BY_NUMBER = f"""
    CREATE FUNCTION bookings_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE org smallint := {ORG};
    BEGIN
        RETURN QUERY SELECT b.customer_id, b.number::text FROM bookings_booking b
            WHERE b.organization_id = org AND b.number = number_sought;
        RETURN QUERY SELECT b.customer_id, b.reference::text FROM bookings_booking b
            WHERE b.organization_id = org AND b.reference = typed
              AND NOT b.reference = '';
    END $$ LANGUAGE plpgsql STABLE
"""

# Journeys that are over, at most 200 for each customer.
PAST = f"""
    CREATE FUNCTION bookings_past_trips(ids uuid[])
    RETURNS TABLE (customer_id uuid, trips bigint) AS $$
        SELECT asked.id, (SELECT count(*) FROM (
            SELECT 1 FROM bookings_booking b
            WHERE b.organization_id = {ORG} AND b.customer_id = asked.id
              AND coalesce(b.returns_on, b.departs_on) < current_date AND b.status <> 'cancelled'
            LIMIT 200) AS some_of_them)
        FROM unnest(ids) AS asked (id)
    $$ LANGUAGE sql STABLE
"""


# When a journey of theirs last ended.
LAST = f"""
    CREATE FUNCTION bookings_last_travelled(ids uuid[])
    RETURNS TABLE (customer_id uuid, travelled_on date) AS $$
        SELECT b.customer_id, max(coalesce(b.returns_on, b.departs_on)) FROM bookings_booking b
        WHERE b.organization_id = {ORG} AND b.customer_id = ANY (ids)
          AND coalesce(b.returns_on, b.departs_on) < current_date AND b.status <> 'cancelled'
        GROUP BY b.customer_id
    $$ LANGUAGE sql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_search")]
    operations = [
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION bookings_customers_of"),
        migrations.RunSQL(PAST, "DROP FUNCTION bookings_past_trips"),
        migrations.RunSQL(LAST, "DROP FUNCTION bookings_last_travelled"),
    ]
