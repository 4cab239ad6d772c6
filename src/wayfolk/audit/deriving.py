"""Writing many rows in one statement, and deriving columns again after an undo."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

from wayfolk.kit import tenancy
from wayfolk.kit.querysets import TenantQuerySet


def update_rows(table: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give rows ("id" and a value for each column, as JSON has them) these values.

    Counts as a change of each row: its version and time move on.
    """
    if not rows:
        return
    assignments = "".join(f'"{column}" = r."{column}", ' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET {assignments}version = t.version + 1, updated_at = now()'
            f' FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) r'
            " WHERE t.organization_id = %s AND t.id = r.id",
            [json.dumps(rows), tenancy.current_organization_id()],
        )


def derive_column(
    rows: TenantQuerySet[Any], derived: str, source: str, derive: Callable[[str], str]
) -> None:
    """Make the column `derived` true to `source` again where it is not."""
    found = rows.values_list("id", source, derived)
    stale = [
        {"id": str(row_id), derived: value}
        for row_id, origin, present in found
        if (value := derive(origin)) != present
    ]
    update_rows(rows.model._meta.db_table, [derived], stale)
