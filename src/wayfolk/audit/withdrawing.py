"""Undo, second half: removing the rows that a change set created, if nobody built on them.

Set-based, so that an import of a million rows can be taken back.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from wayfolk.audit import restoring, tables
from wayfolk.kit import tenancy

if TYPE_CHECKING:
    from wayfolk.audit.undoing import UndoReport

_CANDIDATES = """
    INSERT INTO undo_candidate (table_name, row_id, subject_id, last_seq)
    SELECT table_name, row_id, (array_agg(subject_id ORDER BY seq DESC))[1], max(seq)
    FROM audit_change
    WHERE organization_id = %s AND change_set_id = %s
    GROUP BY table_name, row_id
    HAVING (array_agg(operation ORDER BY seq))[1] = 'I'
       AND (array_agg(operation ORDER BY seq DESC))[1] <> 'D'
"""

# Rows with later changes by others. Whether those still matter is decided in Python.
_LATER_CHANGES = """
    SELECT c.table_name, c.row_id, array_agg(l.operation ORDER BY l.seq),
           array_agg(l.before ORDER BY l.seq DESC)
    FROM undo_candidate c
    JOIN audit_change l ON l.organization_id = %s AND l.subject_id = c.subject_id
     AND l.row_id = c.row_id AND l.table_name = c.table_name AND l.seq > c.last_seq
    GROUP BY c.table_name, c.row_id
"""


def withdraw_created(
    change_set_id: UUID, report: "UndoReport", touched: dict[str, set[UUID]]
) -> None:
    """Delete created rows that are as the change set left them and that nothing else needs.

    A record and its parts (same subject) go or stay together: a customer whom somebody
    edited since an import keeps the imported phone number.
    """
    organization_id = tenancy.current_organization_id()
    _execute("DROP TABLE IF EXISTS undo_candidate")
    _execute(
        "CREATE TEMPORARY TABLE undo_candidate (table_name text, row_id uuid, subject_id uuid,"
        " last_seq bigint, reason text) ON COMMIT DROP"
    )
    if not _execute(_CANDIDATES, [organization_id, change_set_id]):
        return
    _execute("CREATE INDEX ON undo_candidate (row_id)")
    _execute("CREATE INDEX ON undo_candidate (subject_id)")
    _execute("ANALYZE undo_candidate")
    _keep_edited(organization_id)
    candidate_tables = _candidate_tables()
    pointing = [r for r in tables.references() if r.target in candidate_tables]
    while _keep_referenced(pointing, organization_id) or _keep_whole_subjects():
        pass
    _delete(report, touched, organization_id)
    _report_kept(report)


def _keep_edited(organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LATER_CHANGES, [organization_id])
        later = cursor.fetchall()
    for table, row_id, operations, befores in later:
        if operations[-1] == "D":
            _mark(table, row_id, "It was deleted since.")
            continue
        former = restoring.merged_images([b for b in befores if b])
        present = restoring.present_rows(table, [row_id]).get(row_id, {})
        columns = [
            column
            for column in tables.columns_of(table)
            if column in former and former[column] != present.get(column)
        ]
        if columns:
            model = tables.model_of(table)
            names = ", ".join(
                str(f.verbose_name) for f in model._meta.concrete_fields if f.column in columns
            )
            _mark(table, row_id, f"It was changed since: {names}.")


def _mark(table: str, row_id: UUID, reason: str) -> None:
    _execute(
        "UPDATE undo_candidate SET reason = %s WHERE table_name = %s AND row_id = %s",
        [reason, table, row_id],
    )


def _keep_referenced(references: list[tables.Reference], organization_id: int) -> bool:
    """Mark rows that a row which stays still points at; whether any was marked."""
    marked = 0
    for reference in references:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE undo_candidate c SET reason = %s"
                " WHERE c.table_name = %s AND c.reason IS NULL AND EXISTS ("
                f'SELECT 1 FROM "{reference.table}" r WHERE r.organization_id = %s'
                f' AND r."{reference.column}" = c.row_id AND NOT EXISTS ('
                "SELECT 1 FROM undo_candidate o WHERE o.table_name = %s"
                " AND o.row_id = r.id AND o.reason IS NULL))",
                [
                    f"It is used by {reference.noun} added since.",
                    reference.target,
                    organization_id,
                    reference.table,
                ],
            )
            marked += cursor.rowcount
    return marked > 0


def _keep_whole_subjects() -> bool:
    """Mark the parts of records that stay, and the records whose parts were edited."""
    return bool(
        _execute(
            "UPDATE undo_candidate c SET reason = 'It belongs to a record that stays.'"
            " WHERE c.reason IS NULL"
            " AND EXISTS (SELECT 1 FROM undo_candidate s WHERE s.row_id = c.subject_id)"
            " AND EXISTS (SELECT 1 FROM undo_candidate o WHERE o.subject_id = c.subject_id"
            " AND o.reason IS NOT NULL AND o.reason <> 'It was deleted since.')"
        )
    )


def _delete(report: "UndoReport", touched: dict[str, set[UUID]], organization_id: int) -> None:
    for table in _candidate_tables():
        with connection.cursor() as cursor:
            if tables.derivation_of(table) is not None:
                cursor.execute(
                    "SELECT DISTINCT subject_id FROM undo_candidate"
                    " WHERE table_name = %s AND reason IS NULL AND subject_id <> row_id",
                    [table],
                )
                touched.setdefault(table, set()).update(row[0] for row in cursor.fetchall())
            cursor.execute(
                f'DELETE FROM "{table}" t USING undo_candidate c WHERE t.organization_id = %s'
                " AND t.id = c.row_id AND c.table_name = %s AND c.reason IS NULL",
                [organization_id, table],
            )
            report.reversed_count += cursor.rowcount


def _candidate_tables() -> list[str]:
    """Tables of which rows are still to be removed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT table_name FROM undo_candidate WHERE reason IS NULL")
        return sorted(row[0] for row in cursor.fetchall())


def _report_kept(report: "UndoReport") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, row_id, subject_id, reason FROM undo_candidate"
            " WHERE reason IS NOT NULL AND reason <> 'It was deleted since.'"
        )
        for table, row_id, subject_id, reason in cursor:
            report.keep(restoring.report_item(table, row_id, subject_id, reason))


def _execute(sql: str, params: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
