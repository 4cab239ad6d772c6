"""Totals of new customers are written once, with what their bookings come to.

An import writes bookings before their customers, as undoing may do. A booking whose customer is
not there yet is passed over at once; the customer's totals then begin with it. Only a booking that
is put back finds lines of its own.
"""

from importlib import import_module

from django.db import migrations

kept = import_module("wayfolk.bookings.migrations.0014_keep_parts")

# Counted, so that each is looked up by the index whatever was planned.
NEW_OF_KNOWN = f"""
    {kept.NEW} WHERE (
        SELECT count(*) FROM bookings_customertotals t
        WHERE t.organization_id = n.organization_id AND t.id = n.customer_id) = 1
"""
NEW_BOOKINGS = f"""
    CREATE OR REPLACE FUNCTION bookings_totals_insert() RETURNS trigger AS $$
    DECLARE
        with_lines uuid[];
    BEGIN
        {kept.hold_currency(kept.WRITTEN["insert"])};
        {kept.add(kept.of_bookings(NEW_OF_KNOWN)).replace(f"AND {kept.HAS_TOTALS}", "")};
        SELECT array_agg(n.id) INTO with_lines FROM new_rows n WHERE (
            SELECT count(*) FROM bookings_bookingline l
            WHERE l.organization_id = n.organization_id AND l.booking_id = n.id) > 0;
        IF with_lines IS NOT NULL THEN
            {kept.settle("SELECT organization_id, id FROM new_rows WHERE id = ANY (with_lines)")};
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""

NAMES = ", ".join(kept.COLUMNS)
FIGURES = ", ".join(f"coalesce(due.{name}, 0)" for name in kept.COLUMNS)
YEARS = ", ".join(kept.YEARLY)
# Nobody else sees these customers yet: there is nothing to add to, and nobody to wait for.
NEW_CUSTOMERS = f"""
    CREATE OR REPLACE FUNCTION bookings_totals_of_new_customers() RETURNS trigger AS $$
    BEGIN
        {kept.hold_currency("TABLE new_rows")};
        WITH each_one AS MATERIALIZED ({kept.of_bookings(kept.WAITING)}), totals AS (
            INSERT INTO bookings_customertotals (
                organization_id, id, customer_id, version, created_at, updated_at, {NAMES},
                last_departure_on)
            SELECT n.organization_id, n.id, n.id, 1, now(), now(), {FIGURES}, due.came_on
            FROM new_rows n LEFT JOIN ({kept.grouped("each_one")}) AS due
              ON due.organization_id = n.organization_id AND due.customer_id = n.id)
        INSERT INTO bookings_customeryear (
            id, organization_id, customer_id, year, version, created_at, updated_at, {YEARS})
        SELECT gen_random_uuid(), organization_id, customer_id, year, 1, now(), now(), {YEARS}
        FROM ({kept.by_year("each_one")}) AS due;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off SET enable_nestloop = off
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0030_brand")]
    operations = [
        migrations.RunSQL(NEW_BOOKINGS, migrations.RunSQL.noop),
        migrations.RunSQL(NEW_CUSTOMERS, migrations.RunSQL.noop),
    ]
