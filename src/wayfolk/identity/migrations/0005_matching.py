"""Duplicates: pairs that were found, the organisation's weights, who was born on a day."""

from django.db import migrations

BORN = """
    CREATE INDEX customers_customer_birth ON customers_customer (organization_id, birth_on)
    WHERE birth_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0004_cheaper_phone_parts"),
        ("customers", "0011_list_filters"),
    ]
    operations = [migrations.RunSQL(BORN, "DROP INDEX customers_customer_birth")]
