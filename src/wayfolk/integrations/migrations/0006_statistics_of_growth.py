"""Statistics for the planner are made anew only of tables that have grown by half since."""

from importlib import import_module
from typing import Any

from django.db import migrations

# The size of a table is known at once; the pages that statistics were made of stand beside them.
# ANALYZE of tables of a million rows takes a second, which an import of a few rows need not pay.
FUNCTION = """
    CREATE OR REPLACE FUNCTION integrations_analyze() RETURNS void AS $$
    DECLARE grown regclass;
    BEGIN
        FOR grown IN
            SELECT c.oid FROM pg_class c
            WHERE c.oid = ANY (ARRAY[
                'customers_customer', 'customers_contactpoint', 'customers_address',
                'customers_externalid', 'stays_stay', 'bookings_booking',
                'households_household', 'households_householdmember', 'partners_partner',
                'partners_businessid', 'partners_partnercontact', 'partners_commissionterm',
                'integrations_householdkey', 'integrations_importedrow']::regclass[])
              AND 2 * pg_relation_size(c.oid) > 3 * c.relpages * current_setting('block_size')::bigint
            ORDER BY c.relname
        LOOP
            EXECUTE format('ANALYZE %s (organization_id)', grown);
        END LOOP;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
_BEFORE: Any = import_module("wayfolk.integrations.migrations.0004_more_statistics")
# Functions in plpgsql and sql of one name replace each other.
FORMER: str = _BEFORE.FUNCTION


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_exports")]
    operations = [migrations.RunSQL(FUNCTION, FORMER)]
