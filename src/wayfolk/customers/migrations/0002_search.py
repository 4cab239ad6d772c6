"""Search over folded text, behind the row security policies.

Under a policy the planner uses an index for leakproof operators only, and LIKE is none.
So the function runs as the owner of the tables and takes the organisation from the
setting itself. Its work is bounded: every tier stops at `max_rows`.
"""

from django.db import migrations

INDEX = """
    CREATE INDEX customers_customer_folded_text ON customers_customer
    USING gin (folded_text gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 16384)
"""

# words: folded words of a name; fragments: what must occur anywhere in the folded text;
# statuses: which records may come back. Tiers: 0 number, 1 name begins so, 2 contains.
FUNCTION = """
    CREATE FUNCTION customers_search(
        words text[], fragments text[], number_sought bigint, statuses text[], max_rows int
    ) RETURNS TABLE (customer_id uuid, tier int) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
        found uuid[] := '{}';
        first_word text := words[1];
        second_word text := coalesce(words[2], '');
        rest text[] := array(
            SELECT '%' || f || '%' FROM unnest(fragments) f ORDER BY length(f) DESC);
        -- LIKE ALL uses no index: the two longest fragments are compared by themselves as well.
        longest text := rest[1];
        next_longest text := coalesce(rest[2], longest);
        -- With at most two words the ranges below say all; more is compared row by row.
        is_covered boolean := fragments = words AND cardinality(words) <= 2;
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF number_sought IS NOT NULL THEN
            RETURN QUERY SELECT c.id, 0 FROM customers_customer c
                WHERE c.organization_id = org AND c.number = number_sought
                  AND c.status = ANY (statuses) AND c.deleted_at IS NULL;
        END IF;
        -- Both columns as ranges: the index answers alone. '~' sorts after every folded letter.
        IF first_word IS NOT NULL THEN
            found := array(
                SELECT x.id FROM (
                    (SELECT c.id FROM customers_customer c
                     WHERE c.organization_id = org AND c.folded_family >= first_word
                       AND c.folded_family < first_word || '~'
                       AND c.folded_given >= second_word AND c.folded_given < second_word || '~'
                       AND (is_covered OR c.folded_text LIKE ALL (rest))
                       AND c.status = ANY (statuses) AND c.deleted_at IS NULL
                     ORDER BY c.folded_family, c.folded_given LIMIT max_rows)
                    UNION
                    (SELECT c.id FROM customers_customer c
                     WHERE c.organization_id = org AND c.folded_given >= first_word
                       AND c.folded_given < first_word || '~'
                       AND c.folded_family >= second_word AND c.folded_family < second_word || '~'
                       AND (is_covered OR c.folded_text LIKE ALL (rest))
                       AND c.status = ANY (statuses) AND c.deleted_at IS NULL
                     ORDER BY c.folded_given, c.folded_family LIMIT max_rows)
                ) x LIMIT max_rows);
            RETURN QUERY SELECT f, 1 FROM unnest(found) f;
        END IF;
        -- A fragment of one or two characters has no trigram: only name beginnings answer it.
        IF cardinality(found) < max_rows
           AND EXISTS (SELECT 1 FROM unnest(fragments) f WHERE length(f) >= 3) THEN
            RETURN QUERY SELECT c.id, 2 FROM customers_customer c
                WHERE c.folded_text LIKE longest AND c.folded_text LIKE next_longest
                  AND c.folded_text LIKE ALL (rest) AND c.organization_id = org
                  AND NOT c.id = ANY (found)
                  AND c.status = ANY (statuses) AND c.deleted_at IS NULL
                LIMIT max_rows - cardinality(found);
        END IF;
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("kit", "0001_extensions")]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX customers_customer_folded_text"),
        migrations.RunSQL(
            FUNCTION, "DROP FUNCTION customers_search(text[], text[], bigint, text[], int)"
        ),
    ]
