"""Search by title and offeree behind the row security policies, and customers by Offer No."""

from django.db import migrations

ORG = "nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

INDEX = """
    CREATE INDEX sales_offer_folded_text ON sales_offer USING gin (folded_text gin_trgm_ops)
"""

# The newest matches first; the filters of the list apply here as well, so that the limit cuts off
# what is old, never what was asked for. Each that is NULL does not apply.
SEARCH = f"""
    CREATE FUNCTION sales_search(
        fragments text[], status_sought text, assignee_sought uuid,
        departs_from date, departs_to date, max_rows int
    ) RETURNS SETOF uuid AS $$
    DECLARE
        org smallint := {ORG};
        patterns text[] := array(
            SELECT '%' || f || '%' FROM unnest(fragments) f ORDER BY length(f) DESC);
        -- LIKE ALL uses no index: the longest fragment is compared by itself as well.
        longest text := patterns[1];
    BEGIN
        IF org IS NULL OR cardinality(fragments) = 0 THEN RETURN; END IF;
        RETURN QUERY SELECT o.id FROM sales_offer o
            WHERE o.organization_id = org AND o.folded_text LIKE longest
              AND (cardinality(fragments) = 1 OR o.folded_text LIKE ALL (patterns))
              AND (status_sought IS NULL OR o.status = status_sought)
              AND (assignee_sought IS NULL OR o.assignee_id = assignee_sought)
              AND (departs_from IS NULL OR o.departs_on >= departs_from)
              AND (departs_to IS NULL OR o.departs_on <= departs_to)
            ORDER BY o.number DESC, o.id DESC LIMIT max_rows;
    END $$ LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
"""

# Runs with the rights of the caller: the comparisons are ones that policies allow an index.
BY_NUMBER = f"""
    CREATE FUNCTION sales_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE org smallint := {ORG};
    BEGIN
        RETURN QUERY SELECT o.customer_id, o.number::text FROM sales_offer o
            WHERE o.organization_id = org AND o.number = number_sought
              AND o.customer_id IS NOT NULL;
    END $$ LANGUAGE plpgsql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("kit", "0001_extensions")]
    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX sales_offer_folded_text"),
        migrations.RunSQL(
            SEARCH, "DROP FUNCTION sales_search(text[], text, uuid, date, date, int)"
        ),
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION sales_customers_of"),
    ]
