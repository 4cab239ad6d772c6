"""Organisations from before offers get the reasons and catalogues that new ones start with."""

from django.db import migrations

from wayfolk.kit.standard_lists import fill_where_empty

LISTS = {
    "CloseReason": (
        "Too expensive",
        "Booked elsewhere",
        "Does not travel",
        "No answer",
        "Not available",
    ),
    "Catalogue": ("Main brochure",),
}
fill = fill_where_empty("sales", LISTS, column="label")


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0003_brands"),
        ("organization", "0002_alter_module_code_alter_numbering_kind"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
