"""Staging a batch: prepared rows, copied into temporary tables of the transaction."""

from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connection
from psycopg import sql

from wayfolk.integrations.imports.preparing import (
    CONTACT_COLUMNS,
    HOUSEHOLD_COLUMNS,
    NULL,
    ROW_COLUMNS,
    VALUE_COLUMNS,
    Prepared,
)

# Filled by resolving. `customer_is_created`: by this batch, of which `customer_is_new` is the
# first row.
_RESOLVED = (
    ("old", "int[]"),
    ("memory_run", "uuid"),
    ("memory_row", "int"),
    ("customer_id", "uuid"),
    ("stay_id", "uuid"),
    ("booking_id", "uuid"),
    ("hotel_id", "uuid"),
    ("customer_is_present", "boolean NOT NULL DEFAULT false"),
    ("customer_is_created", "boolean NOT NULL DEFAULT false"),
    ("customer_is_new", "boolean NOT NULL DEFAULT false"),
    ("stay_is_new", "boolean NOT NULL DEFAULT false"),
    ("booking_is_new", "boolean NOT NULL DEFAULT false"),
)
_BATCH = (
    "CREATE TEMPORARY VIEW import_batch AS"
    " SELECT * FROM import_row JOIN import_value USING (row_number)"
)
Columns = Sequence[tuple[str, str]]


def stage(batch: Iterable[Prepared]) -> None:
    """Make the temporary tables of this transaction and copy the batch into them."""
    rows = list(batch)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS import_row, import_value, import_contact, import_household"
            " CASCADE"
        )
        for statement in _definitions():
            cursor.execute(statement)
    _copy("import_row", ROW_COLUMNS, "".join([row.row_line for row in rows]))
    _copy("import_value", VALUE_COLUMNS, "".join([row.value_line for row in rows]))
    _copy("import_contact", CONTACT_COLUMNS, "".join([row.contact_lines for row in rows]))
    _stage_households("".join([row.household_line for row in rows]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_row (row_number, customer_key)")
        cursor.execute("ANALYZE import_value (row_number)")
        cursor.execute("ANALYZE import_contact")


def _stage_households(lines: str) -> None:
    if lines:
        with connection.cursor() as cursor:
            cursor.execute(_table("import_household", HOUSEHOLD_COLUMNS))
        _copy("import_household", HOUSEHOLD_COLUMNS, lines)


@cache
def _definitions() -> tuple[str, ...]:
    return (
        _table("import_row", (*ROW_COLUMNS, *_RESOLVED)),
        _table("import_value", VALUE_COLUMNS),
        _table("import_contact", CONTACT_COLUMNS),
        _BATCH,
    )


def _table(name: str, columns: Columns) -> str:
    listed = ", ".join(f"{column} {sql_type}" for column, sql_type in columns)
    return f"CREATE TEMPORARY TABLE {name} ({listed}) ON COMMIT DROP"


def _copy(table: str, columns: Columns, lines: str) -> None:
    names = [sql.Identifier(name) for name, _ in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (NULL {})").format(
        sql.Identifier(table), sql.SQL(", ").join(names), sql.Literal(NULL)
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write(lines)
