"""Change sets as the API shows them."""

from collections.abc import Iterable
from typing import Any

from wayfolk.api.schemas import changes as shapes
from wayfolk.audit.history import Entry
from wayfolk.audit.models import UndoJob
from wayfolk.audit.sentences import RowChange
from wayfolk.audit.undo_report import UndoReport


def change(entry: Entry) -> shapes.Change:
    return shapes.Change.model_construct(**_values(entry))


def detail(
    entry: Entry, rows: Iterable[RowChange], next_after: int | None = None
) -> shapes.ChangeDetail:
    """The change with what it did to each row."""
    return shapes.ChangeDetail.model_construct(
        **_values(entry), rows=[_row(row) for row in rows], next_after=next_after
    )


def report(found: UndoReport) -> shapes.UndoReport:
    return shapes.UndoReport.model_construct(change_id=found.change_set_id, **found.as_json())


def job(record: UndoJob) -> shapes.UndoJob:
    return shapes.UndoJob.model_construct(
        id=record.id, state=record.state, message=record.message, change_id=record.result_id
    )


def _values(entry: Entry) -> dict[str, Any]:
    row = entry.change_set
    return {
        "id": row.id,
        "operation": row.operation,
        "summary": row.summary,
        "author_kind": row.author_kind,
        "author": row.author_name,
        "author_id": row.author_id,
        "reason": row.reason,
        "started_at": row.started_at,
        "undoes_id": row.undoes_id,
        "undone_by_id": entry.undone_by and entry.undone_by.id,
        "may_undo": entry.may_undo,
    }


def _row(row: RowChange) -> shapes.RowChange:
    return shapes.RowChange.model_construct(
        title=row.title,
        fields=[
            shapes.FieldChange.model_construct(label=f.label, before=f.before, after=f.after)
            for f in row.fields
        ],
    )
