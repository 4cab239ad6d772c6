"""Search by reservation ID, behind the row security policies (as itineraries_search is)."""

from django.db import migrations

INDEX = """
    CREATE INDEX stays_stay_folded_reservation ON stays_stay
    USING gin (folded_reservation gin_trgm_ops)
"""

# fragment: folded, without LIKE's signs. Reservation IDs that begin so come first, then those
# that contain it; a fragment of one or two characters has no trigram and finds beginnings only.
FUNCTION = """
    CREATE FUNCTION stays_search(fragment text, max_rows int)
    RETURNS TABLE (stay_id uuid, tier int) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
        found uuid[];
    BEGIN
        IF org IS NULL OR fragment = '' THEN RETURN; END IF;
        found := array(
            SELECT s.id FROM stays_stay s
            WHERE s.organization_id = org AND s.folded_reservation >= fragment
              AND s.folded_reservation < fragment || chr(1114111)
            ORDER BY s.folded_reservation LIMIT max_rows);
        RETURN QUERY SELECT f, 1 FROM unnest(found) f;
        IF cardinality(found) < max_rows AND length(fragment) >= 3 THEN
            RETURN QUERY SELECT s.id, 2 FROM stays_stay s
                WHERE s.organization_id = org AND s.folded_reservation LIKE '%' || fragment || '%'
                  AND NOT s.id = ANY (found)
                LIMIT max_rows - cardinality(found);
        END IF;
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
"""


class Migration(migrations.Migration):
    dependencies = [("stays", "0001_initial"), ("kit", "0001_extensions")]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX stays_stay_folded_reservation"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION stays_search(text, int)"),
    ]
