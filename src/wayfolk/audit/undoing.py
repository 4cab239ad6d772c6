"""The one undo engine: takes a change set back, row by row, keeping what others did since.

See docs/algorithms/undo.md for the rules in prose.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from wayfolk.audit import net_effects, restoring, tables, withdrawing
from wayfolk.audit.change_sets import Author, OpenChangeSet, change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undo_report import UndoReport
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, NotFound

UNDO_SUFFIX = ".undo"  # an undo belongs to the part of the product whose change it takes back


Completion = Callable[[ChangeSet, UUID, Mapping[str, str]], None]
Decision = Callable[[ChangeSet], Mapping[str, str]]
_completions: dict[str, Completion] = {}
_decisions: dict[str, Decision] = {}


class AlreadyUndone(Conflict):
    code = "already_undone"


def on_undone(operation: str, complete: Completion) -> None:
    """Whenever a change set of this operation, or an undo of one, is taken back.

    `complete(change set, id of its undo, choices)` runs in the undo's change set, once the rows
    are back. Registered from the domain's app configuration.
    """
    _completions[operation] = complete


def before_undone(operation: str, decide: Decision) -> None:
    """Conflicts that need nobody's decision in an undo of this operation: choices by their keys."""
    _decisions[operation] = decide


def is_undone(change_set_id: UUID) -> bool:
    """Whether an undo of it stands (an undo that was itself taken back does not)."""
    undos = ChangeSet.objects.filter(undoes_id=change_set_id).values_list("id", flat=True)
    return any(not is_undone(undo_id) for undo_id in undos)


def undo_change_set(
    change_set_id: UUID, *, by: Author, choices: Mapping[str, str] | None = None
) -> UndoReport:
    """Take `change_set_id` back; the result is itself a change set, so redo is its undo.

    `choices` decides conflicts: "table:row id:column" -> "restore" (anything else keeps the
    present value). Raises NotFound, AlreadyUndone; a database rule that would not hold at
    the end refuses the whole undo (IntegrityError, translated by the caller).
    """
    with tenancy.scope(by.organization_id):
        original = ChangeSet.objects.select_for_update(no_key=True).filter(id=change_set_id).first()
        if original is None:
            raise NotFound(f"There is no change {change_set_id} to take back.")
        if is_undone(original.id):
            raise AlreadyUndone(f"“{original.summary}” was taken back already.")
        operation = original.operation.removesuffix(UNDO_SUFFIX)
        decide = _decisions.get(operation)
        decided = {**(decide(original) if decide else {}), **(choices or {})}
        with change_set(
            by=by,
            operation=operation + UNDO_SUFFIX,
            summary=_summary(original),
            undoes_id=original.id,
        ) as current:
            report = _reverse(original.id, decided, current)
            complete = _completions.get(operation)
            if complete is not None:
                complete(original, current.id, choices or {})
    report.change_set_id = current.id if current.was_written else None
    return report


def _summary(original: ChangeSet) -> str:
    prefix = "Took back: "
    if original.summary.startswith(prefix):
        return "Did again: " + original.summary.removeprefix(prefix)
    return prefix + original.summary


def _reverse(original_id: UUID, choices: dict[str, str], current: OpenChangeSet) -> UndoReport:
    report = UndoReport()
    effects = net_effects.gather(original_id)
    # Changed rows first: one of them may hold the place that a deleted row had.
    restoring.restore_updated(effects, choices, report)
    restoring.restore_deleted(effects, report)
    withdrawing.withdraw_created(effects, report)
    for derive, derived_tables in tables.derivations().items():
        for subjects in effects.touched_subjects(derived_tables):
            derive(subjects)
    current.report = report.as_json()
    return report
