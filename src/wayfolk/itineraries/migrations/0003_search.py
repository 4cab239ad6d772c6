"""Search over folded trip names, behind the row security policies.

Under a policy the planner uses an index for leakproof operators only, and LIKE is none. So
the function runs as the owner of the tables and takes the organisation from the setting
itself. Its work is bounded by `max_rows`.
"""

from django.db import migrations

INDEX = """
    CREATE INDEX itineraries_folded_name_trgm ON itineraries_itinerary
    USING gin (folded_name gin_trgm_ops)
"""

# fragments: folded words that must occur anywhere in the name, without wildcards in them.
# Tiers: 0 Trip ID, 1 the name begins so, 2 contains every fragment.
FUNCTION = """
    CREATE FUNCTION itineraries_search(fragments text[], number_sought bigint, max_rows int)
    RETURNS TABLE (itinerary_id uuid, tier int) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
        start text := array_to_string(fragments, ' ');
        patterns text[] := array(
            SELECT '%' || f || '%' FROM unnest(fragments) f ORDER BY length(f) DESC);
        -- LIKE ALL uses no index: the two longest fragments are compared by themselves as well.
        longest text := patterns[1];
        next_longest text := coalesce(patterns[2], longest);
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF number_sought IS NOT NULL THEN
            RETURN QUERY SELECT i.id, 0 FROM itineraries_itinerary i
                WHERE i.organization_id = org AND i.number = number_sought;
        END IF;
        IF start <> '' THEN
            RETURN QUERY SELECT i.id, 1 FROM itineraries_itinerary i
                WHERE i.organization_id = org
                  AND i.folded_name >= start AND i.folded_name < start || '~'
                ORDER BY i.folded_name LIMIT max_rows;
        END IF;
        -- A fragment of one or two characters has no trigram: only beginnings answer it.
        IF EXISTS (SELECT 1 FROM unnest(fragments) f WHERE length(f) >= 3) THEN
            RETURN QUERY SELECT i.id, 2 FROM itineraries_itinerary i
                WHERE i.folded_name LIKE longest AND i.folded_name LIKE next_longest
                  AND i.folded_name LIKE ALL (patterns) AND i.organization_id = org
                LIMIT max_rows;
        END IF;
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
"""


class Migration(migrations.Migration):
    dependencies = [
        ("itineraries", "0002_point_of_contact"),
        ("kit", "0001_extensions"),
    ]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX itineraries_folded_name_trgm"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION itineraries_search(text[], bigint, int)"),
    ]
