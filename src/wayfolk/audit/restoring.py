"""Undo, first half: bringing back deleted rows and the former values of changed ones."""

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from wayfolk.audit import tables
from wayfolk.kit import tenancy

if TYPE_CHECKING:
    from wayfolk.audit.undoing import UndoReport

CHUNK = 2_000

# One line per row of the change set: its first and last operation, and per column the
# oldest former value and the newest value that the change set left.
_NET_CHANGES = """
    SELECT row_id,
           (array_agg(subject_id ORDER BY seq))[1],
           (array_agg(before ORDER BY seq))[1],
           array_agg(before ORDER BY seq DESC),
           array_agg(after ORDER BY seq)
    FROM audit_change
    WHERE organization_id = %s AND change_set_id = %s AND table_name = %s
    GROUP BY row_id
    HAVING (array_agg(operation ORDER BY seq))[1] {first}
       AND (array_agg(operation ORDER BY seq DESC))[1] {last}
    ORDER BY max(seq) DESC
"""


def changed_tables(change_set_id: UUID) -> list[str]:
    """Names of the tables that the change set wrote to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM audit_change"
            " WHERE organization_id = %s AND change_set_id = %s",
            [tenancy.current_organization_id(), change_set_id],
        )
        return sorted(row[0] for row in cursor.fetchall())


def restore_deleted(
    change_set_id: UUID, report: "UndoReport", touched: dict[str, set[UUID]]
) -> None:
    """Insert again what the change set deleted, as it was.

    A record that comes back whole brings its derived columns along: only records that were
    there all the time, and got a part back, are to be derived again.
    """
    whole: set[UUID] = set()
    for table in changed_tables(change_set_id):
        for rows in _net_rows(change_set_id, table, first="<> 'I'", last="= 'D'"):
            images = [merged_images(befores) for _, _, _, befores, _ in rows]
            restored = _insert(table, images)
            for (row_id, subject_id, *_), problem in zip(rows, restored, strict=True):
                if problem:
                    report.keep(report_item(table, row_id, subject_id, problem))
                else:
                    report.reversed_count += 1
                    whole.add(row_id)
                    touched.setdefault(table, set()).add(subject_id)
    for subjects in touched.values():
        subjects.difference_update(whole)


def restore_updated(
    change_set_id: UUID,
    choices: dict[str, str],
    report: "UndoReport",
    touched: dict[str, set[UUID]],
) -> None:
    """Give changed columns their former values where nobody changed them since."""
    for table in changed_tables(change_set_id):
        for rows in _net_rows(change_set_id, table, first="= 'U'", last="= 'U'"):
            present = present_rows(table, [row[0] for row in rows])
            updates: list[dict[str, Any]] = []
            for row_id, subject_id, _, befores, afters in rows:
                now = present.get(row_id)
                if now is None:
                    report.keep(report_item(table, row_id, subject_id, "It was deleted since."))
                    continue
                values = _restorable(
                    table,
                    row_id,
                    subject_id,
                    merged_images(befores),
                    merged_images(afters),
                    now,
                    choices,
                    report,
                )
                if values:
                    updates.append({"id": str(row_id), **values})
                    report.reversed_count += 1
                    touched.setdefault(table, set()).add(subject_id)
            _update(table, updates)


def _restorable(
    table: str,
    row_id: UUID,
    subject_id: UUID,
    before: dict[str, Any],
    after: dict[str, Any],
    now: dict[str, Any],
    choices: dict[str, str],
    report: "UndoReport",
) -> dict[str, Any]:
    """The columns to set; those that somebody changed since become conflicts."""
    values: dict[str, Any] = {}
    for column, former in before.items():
        if column not in now or now[column] == former:
            continue
        key = f"{table}:{row_id}:{column}"
        if now[column] == after.get(column) or choices.get(key) == "restore":
            values[column] = former
        elif key not in choices:
            report.conflict(
                report_item(table, row_id, subject_id, "It was changed again since.")
                | {
                    "column": column,
                    "before": former,
                    "ours": after.get(column),
                    "now": now[column],
                    "key": key,
                }
            )
    return values


def report_item(table: str, row_id: UUID, subject_id: UUID | None, reason: str) -> dict[str, Any]:
    return {
        "table": table,
        "row_id": str(row_id),
        "subject_id": str(subject_id) if subject_id else None,
        "reason": reason,
    }


def merged_images(images: list[dict[str, Any] | str | None]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for image in images:
        merged |= json.loads(image) if isinstance(image, str) else (image or {})
    return merged


def _net_rows(change_set_id: UUID, table: str, *, first: str, last: str) -> Any:
    """Net changes in chunks, newest row first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NET_CHANGES.format(first=first, last=last),
            [tenancy.current_organization_id(), change_set_id, table],
        )
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def present_rows(table: str, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """The rows as they are now, locked in id order, in the log's own JSON form."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, to_jsonb(t)::text FROM "{table}" t'
            " WHERE t.organization_id = %s AND t.id = ANY(%s) ORDER BY t.id FOR NO KEY UPDATE",
            [tenancy.current_organization_id(), ids],
        )
        return {row_id: json.loads(image) for row_id, image in cursor.fetchall()}


def _insert(table: str, images: list[dict[str, Any]]) -> list[str]:
    """Insert all at once; where that fails, one by one. A message per row, "" if inserted."""
    try:
        with transaction.atomic():
            _insert_images(table, images)
    except DatabaseError:
        if len(images) > 1:
            return [message for image in images for message in _insert(table, [image])]
        return ["Something else has taken its place since."]
    return [""] * len(images)


def _insert_images(table: str, images: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" SELECT (jsonb_populate_record(NULL::"{table}",'
            " r || jsonb_build_object('version', (r->>'version')::int + 1,"
            " 'organization_id', %s::smallint))).*"
            " FROM jsonb_array_elements(%s::jsonb) r",
            [tenancy.current_organization_id(), json.dumps(images)],
        )


def _update(table: str, updates: list[dict[str, Any]]) -> None:
    """Write the former values, one statement for each set of columns."""
    known = set(tables.columns_of(table))
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for update in updates:
        columns = tuple(sorted(known & update.keys()))
        if columns:
            groups[columns].append(update)
    for columns, rows in groups.items():
        assignments = ", ".join(f'"{column}" = r."{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" t SET {assignments}, version = t.version + 1,'
                f' updated_at = now() FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) r'
                " WHERE t.organization_id = %s AND t.id = r.id",
                [json.dumps(rows), tenancy.current_organization_id()],
            )
