"""Undo, first half: bringing back deleted rows and the former values of changed ones."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction

from wayfolk.audit import deriving, net_effects, tables
from wayfolk.audit.net_effects import NetEffects
from wayfolk.audit.tables import Passage
from wayfolk.audit.undo_report import UndoReport
from wayfolk.kit import tenancy

# One line per row: what the change set found and left, newest and oldest first.
_IMAGES = """
    SELECT r.row_id, r.subject_id,
           array_agg(c.before ORDER BY c.seq DESC), array_agg(c.after ORDER BY c.seq)
    FROM undo_row r
    JOIN audit_change c ON c.organization_id = %s AND c.change_set_id = %s
     AND c.table_name = r.table_name AND c.row_id = r.row_id
    WHERE r.table_name = %s AND r.effect = %s
    GROUP BY r.row_id, r.subject_id ORDER BY r.row_id
"""
_TAKEN = "Something else has taken its place since."
_GONE = "It was deleted since."
_CHANGED = "It was changed since."

Image = dict[str, Any] | str | None


def changed_tables(change_set_id: UUID) -> list[str]:
    """Names of the tables that the change set wrote to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM audit_change"
            " WHERE organization_id = %s AND change_set_id = %s",
            [tenancy.current_organization_id(), change_set_id],
        )
        return sorted(row[0] for row in cursor.fetchall())


def restore_deleted(effects: NetEffects, report: UndoReport) -> None:
    """Insert again what the change set deleted, as it was."""
    for table in effects.deleted:
        for rows in _images(effects, table, "D"):
            refused = insert_images(table, [(row[0], _merged_text(row[2])) for row in rows])
            for row_id, subject_id, *_ in rows:
                if row_id in refused:
                    report.keep(table, row_id, subject_id, _TAKEN)
            report.reversed_count += len(rows) - len(refused)
            net_effects.mark_kept(table, dict.fromkeys(refused, _TAKEN))


def restore_updated(effects: NetEffects, choices: dict[str, str], report: UndoReport) -> None:
    """Give changed columns their former values where nobody changed them since."""
    for table in effects.changed:
        for rows in _images(effects, table, "U"):
            present = present_rows(table, [row[0] for row in rows])
            settled = tables.settled_columns(table, list(present))
            updates: list[dict[str, Any]] = []
            kept: dict[UUID, str] = {}
            passages = _Passages(table)
            for row_id, subject_id, befores, afters in rows:
                if row_id not in present:
                    report.keep(table, row_id, subject_id, _GONE)
                    kept[row_id] = _GONE
                    continue
                by_itself = settled.get(row_id, frozenset())
                row = _Row(table, row_id, subject_id, present[row_id], by_itself, passages)
                values = row.restorable(
                    merged_images(befores), merged_images(afters), choices, report
                )
                if values:
                    updates.append({"id": str(row_id), **values})
                else:
                    kept[row_id] = _CHANGED
            _update(table, updates)
            report.reversed_count += len(updates)
            net_effects.mark_kept(table, kept)


class _Passages:
    """Where references went since; the same three records are looked up once."""

    def __init__(self, table: str) -> None:
        self._targets = tables.passing_columns(table)
        self._judged: dict[tuple[str, str, str, str], Passage] = {}

    def judge(self, column: str, former: Any, ours: Any, now: Any) -> Passage:
        target = self._targets.get(column)
        if target is None or not (former and ours and now):
            return Passage.UNRELATED
        key = (target, former, ours, now)
        if key not in self._judged:
            self._judged[key] = tables.judge_passage(target, UUID(former), UUID(ours), UUID(now))
        return self._judged[key]


@dataclass(frozen=True, slots=True)
class _Row:
    """A changed row as it is now. `settled`: columns that triggers keep for it."""

    table: str
    row_id: UUID
    subject_id: UUID | None
    now: dict[str, Any]
    settled: frozenset[str]
    passages: _Passages

    def restorable(
        self,
        before: dict[str, Any],
        after: dict[str, Any],
        choices: dict[str, str],
        report: UndoReport,
    ) -> dict[str, Any]:
        """The columns to set; those that somebody changed since become conflicts."""
        values: dict[str, Any] = {}
        for column, former in before.items():
            if column not in self.now or self.now[column] == former:
                continue
            present, ours = self.now[column], after.get(column)
            key = f"{self.table}:{self.row_id}:{column}"
            passage = self.passages.judge(column, former, ours, present)
            is_ours = present == ours or passage == Passage.SUCCEEDED
            if is_ours or choices.get(key) == "restore":
                values[column] = former
            elif key in choices or column in self.settled or passage == Passage.SETTLED:
                continue
            else:
                seen = {"before": former, "ours": ours, "now": present}
                report.conflict(
                    self.table, self.row_id, self.subject_id, {"column": column, **seen, "key": key}
                )
        return values


def merged_images(images: Sequence[Image]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for image in images:
        merged |= json.loads(image) if isinstance(image, str) else (image or {})
    return merged


def _merged_text(images: Sequence[Image]) -> str:
    """The merged images as JSON; a single one, as nearly all are, passes unread."""
    first = images[0]
    return (
        first if len(images) == 1 and isinstance(first, str) else json.dumps(merged_images(images))
    )


def _images(effects: NetEffects, table: str, effect: str) -> Iterator[list[tuple[Any, ...]]]:
    organization_id = tenancy.current_organization_id()
    return effects.in_chunks(_IMAGES, [organization_id, effects.change_set_id, table, effect])


def present_rows(table: str, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """The rows as they are now, locked in id order, in the log's own JSON form."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, to_jsonb(t)::text FROM "{table}" t'
            " WHERE t.organization_id = %s AND t.id = ANY(%s) ORDER BY t.id FOR NO KEY UPDATE",
            [tenancy.current_organization_id(), ids],
        )
        return {row_id: json.loads(image) for row_id, image in cursor.fetchall()}


def insert_images(table: str, images: Sequence[tuple[UUID, str]]) -> set[UUID]:
    """Insert rows, as JSON, at once; where that fails, by halves. The ids of who cannot be."""
    try:
        with transaction.atomic():
            _insert(table, [image for _, image in images])
    except OperationalError:
        raise  # a deadlock or a time limit says nothing of the rows
    except DatabaseError:
        if len(images) == 1:
            return {images[0][0]}
        middle = len(images) // 2
        return insert_images(table, images[:middle]) | insert_images(table, images[middle:])
    return set()


def _insert(table: str, images: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" SELECT p.* FROM jsonb_array_elements(%s::jsonb) r,'
            f' jsonb_populate_record(NULL::"{table}",'
            " r || jsonb_build_object('version', (r->>'version')::int + 1,"
            " 'organization_id', %s::smallint)) p",
            [f"[{','.join(images)}]", tenancy.current_organization_id()],
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
        deriving.update_rows(table, columns, rows)
