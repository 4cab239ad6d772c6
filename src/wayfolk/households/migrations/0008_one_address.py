"""Who may live together, now also people of several surnames at one full address.

The function of 0006, its part by address written anew. Whoever is there counts, so that neither a
tower block nor a company's address says anything of people who are not of one name.
"""

from importlib import import_module

from django.db import migrations

FORMER = import_module("wayfolk.households.migrations.0006_shared_values").FUNCTION

FUNCTION = """
    CREATE FUNCTION households_alike(
        customer_ids uuid[], kinds text[], max_each int, max_at_home int)
    RETURNS TABLE (first_id uuid, second_id uuid, reason text, shared text) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF 'address' = ANY (kinds) THEN
            RETURN QUERY
            SELECT c.id, o.id, 'address', ''
            FROM unnest(customer_ids) asked(id)
            JOIN customers_customer c ON c.organization_id = org AND c.id = asked.id
             AND c.kind = 'person' AND c.folded_family <> ''
            JOIN customers_address a ON a.organization_id = org AND a.customer_id = c.id
             AND a.set = 'primary' AND a.lines <> ''
            CROSS JOIN LATERAL (
                SELECT p.id
                FROM (
                    SELECT q.id, q.kind, q.folded_family, count(*) OVER () AS people,
                           bool_or(q.kind <> 'person') OVER () AS is_a_companys
                    FROM (
                        SELECT b.customer_id FROM customers_address b
                        WHERE b.organization_id = org AND b.set = 'primary' AND b.lines <> ''
                          AND households_address_key(b.lines, b.postcode)
                            = households_address_key(a.lines, a.postcode)
                          AND b.folded_city = a.folded_city
                        LIMIT max_each * 5
                    ) b
                    CROSS JOIN LATERAL (  -- OFFSET: looked up by id, not among all namesakes
                        SELECT r.* FROM customers_customer r
                        WHERE r.organization_id = org AND r.id = b.customer_id OFFSET 0
                    ) q
                    WHERE q.deleted_at IS NULL AND q.status <> 'merged'
                ) p
                WHERE p.id <> c.id AND p.kind = 'person' AND p.folded_family <> ''
                  AND (p.folded_family = c.folded_family
                       OR p.people <= max_at_home AND NOT p.is_a_companys
                          AND (a.postcode <> '' OR a.folded_city <> ''))
                LIMIT max_each
            ) o;
        END IF;
        RETURN QUERY
        SELECT DISTINCT c.id, o.id, o.kind, a.normalised::text
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
            CROSS JOIN LATERAL (
                SELECT r.* FROM customers_customer r
                WHERE r.organization_id = org AND r.id = b.customer_id OFFSET 0
            ) p
            WHERE p.id <> c.id AND p.folded_family = c.folded_family AND p.kind = 'person'
              AND p.deleted_at IS NULL AND p.status <> 'merged'
        ) o
        WHERE o.kind = ANY (kinds);
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
       SET enable_hashjoin = off SET enable_mergejoin = off
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0007_people_only_both_ways")]
    operations = [
        migrations.RunSQL("DROP FUNCTION households_alike(uuid[], text[], int)", FORMER),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION households_alike(uuid[], text[], int, int)"),
    ]
