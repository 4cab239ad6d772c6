"""Statements that are asked so often that planning them costs more than answering.

The server plans each once for a connection. psycopg would prepare whatever comes five times, and
keep the texts of all other statements as well; Django writes values into its statements, so that
no two are alike. Only what is asked here is prepared, unless the address of the database says
that a pooler between would not keep it (?prepare_threshold=none).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Cursor


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement. Raises django.db.DatabaseError."""
    with connection.wrap_database_errors, preparing():
        return list(cursor().execute(sql, values, prepare=True).fetchall())


@contextmanager
def preparing() -> Iterator[None]:
    """Within, statements may be prepared. Needs an open connection."""
    raw = connection.connection
    raw.prepare_threshold = 5 if connection.settings_dict.get("PREPARES", True) else None
    try:
        yield
    finally:
        raw.prepare_threshold = None


def cursor() -> Cursor[Any]:
    """One that sends values apart from the statement; Django's own write them into it."""
    return Cursor(connection.connection)
