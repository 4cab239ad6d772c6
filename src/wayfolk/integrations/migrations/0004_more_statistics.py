"""Fresh statistics of households and partners too while an import fills tables; see 0002."""

from django.db import migrations

FUNCTION = """
    CREATE OR REPLACE FUNCTION integrations_analyze() RETURNS void AS $$
        ANALYZE customers_customer (organization_id), customers_contactpoint (organization_id),
                customers_address (organization_id), customers_externalid (organization_id),
                stays_stay (organization_id), bookings_booking (organization_id),
                households_household (organization_id),
                households_householdmember (organization_id),
                partners_partner (organization_id), partners_businessid (organization_id),
                partners_partnercontact (organization_id),
                partners_commissionterm (organization_id),
                integrations_householdkey (organization_id),
                integrations_importedrow (organization_id)
    $$ LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
"""
FORMER = """
    CREATE OR REPLACE FUNCTION integrations_analyze() RETURNS void AS $$
        ANALYZE customers_customer (organization_id), customers_contactpoint (organization_id),
                customers_address (organization_id), customers_externalid (organization_id),
                stays_stay (organization_id), bookings_booking (organization_id),
                integrations_importedrow (organization_id)
    $$ LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0003_household_keys"),
        ("households", "0001_initial"),
        ("partners", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FUNCTION, FORMER)]
