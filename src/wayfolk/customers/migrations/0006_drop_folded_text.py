"""Nothing reads it any more: search has keys and phone tails of its own (ADR 6)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_search_by_keys")]
    operations = [migrations.RemoveField(model_name="customer", name="folded_text")]
