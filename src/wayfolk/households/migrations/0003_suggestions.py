"""Who may live together: people of one family name at one address, or with one contact point.

Behind the row security policies, because an expression is no leakproof index condition. The
function runs as the owner of the tables and takes the organisation from the setting itself.
Its work is bounded by `max_each` for every customer asked about: each join is a look into an
index, never a pass over everybody, which would seem cheaper to the planner in a small company.
"""

from django.db import migrations

# Letters and digits alone, without accents, so that spelling and punctuation do not matter.
KEY = """
    CREATE FUNCTION households_address_key(lines text, postcode text) RETURNS text AS $$
        SELECT pg_catalog.lower(pg_catalog.regexp_replace(
            pg_catalog.translate(
                pg_catalog.normalize(lines || postcode, 'NFKD'), 'øØđĐłŁıİ', 'oOdDlLiI'),
            '[^[:alnum:]]', '', 'g'))
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""

INDEX = """
    CREATE INDEX households_same_address ON customers_address
    (organization_id, households_address_key(lines, postcode))
    WHERE set = 'primary' AND lines <> ''
"""

FUNCTION = """
    CREATE FUNCTION households_alike(customer_ids uuid[], kinds text[], max_each int)
    RETURNS TABLE (first_id uuid, second_id uuid, reason text) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF 'address' = ANY (kinds) THEN
            RETURN QUERY
            SELECT c.id, o.id, 'address'
            FROM unnest(customer_ids) asked(id)
            JOIN customers_customer c ON c.organization_id = org AND c.id = asked.id
             AND c.kind = 'person' AND c.folded_family <> ''
            JOIN customers_address a ON a.organization_id = org AND a.customer_id = c.id
             AND a.set = 'primary' AND a.lines <> ''
            CROSS JOIN LATERAL (
                SELECT p.id
                FROM (
                    SELECT b.customer_id FROM customers_address b
                    WHERE b.organization_id = org AND b.set = 'primary' AND b.lines <> ''
                      AND households_address_key(b.lines, b.postcode)
                        = households_address_key(a.lines, a.postcode)
                      AND b.folded_city = a.folded_city
                    LIMIT max_each * 5
                ) b
                CROSS JOIN LATERAL (  -- OFFSET: looked up by id, not among all namesakes
                    SELECT q.* FROM customers_customer q
                    WHERE q.organization_id = org AND q.id = b.customer_id OFFSET 0
                ) p
                WHERE p.id <> c.id AND p.folded_family = c.folded_family AND p.kind = 'person'
                  AND p.deleted_at IS NULL AND p.status <> 'merged'
                LIMIT max_each
            ) o;
        END IF;
        RETURN QUERY
        SELECT DISTINCT c.id, o.id, o.kind
        FROM unnest(customer_ids) asked(id)
        JOIN customers_customer c ON c.organization_id = org AND c.id = asked.id
         AND c.kind = 'person' AND c.folded_family <> ''
        JOIN customers_contactpoint a ON a.organization_id = org AND a.customer_id = c.id
         AND a.normalised <> ''
        CROSS JOIN LATERAL (
            SELECT p.id, CASE WHEN b.kind = 'email' THEN 'email' ELSE 'phone' END AS kind
            FROM (
                SELECT q.customer_id, q.kind FROM customers_contactpoint q
                WHERE q.organization_id = org AND q.normalised = a.normalised
                LIMIT max_each
            ) b
            JOIN customers_customer p ON p.organization_id = org AND p.id = b.customer_id
            WHERE p.id <> c.id AND p.folded_family = c.folded_family AND p.kind = 'person'
              AND p.deleted_at IS NULL AND p.status <> 'merged'
        ) o
        WHERE o.kind = ANY (kinds);
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
       SET enable_hashjoin = off SET enable_mergejoin = off
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0002_truth_over_time"),
        ("customers", "0005_search_by_keys"),
    ]
    operations = [
        migrations.RunSQL(KEY, "DROP FUNCTION households_address_key(text, text)"),
        migrations.RunSQL(INDEX, "DROP INDEX households_same_address"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION households_alike(uuid[], text[], int)"),
    ]
