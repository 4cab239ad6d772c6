"""Search by product name, behind the row security policies (as customers_search is)."""

from django.db import migrations

INDEX = """
    CREATE INDEX bookings_booking_folded_product ON bookings_booking
    USING gin (folded_product gin_trgm_ops)
"""

# The newest matches first. The other filters of the list are applied here as well, so that the
# limit cuts off what is old, never what was asked for. Each filter that is NULL does not apply.
# The plan is made for each call: a word in every second product is found along the dates, a rare
# one through its trigrams.
FUNCTION = """
    CREATE FUNCTION bookings_search(
        fragments text[], status_sought text, is_unconnected boolean,
        booked_from date, booked_to date, departs_from date, departs_to date, max_rows int
    ) RETURNS SETOF uuid AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
        patterns text[] := array(
            SELECT '%' || f || '%' FROM unnest(fragments) f ORDER BY length(f) DESC);
        -- LIKE ALL uses no index: the two longest fragments are compared by themselves as well.
        longest text := patterns[1];
        next_longest text := coalesce(patterns[2], longest);
    BEGIN
        IF org IS NULL OR cardinality(fragments) = 0 THEN RETURN; END IF;
        RETURN QUERY SELECT b.id FROM bookings_booking b
            WHERE b.organization_id = org AND b.folded_product LIKE longest
              AND b.folded_product LIKE next_longest AND b.folded_product LIKE ALL (patterns)
              AND (status_sought IS NULL OR b.status = status_sought)
              AND (NOT is_unconnected OR (b.stay_id IS NULL AND b.itinerary_id IS NULL))
              AND (booked_from IS NULL OR b.booked_on >= booked_from)
              AND (booked_to IS NULL OR b.booked_on <= booked_to)
              AND (departs_from IS NULL OR b.departs_on >= departs_from)
              AND (departs_to IS NULL OR b.departs_on <= departs_to)
            ORDER BY b.booked_on DESC, b.id DESC LIMIT max_rows;
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("kit", "0001_extensions")]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX bookings_booking_folded_product"),
        migrations.RunSQL(
            FUNCTION,
            "DROP FUNCTION bookings_search(text[], text, boolean, date, date, date, date, int)",
        ),
    ]
