"""What the search for customers asks of itineraries."""

from django.db import migrations

ORG = "nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

BY_NUMBER = f"""
    CREATE FUNCTION itineraries_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE org smallint := {ORG};
    BEGIN
        IF typed !~* '^(t-?|#)?[0-9]+$' THEN RETURN; END IF;
        RETURN QUERY SELECT l.customer_id, 'T-' || lpad(i.number::text, 5, '0') FROM itineraries_itinerary i
            JOIN itineraries_itinerarycustomer l
                ON l.organization_id = org AND l.itinerary_id = i.id
            WHERE i.organization_id = org AND i.number = number_sought
            ORDER BY l.position LIMIT 100;
    END $$ LANGUAGE plpgsql STABLE
"""

# Itineraries that they travelled on and that have ended.
PAST = f"""
    CREATE FUNCTION itineraries_past_trips(ids uuid[])
    RETURNS TABLE (customer_id uuid, trips bigint) AS $$
        SELECT l.customer_id, count(*) FROM itineraries_itinerarycustomer l
        JOIN itineraries_itinerary i ON i.organization_id = {ORG} AND i.id = l.itinerary_id
        WHERE l.organization_id = {ORG} AND l.customer_id = ANY (ids) AND l.is_travelling
          AND i.departure_at < now()
        GROUP BY l.customer_id
    $$ LANGUAGE sql STABLE
"""


# When an itinerary on which they travelled last ended.
LAST = f"""
    CREATE FUNCTION itineraries_last_travelled(ids uuid[])
    RETURNS TABLE (customer_id uuid, travelled_on date) AS $$
        SELECT l.customer_id, max(i.departure_at)::date FROM itineraries_itinerarycustomer l
        JOIN itineraries_itinerary i ON i.organization_id = {ORG} AND i.id = l.itinerary_id
        WHERE l.organization_id = {ORG} AND l.customer_id = ANY (ids) AND l.is_travelling
          AND i.departure_at < now()
        GROUP BY l.customer_id
    $$ LANGUAGE sql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("itineraries", "0003_search")]
    operations = [
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION itineraries_customers_of"),
        migrations.RunSQL(PAST, "DROP FUNCTION itineraries_past_trips"),
        migrations.RunSQL(LAST, "DROP FUNCTION itineraries_last_travelled"),
    ]
