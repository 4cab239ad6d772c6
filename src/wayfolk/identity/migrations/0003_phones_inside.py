"""Digits from the middle of a phone number.

Each four neighbouring digits of a number are a key, in which the organisation takes part: of a
million numbers some seven hundred have the same. The lists of a GIN index are dense, so a number
costs it some thirty bytes.
"""

from importlib import import_module

from django.db import migrations

functions = import_module("wayfolk.identity.migrations.0002_search_functions")

PARTS = """
    CREATE OR REPLACE FUNCTION search_phone_parts(org smallint, number text) RETURNS int[] AS $$
        SELECT array_agg(org * 10000 + substr(d.digits, at, 4)::int)
        FROM (SELECT regexp_replace(number, '[^0-9]', '', 'g') AS digits) d,
            generate_series(1, length(d.digits) - 3) at
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""
INDEX = """
    CREATE INDEX IF NOT EXISTS customers_contactpoint_inside ON customers_contactpoint
    USING gin (search_phone_parts(organization_id, normalised)) WHERE kind <> 'email'
"""

# `digits`: five at least.
PHONES_INSIDE = f"""
    CREATE FUNCTION search_phones_inside(digits text, each_limit int, statuses text[])
    RETURNS TABLE ({functions.CANDIDATE}, note text) AS $$
    DECLARE
        {functions.ORG};
        parts int[] := search_phone_parts(org, digits);
    BEGIN
        RETURN QUERY SELECT {functions.COLUMNS}, {functions.UPDATED}, 0, p.normalised::text
            FROM (
                SELECT x.organization_id, x.customer_id, x.normalised
                FROM customers_contactpoint x
                WHERE x.organization_id = org AND x.kind <> 'email'
                  AND search_phone_parts(x.organization_id, x.normalised) @> parts
                  AND strpos(x.normalised, digits) > 0
                LIMIT each_limit) p
            JOIN customers_customer c
              ON c.organization_id = p.organization_id AND c.id = p.customer_id
            WHERE c.deleted_at IS NULL AND c.status = ANY (statuses);
    END $$ {functions.READS}
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_search_functions")]
    operations = [
        migrations.RunSQL(PARTS, "DROP FUNCTION search_phone_parts"),
        migrations.RunSQL(INDEX, "DROP INDEX customers_contactpoint_inside"),
        migrations.RunSQL(PHONES_INSIDE, "DROP FUNCTION search_phones_inside"),
    ]
