"""A Household No leads to the people who live there today: H-12 in the search for customers."""

from django.db import migrations

BY_NUMBER = """
    CREATE FUNCTION households_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint;
    BEGIN
        IF typed !~* '^h-?[0-9]+$' THEN RETURN; END IF;
        RETURN QUERY SELECT m.customer_id, 'H-' || h.number FROM households_household h
            JOIN households_householdmember m
                ON m.organization_id = org AND m.household_id = h.id
            WHERE h.organization_id = org AND h.number = number_sought
              AND m.from_on <= current_date AND (m.to_on IS NULL OR m.to_on > current_date)
            ORDER BY m.from_on, m.id LIMIT 100;
    END $$ LANGUAGE plpgsql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0003_suggestions")]
    operations = [migrations.RunSQL(BY_NUMBER, "DROP FUNCTION households_customers_of")]
