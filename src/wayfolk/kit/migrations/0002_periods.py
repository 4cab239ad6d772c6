"""Periods that must not overlap: exclusion constraints over ids and date ranges."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_extensions")]
    operations = [BtreeGistExtension()]
