"""Search by product name, behind the row security policies (as itineraries_search is)."""

from django.db import migrations

INDEX = """
    CREATE INDEX bookings_booking_folded_product ON bookings_booking
    USING gin (folded_product gin_trgm_ops)
"""

# The newest matches first. The other filters of the list are applied here as well, so that the
# limit cuts off what is old, never what was asked for. Each filter that is NULL does not apply.
# For one word the planner knows whether to walk along the dates or to use the trigrams. Of several
# it believes that they are rarer together than they are, so the newest 20,000 bookings are looked
# through first: what is in every hundredth product is found there, a rarer one by its trigrams.
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
        -- '%' rather than the first once more, which would look twice as rare to the planner.
        longest text := patterns[1];
        next_longest text := coalesce(patterns[2], '%');
        found uuid[];
    BEGIN
        IF org IS NULL OR cardinality(fragments) = 0 THEN RETURN; END IF;
        IF cardinality(fragments) > 1 THEN
            found := array(
                SELECT newest.id FROM (
                    SELECT b.id, b.folded_product FROM bookings_booking b
                    WHERE b.organization_id = org
                      AND (status_sought IS NULL OR b.status = status_sought)
                      AND (NOT is_unconnected OR (b.stay_id IS NULL AND b.itinerary_id IS NULL))
                      AND (booked_from IS NULL OR b.booked_on >= booked_from)
                      AND (booked_to IS NULL OR b.booked_on <= booked_to)
                      AND (departs_from IS NULL OR b.departs_on >= departs_from)
                      AND (departs_to IS NULL OR b.departs_on <= departs_to)
                    ORDER BY b.booked_on DESC, b.id DESC LIMIT 20000
                ) newest WHERE newest.folded_product LIKE ALL (patterns) LIMIT max_rows);
            IF cardinality(found) = max_rows THEN
                RETURN QUERY SELECT unnest(found);
                RETURN;
            END IF;
        END IF;
        RETURN QUERY SELECT b.id FROM bookings_booking b
            WHERE b.organization_id = org AND b.folded_product LIKE longest
              AND b.folded_product LIKE next_longest
              AND (cardinality(fragments) = 1 OR b.folded_product LIKE ALL (patterns))
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
