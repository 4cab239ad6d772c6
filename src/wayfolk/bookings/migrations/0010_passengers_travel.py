"""Whoever travels on a booking has travelled, whoever bought it.

The functions of 0003, which asked for buyers alone, now with passengers.
"""

from importlib import import_module

from django.db import migrations

ORG = "nullif(current_setting('wayfolk.organization_id', true), '')::smallint"
OVER = "coalesce(b.returns_on, b.departs_on) < current_date AND b.status <> 'cancelled'"
TRAVELS = f"""
    bookings_bookingpassenger p
    JOIN bookings_booking b ON b.organization_id = {ORG} AND b.id = p.booking_id
    WHERE p.organization_id = {ORG} AND {OVER}
"""

# Journeys that are over, each booking once, at most 200 for each customer.
PAST = f"""
    CREATE OR REPLACE FUNCTION bookings_past_trips(ids uuid[])
    RETURNS TABLE (customer_id uuid, trips bigint) AS $$
        SELECT asked.id, (SELECT count(*) FROM (
            (SELECT b.id FROM bookings_booking b
             WHERE b.organization_id = {ORG} AND b.customer_id = asked.id AND {OVER} LIMIT 200)
            UNION
            (SELECT b.id FROM {TRAVELS} AND p.customer_id = asked.id LIMIT 200)
            LIMIT 200) AS some_of_them)
        FROM unnest(ids) AS asked (id)
    $$ LANGUAGE sql STABLE
"""

# When a journey of theirs last ended.
LAST = f"""
    CREATE OR REPLACE FUNCTION bookings_last_travelled(ids uuid[])
    RETURNS TABLE (customer_id uuid, travelled_on date) AS $$
        SELECT journey.customer_id, max(journey.last_day) FROM (
            SELECT b.customer_id, coalesce(b.returns_on, b.departs_on) AS last_day
            FROM bookings_booking b
            WHERE b.organization_id = {ORG} AND b.customer_id = ANY (ids) AND {OVER}
            UNION ALL
            SELECT p.customer_id, coalesce(b.returns_on, b.departs_on)
            FROM {TRAVELS} AND p.customer_id = ANY (ids)
        ) AS journey
        GROUP BY journey.customer_id
    $$ LANGUAGE sql STABLE
"""

_former = import_module("wayfolk.bookings.migrations.0003_customer_search")
_FORMER_PAST, _FORMER_LAST = (
    each.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for each in (_former.PAST, _former.LAST)
)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0009_people_only")]
    operations = [
        migrations.RunSQL(PAST, _FORMER_PAST),
        migrations.RunSQL(LAST, _FORMER_LAST),
    ]
