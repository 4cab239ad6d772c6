"""Organisations from before loyalty get the programmes and kinds that new ones start with."""

from django.db import migrations

from wayfolk.kit.standard_lists import fill_where_empty

LISTS = {
    "Programme": ("Bonus club",),
    "ExtraKind": ("Lounge", "Upgrade", "Late check-out", "Transfer", "Welcome gift"),
}
fill = fill_where_empty("loyalty", LISTS, column="label")


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0002_keep_points"),
        ("organization", "0002_alter_module_code_alter_numbering_kind"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
