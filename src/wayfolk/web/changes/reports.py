"""What an undo reversed, kept and met, in words and only as far as the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wayfolk.audit import wording
from wayfolk.audit.models import Change, Operation
from wayfolk.audit.sentences import Telling, label_of
from wayfolk.audit.wording import Reader


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that the undo left alone, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConflictShown:
    """A value that was changed again since: before the change, as it left it, and now."""

    key: str
    title: str
    label: str
    before: str
    ours: str
    now: str


@dataclass(frozen=True, slots=True)
class ReportShown:
    reversed_count: int
    kept_count: int
    conflict_count: int
    kept: list[Kept] = field(default_factory=list)
    conflicts: list[ConflictShown] = field(default_factory=list)


def shown(report: Mapping[str, Any], *, by: Reader) -> ReportShown | None:
    """The report of an undo (UndoReport.as_json); None for a change set that is none."""
    if "reversed" not in report:
        return None
    kept, conflicts = report.get("kept", []), report.get("conflicts", [])
    items = [*kept, *conflicts]
    telling = Telling([_as_change(item) for item in items], by)
    titles = {
        (change.table_name, str(change.row_id)): phrase
        for change, phrase in zip(telling.changes, telling.phrases(), strict=True)
    }
    return ReportShown(
        reversed_count=int(report["reversed"]),
        kept_count=int(report.get("kept_count", len(kept))),
        conflict_count=int(report.get("conflict_count", len(conflicts))),
        kept=[
            Kept(_sentence(titles[key]), str(item["reason"]))
            for item in kept
            if (key := (item["table"], item["row_id"])) in titles
        ],
        conflicts=[
            _conflict(item, titles[key], telling)
            for item in conflicts
            if (key := (item["table"], item["row_id"])) in titles and _may_see(item, telling)
        ],
    )


def _conflict(item: Mapping[str, Any], title: str, telling: Telling) -> ConflictShown:
    kind = wording.kind_of(item["table"])
    column = str(item["column"])
    image = telling.image(item["table"], UUID(item["row_id"]))
    return ConflictShown(
        key=str(item["key"]),
        title=_sentence(title),
        label=label_of(kind, column, image),
        before=telling.value_words(kind, column, item["before"], image),
        ours=telling.value_words(kind, column, item["ours"], image),
        now=telling.value_words(kind, column, item["now"], image),
    )


def _may_see(item: Mapping[str, Any], telling: Telling) -> bool:
    kind = wording.kind_of(item["table"])
    image = telling.image(item["table"], UUID(item["row_id"]))
    column = str(item["column"])
    return column not in kind.unshown and telling.may_see(kind.code(column, image))


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _as_change(item: Mapping[str, Any]) -> Change:
    """An item of the report as a change whose row and references are looked up alike."""
    column = item.get("column")
    before = {column: item["before"]} if column else {}
    after = {column: item["now"]} if column else {}
    return Change(
        table_name=item["table"],
        row_id=UUID(item["row_id"]),
        subject_id=UUID(item["subject_id"]) if item["subject_id"] else None,
        operation=Operation.UPDATE,
        before=before,
        after=after,
    )
