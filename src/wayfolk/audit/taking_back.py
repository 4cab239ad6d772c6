"""Undo as a person asks for it: their rights first, then the engine.

Own changes may be taken back by whoever made them; those of others take history.undo. Either
way the permissions of every table that was touched are needed, down to the field.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from wayfolk.audit import history, restoring, sentences, tables, undoing, wording
from wayfolk.audit.models import Change, ChangeSet, Operation
from wayfolk.audit.undo_report import UndoReport
from wayfolk.audit.wording import Image, Reader, RecordKind
from wayfolk.kit import batching, tenancy
from wayfolk.kit.errors import Conflict, NotAllowed

BATCH = 1_000
AT_ONCE_MAX = 2_000  # rows; more than that is work for a job


class UndecidedConflicts(Conflict):
    """Others changed the same values since; `report` says which. Nothing was changed."""

    code = "undecided_conflicts"

    def __init__(self, report: UndoReport) -> None:
        super().__init__(
            f"{report.conflict_count} values were changed again since. Decide for each whether to"
            " keep it as it is now.",
            details={"conflicts": report.conflicts, "conflict_count": report.conflict_count},
        )
        self.report = report


def take_back(
    change_set_id: UUID, *, by: Reader, choices: Mapping[str, str] | None = None
) -> UndoReport:
    """Undo a change set if this reader may.

    `choices` decides conflicts (see undoing.undo_change_set); without it a conflict raises
    UndecidedConflicts. Also raises NotFound, NotAllowed, AlreadyUndone.
    """
    with tenancy.scope(by.organization_id):
        require_undoable(history.get_entry(change_set_id, by=by).change_set, by)
        report = undoing.undo_change_set(change_set_id, by=by, choices=choices)
        if report.conflict_count and choices is None:
            raise UndecidedConflicts(report)
        return report


def find_conflicts(change_set_id: UUID, *, by: Reader) -> UndoReport:
    """What taking it back would do and meet, found by trying; nothing is changed."""
    try:
        with transaction.atomic():
            report = take_back(change_set_id, by=by)
            transaction.set_rollback(True)
    except UndecidedConflicts as conflict:
        return conflict.report
    return report


def is_large(change_set_id: UUID) -> bool:
    """Whether taking it back is too much for one request."""
    return history.count_rows(change_set_id, cap=AT_ONCE_MAX + 1) > AT_ONCE_MAX


def require_undoable(change_set: ChangeSet, by: Reader) -> None:
    """Raises NotAllowed in words when this reader may not take the change set back."""
    is_own = change_set.author_id is not None and change_set.author_id == by.author_id
    if not is_own and not by.may("history.undo"):
        raise NotAllowed(
            f"“{change_set.summary}” was done by {change_set.author_name}. Your role may only take"
            " back what you did yourself; an administrator can change that under Settings, Roles.",
            details={"permission": "history.undo"},
        )
    kinds = [wording.kind_of(table) for table in restoring.changed_tables(change_set.id)]
    own_permission = wording.undo_permission_of(change_set.operation)
    for permission in {own_permission} if own_permission else {kind.edit for kind in kinds}:
        if not by.may(permission):
            raise NotAllowed(
                f"Taking back “{change_set.summary}” changes what your role may not change."
                " Ask somebody who may, or an administrator.",
                details={"permission": permission},
            )
    for kind in kinds:
        if kind.module and not by.has_module(kind.module):
            raise NotAllowed(
                f"“{change_set.summary}” belongs to a module that is switched off.",
                details={"module": kind.module},
            )
    if not wording.covers_fields(change_set.operation):
        _require_editable_fields(change_set, kinds, by)


def _require_editable_fields(change_set: ChangeSet, kinds: list[RecordKind], by: Reader) -> None:
    """Fields that the reader may not edit stay as they are by way of undo, too."""
    guarded = [kind for kind in kinds if _closes_fields(kind, by)]
    if not guarded:
        return
    changes = Change.objects.filter(
        change_set_id=change_set.id, table_name__in=[kind.table for kind in guarded]
    )
    for batch in batching.batches(changes.order_by("seq").iterator(chunk_size=BATCH), BATCH):
        rows = _parts(batch)
        for change in batch:
            kind = wording.kind_of(change.table_name)
            codes = _codes(kind, change, sentences.image_of(rows.get(change.row_id)))
            if any(not by.may_edit(code) for code in codes):
                raise NotAllowed(
                    f"Taking back “{change_set.summary}” would change a field that your role may"
                    " not change. An administrator can allow it under Settings, Roles."
                )


def _closes_fields(kind: RecordKind, by: Reader) -> bool:
    return any(not by.may_edit(code) for code in kind.codes)


def _parts(batch: list[Change]) -> dict[UUID, Model]:
    """The rows as they are that belong to other records: which field they are stands in them."""
    wanted: dict[str, list[UUID]] = {}
    for change in batch:
        if wording.kind_of(change.table_name).is_part:
            wanted.setdefault(change.table_name, []).append(change.row_id)
    return {
        row.pk: row
        for table, ids in wanted.items()
        for row in wording.kind_of(table).model.objects.filter(id__in=ids)
    }


def _codes(kind: RecordKind, change: Change, present: Image) -> set[str]:
    """Controlled fields whose values an undo of this change would set."""
    image = {**present, **(change.before or {})}
    if change.operation == Operation.UPDATE:
        columns = list(change.before or {})
    elif kind.is_part:
        columns = [c for c in tables.columns_of(kind.table) if image.get(c) not in {None, ""}]
    else:
        columns = []  # the record comes or goes as a whole: that takes the table's permission
    edited = (column for column in columns if column not in kind.computed)
    return {kind.code(column, image) for column in edited} - {""}
