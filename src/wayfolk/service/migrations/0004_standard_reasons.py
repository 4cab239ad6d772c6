"""Organisations from before service cases get the reasons that new ones start with."""

from django.db import migrations

from wayfolk.kit.standard_lists import fill_where_empty

LISTS = {
    "Reason": (
        "Accommodation",
        "Transport and transfer",
        "Guide or representative",
        "Excursion",
        "Booking and documents",
        "Price and payment",
        "Lost property",
        "Other",
    ),
}
fill = fill_where_empty("service", LISTS, column="name")


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0003_answers_and_numbers"),
        ("organization", "0002_alter_module_code_alter_numbering_kind"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
