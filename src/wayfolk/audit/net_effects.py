"""What a change set did to each row in the end: the working table of its undo.

A temporary table that is read in chunks, so that the undo of an import of a million rows costs
the program no more memory than that of a few thousand.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.kit import tenancy

CHUNK = 2_000

_TABLE = """
    CREATE TEMPORARY TABLE undo_row (
        table_name text, row_id uuid, subject_id uuid, effect text, last_seq bigint, reason text
    ) ON COMMIT DROP
"""
# What was created and deleted again left nothing to take back.
_GATHER = """
    INSERT INTO undo_row (table_name, row_id, subject_id, effect, last_seq)
    SELECT table_name, row_id, subject_id,
           CASE WHEN first = 'I' THEN 'I' WHEN last = 'D' THEN 'D' ELSE 'U' END, last_seq
    FROM (
        SELECT table_name, row_id, max(seq) AS last_seq,
               (array_agg(subject_id ORDER BY seq DESC))[1] AS subject_id,
               (array_agg(operation ORDER BY seq DESC))[1] AS last,
               (array_agg(operation ORDER BY seq))[1] AS first
        FROM audit_change
        WHERE organization_id = %s AND change_set_id = %s
        GROUP BY table_name, row_id
    ) net
    WHERE (first = 'I') <> (last = 'D') OR (first = 'U' AND last = 'U')
"""
# A record that comes or goes whole brings or takes its derived columns along; so do its parts.
_TOUCHED = """
    SELECT DISTINCT r.subject_id FROM undo_row r
    WHERE r.table_name = ANY (%s) AND r.reason IS NULL AND NOT EXISTS (
        SELECT 1 FROM undo_row s
        WHERE s.row_id = r.subject_id AND s.effect <> 'U' AND s.reason IS NULL)
    ORDER BY r.subject_id
"""


@dataclass(frozen=True)
class NetEffects:
    """The tables with rows that were created, changed and deleted in the end.

    In the working table `effect` is I, U or D, and `reason`, set during the undo, says why a row
    is not taken back.
    """

    change_set_id: UUID
    created: list[str]
    changed: list[str]
    deleted: list[str]
    is_large: bool

    def in_chunks(self, statement: str, params: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query; of many, only a chunk leaves the server at a time.

        Other statements may run meanwhile; what they write is not seen by this one.
        """
        with connection.chunked_cursor() if self.is_large else connection.cursor() as cursor:
            cursor.execute(statement, params)
            while rows := cursor.fetchmany(CHUNK):
                yield rows

    def touched_subjects(self, tables: Collection[str]) -> Iterator[list[UUID]]:
        """Ids, in order, of the records that remain and of which rows in these were taken back."""
        touched = sorted({*self.created, *self.changed, *self.deleted} & set(tables))
        if touched:
            for rows in self.in_chunks(_TOUCHED, [touched]):
                yield [row[0] for row in rows]


def gather(change_set_id: UUID) -> NetEffects:
    """Fill the working table."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS undo_row")
        cursor.execute(_TABLE)
        cursor.execute(_GATHER, [tenancy.current_organization_id(), change_set_id])
        is_large = cursor.rowcount > CHUNK
        if is_large:
            cursor.execute("CREATE INDEX ON undo_row (row_id)")
            cursor.execute("CREATE INDEX ON undo_row (subject_id)")
            cursor.execute("ANALYZE undo_row")
        cursor.execute("SELECT DISTINCT effect, table_name FROM undo_row ORDER BY table_name")
        tables: dict[str, list[str]] = defaultdict(list)
        for effect, table in cursor.fetchall():
            tables[effect].append(table)
    return NetEffects(change_set_id, tables["I"], tables["U"], tables["D"], is_large)


def mark_kept(table: str, reasons: Mapping[UUID, str]) -> None:
    """Say of rows of `table` why they are not taken back."""
    if not reasons:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE undo_row r SET reason = k.reason"
            " FROM unnest(%s::uuid[], %s::text[]) AS k (row_id, reason)"
            " WHERE r.table_name = %s AND r.row_id = k.row_id",
            [list(reasons), list(reasons.values()), table],
        )
