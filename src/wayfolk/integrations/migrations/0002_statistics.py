"""Fresh statistics while an import fills tables.

The planner takes an organisation that it has no statistics of for empty and reads all of its
rows to find one. How many it has is all that is asked here; autovacuum does the rest. The owner alone may ANALYZE, hence the function.
"""

from django.db import migrations

FUNCTION = """
    CREATE FUNCTION integrations_analyze() RETURNS void AS $$
        ANALYZE customers_customer (organization_id), customers_contactpoint (organization_id),
                customers_address (organization_id), customers_externalid (organization_id),
                stays_stay (organization_id), bookings_booking (organization_id),
                integrations_importedrow (organization_id)
    $$ LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_initial"),
        ("customers", "0001_initial"),
        ("stays", "0001_initial"),
        ("bookings", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION integrations_analyze()")]
