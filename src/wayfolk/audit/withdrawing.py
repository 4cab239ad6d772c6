"""Undo, second half: removing the rows that a change set created, if nobody built on them.

Set-based, so that an import of a million rows can be taken back.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.audit import net_effects, restoring, tables, undo_report
from wayfolk.audit.net_effects import NetEffects
from wayfolk.audit.undo_report import UndoReport
from wayfolk.kit import tenancy

_GONE = "It was deleted since."

# Rows with later changes by others. Whether those still matter is decided in Python.
_LATER_CHANGES = """
    SELECT c.table_name, c.row_id, array_agg(l.operation ORDER BY l.seq),
           array_agg(l.before ORDER BY l.seq DESC)
    FROM undo_row c
    JOIN audit_change l ON l.organization_id = %s AND l.subject_id = c.subject_id
     AND l.row_id = c.row_id AND l.table_name = c.table_name AND l.seq > c.last_seq
    WHERE c.effect = 'I'
    GROUP BY c.table_name, c.row_id ORDER BY c.row_id
"""


def withdraw_created(effects: NetEffects, report: UndoReport) -> None:
    """Delete created rows that are as the change set left them and that nothing else needs.

    A record and its parts (same subject) go or stay together: a customer whom somebody
    edited since an import keeps the imported phone number.
    """
    if not effects.created:
        return
    organization_id = tenancy.current_organization_id()
    _keep_edited(effects, organization_id)
    pointing = [r for r in tables.references() if r.target in effects.created]
    while _keep_referenced(pointing, organization_id) or _keep_whole_subjects():
        pass
    for table in effects.created:
        report.reversed_count += _execute(
            f'DELETE FROM "{table}" t USING undo_row c WHERE t.organization_id = %s'
            " AND t.id = c.row_id AND c.table_name = %s AND c.effect = 'I' AND c.reason IS NULL",
            [organization_id, table],
        )
    _report_kept(report)


def _keep_edited(effects: NetEffects, organization_id: int) -> None:
    for rows in effects.in_chunks(_LATER_CHANGES, [organization_id]):
        later: dict[str, dict[UUID, list[restoring.Image]]] = defaultdict(dict)
        gone: dict[str, list[UUID]] = defaultdict(list)
        for table, row_id, operations, befores in rows:
            if operations[-1] == "D":
                gone[table].append(row_id)
            else:
                later[table][row_id] = [before for before in befores if before]
        for table, ids in gone.items():
            net_effects.mark_kept(table, dict.fromkeys(ids, _GONE))
        for table, images in later.items():
            net_effects.mark_kept(table, _edits(table, images))


def _edits(table: str, images: dict[UUID, list[restoring.Image]]) -> dict[UUID, str]:
    """What differs from what the change set left, of rows with these later changes."""
    model = tables.model_of(table)
    names = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields}
    present = restoring.present_rows(table, list(images))
    found: dict[UUID, str] = {}
    for row_id, befores in images.items():
        former, now = restoring.merged_images(befores), present.get(row_id, {})
        changed = [
            names[column]
            for column in tables.columns_of(table)
            if column in former and former[column] != now.get(column)
        ]
        if changed:
            found[row_id] = f"It was changed since: {', '.join(changed)}."
    return found


def _keep_referenced(references: list[tables.Reference], organization_id: int) -> bool:
    """Mark rows that a row which stays still points at; whether any was marked."""
    marked = 0
    for reference in references:
        marked += _execute(
            # What came with the change set, and stays for its own reason, was not added since.
            "UPDATE undo_row c SET reason = CASE WHEN EXISTS ("
            f'SELECT 1 FROM "{reference.table}" r WHERE r.organization_id = %s'
            f' AND r."{reference.column}" = c.row_id AND NOT EXISTS ('
            "SELECT 1 FROM undo_row o WHERE o.table_name = %s"
            " AND o.row_id = r.id AND o.effect = 'I')) THEN %s ELSE %s END"
            " WHERE c.table_name = %s AND c.effect = 'I' AND c.reason IS NULL AND EXISTS ("
            f'SELECT 1 FROM "{reference.table}" r WHERE r.organization_id = %s'
            f' AND r."{reference.column}" = c.row_id AND NOT EXISTS ('
            "SELECT 1 FROM undo_row o WHERE o.table_name = %s"
            " AND o.row_id = r.id AND o.effect = 'I' AND o.reason IS NULL))",
            [
                organization_id,
                reference.table,
                f"It is used by {reference.noun} added since.",
                f"It is used by {reference.noun} that stay.",
                reference.target,
                organization_id,
                reference.table,
            ],
        )
    return marked > 0


def _keep_whole_subjects() -> bool:
    """Mark the parts of records that stay, and the records whose parts were edited."""
    return bool(
        _execute(
            "UPDATE undo_row c SET reason = 'It belongs to a record that stays.'"
            " WHERE c.effect = 'I' AND c.reason IS NULL"
            " AND EXISTS (SELECT 1 FROM undo_row s"
            " WHERE s.row_id = c.subject_id AND s.effect = 'I')"
            " AND EXISTS (SELECT 1 FROM undo_row o WHERE o.subject_id = c.subject_id"
            " AND o.effect = 'I' AND o.reason IS NOT NULL AND o.reason <> %s)",
            [_GONE],
        )
    )


def _report_kept(report: UndoReport) -> None:
    """The first of them by name, the rest by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, row_id, subject_id, reason, count(*) OVER () FROM undo_row"
            " WHERE effect = 'I' AND reason IS NOT NULL AND reason <> %s"
            " ORDER BY last_seq LIMIT %s",
            [_GONE, undo_report.ITEMS_MAX],
        )
        rows = cursor.fetchall()
    for table, row_id, subject_id, reason, _ in rows:
        report.keep(table, row_id, subject_id, reason)
    report.kept_count += rows[0][-1] - len(rows) if rows else 0


def _execute(sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
