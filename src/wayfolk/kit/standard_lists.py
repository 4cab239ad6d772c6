"""Data migrations that give standard lists to organisations that began before the lists came."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def fill_where_empty(
    app: str, lists: Mapping[str, Sequence[str]], *, column: str
) -> Callable[[Any, Any], None]:
    """A function for RunPython: each model's entries for every organisation that has none at all.

    `column` holds their names; whoever keeps a list of their own keeps it as it is.
    """

    def fill(apps: Any, schema_editor: Any) -> None:
        alias = schema_editor.connection.alias
        organizations = apps.get_model("organization", "Organization").objects.using(alias)
        ids = list(organizations.order_by("id").values_list("id", flat=True))
        for name, entries in lists.items():
            model = apps.get_model(app, name)
            rows = model.objects.using(alias)
            filled = set(rows.order_by().values_list("organization_id", flat=True).distinct())
            rows.bulk_create(
                model(organization_id=organization_id, position=position, **{column: entry})
                for organization_id in ids
                if organization_id not in filled
                for position, entry in enumerate(entries, 1)
            )

    return fill
