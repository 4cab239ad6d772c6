"""What an undo did, for whoever asked for it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

ITEMS_MAX = 200


@dataclass
class UndoReport:
    """Counts; and of what was kept and of the conflicts at most ITEMS_MAX descriptions each."""

    reversed_count: int = 0
    kept_count: int = 0
    conflict_count: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    change_set_id: UUID | None = None

    def keep(self, table: str, row_id: UUID, subject_id: UUID | None, reason: str) -> None:
        self.kept_count += 1
        if len(self.kept) < ITEMS_MAX:
            self.kept.append(_item(table, row_id, subject_id, reason))

    def conflict(
        self, table: str, row_id: UUID, subject_id: UUID | None, values: dict[str, Any]
    ) -> None:
        """`values`: the column, its values before, ours and now, and the key of the decision."""
        self.conflict_count += 1
        if len(self.conflicts) < ITEMS_MAX:
            item = _item(table, row_id, subject_id, "It was changed again since.")
            self.conflicts.append(item | values)

    def as_json(self) -> dict[str, Any]:
        return {
            "reversed": self.reversed_count,
            "kept_count": self.kept_count,
            "conflict_count": self.conflict_count,
            "kept": self.kept,
            "conflicts": self.conflicts,
        }


def _item(table: str, row_id: UUID, subject_id: UUID | None, reason: str) -> dict[str, Any]:
    return {
        "table": table,
        "row_id": str(row_id),
        "subject_id": str(subject_id) if subject_id else None,
        "reason": reason,
    }
