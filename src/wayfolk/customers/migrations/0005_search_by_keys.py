"""Search is identity's now (ADR 6): the trigrams of the folded text and their function go."""

from importlib import import_module

from django.db import migrations

_before = import_module("wayfolk.customers.migrations.0002_search")


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_status_index")]
    operations = [
        migrations.RunSQL(
            "DROP FUNCTION customers_search(text[], text[], bigint, text[], int)", _before.FUNCTION
        ),
        migrations.RunSQL("DROP INDEX customers_customer_folded_text", _before.INDEX),
    ]
