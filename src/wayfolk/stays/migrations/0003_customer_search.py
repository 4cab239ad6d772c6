"""What the search for customers asks of stays."""

from django.db import migrations

BY_NUMBER = """
    CREATE FUNCTION stays_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE
        org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
        beginning text := lower(regexp_replace(typed, '[^A-Za-z0-9]', '', 'g'));
    BEGIN
        IF beginning !~ '[0-9]{3}' THEN RETURN; END IF;
        RETURN QUERY SELECT s.guest_id, s.reservation_number::text FROM stays_stay s
            WHERE s.organization_id = org AND s.folded_reservation >= beginning
              AND s.folded_reservation < beginning || '~'
            ORDER BY s.organization_id, s.folded_reservation LIMIT 50;
    END $$ LANGUAGE plpgsql STABLE
"""


# When a stay of theirs last ended.
LAST = """
    CREATE FUNCTION stays_last_travelled(ids uuid[])
    RETURNS TABLE (customer_id uuid, travelled_on date) AS $$
        SELECT s.guest_id, max(s.departure_on) FROM stays_stay s
        WHERE s.organization_id
            = nullif(current_setting('wayfolk.organization_id', true), '')::smallint
          AND s.guest_id = ANY (ids) AND s.departure_on < current_date AND s.status <> 'cancelled'
        GROUP BY s.guest_id
    $$ LANGUAGE sql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("stays", "0002_search")]
    operations = [
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION stays_customers_of"),
        migrations.RunSQL(LAST, "DROP FUNCTION stays_last_travelled"),
    ]
