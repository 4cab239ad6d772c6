"""Taking a merge back: the undo of its change set, with the rows made since given to a side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from wayfolk.audit import taking_back
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.taking_back import UndecidedConflicts
from wayfolk.audit.undo_report import UndoReport
from wayfolk.customers import operations
from wayfolk.identity.merging import aliases, created_since, executing, finding, following
from wayfolk.identity.merging.created_since import ASSIGN, BY_HAND, Candidate
from wayfolk.identity.models import Merge
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, InvalidValue
from wayfolk.staff.rules import Actor

DELIBERATE = f"{ASSIGN}:deliberate"  # somebody said that these are several, not: oops

AfterUnmerge = Callable[[Merge], None]
_after_unmerge: list[AfterUnmerge] = []


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a merge back would do: the undo's report, and the rows made since."""

    merge: Merge
    report: UndoReport
    candidates: tuple[Candidate, ...]


def after_unmerge(step: AfterUnmerge) -> None:
    """Register what follows in the same change set where records are deliberately taken apart."""
    _after_unmerge.append(step)


def unmerge_preview(merge_id: UUID, *, by: Actor) -> Preview:
    """Found by trying; nothing is changed. Raises NotAllowed, NotFound, AlreadyUndone."""
    merge = finding.get_merge(merge_id, by=by)
    with tenancy.scope(by.organization_id), transaction.atomic():
        report = _take_back(merge, {BY_HAND: "yes"}, by)
        candidates = tuple(created_since.find(merge))
        transaction.set_rollback(True)
    return Preview(merge, report, candidates)


def unmerge(
    merge_id: UUID,
    *,
    by: Actor,
    assignments: Mapping[str, UUID] | None = None,
    choices: Mapping[str, str] | None = None,
) -> UndoReport:
    """Make the records of a merge independent again, at any time and within a chain of merges.

    `assignments`: Candidate.key -> the record that a row made since belongs to; of rows that are
    not named the evidence decides. `choices`: as for every undo; without it conflicts raise
    UndecidedConflicts. Raises NotAllowed, NotFound, AlreadyUndone, InvalidValue.
    """
    merge = finding.get_merge(merge_id, by=by)
    _require_sides(merge, assignments or {})
    assigned = {key: str(owner) for key, owner in (assignments or {}).items()}
    with tenancy.scope(by.organization_id):
        report = _take_back(merge, {**(choices or {}), **assigned, DELIBERATE: "yes"}, by)
        if report.conflict_count and choices is None:
            raise UndecidedConflicts(report)
    return report


def _take_back(merge: Merge, choices: Mapping[str, str], by: Actor) -> UndoReport:
    return taking_back.take_back(merge.change_set_id, by=by, choices=choices)


def _require_sides(merge: Merge, assignments: Mapping[str, UUID]) -> None:
    sides = {merge.survivor_id, *finding.absorbed_of(merge)}
    for key, owner in assignments.items():
        if not key.startswith(f"{ASSIGN}:") or owner not in sides:
            raise InvalidValue(
                f"“{key}” cannot be given to {owner}: only the merged records come into question.",
                field="assignments",
            )


def _require_no_circle(merge: Merge) -> None:
    """Raises Conflict where the survivor has meanwhile become part of one of the absorbed."""
    chain = aliases.survivors_of(merge.survivor_id)
    if {merge.survivor_id, *finding.absorbed_of(merge)} & set(chain):
        raise Conflict(
            "The records were merged the other way round since. Take that merge back first."
        )


def decide(original: ChangeSet) -> Mapping[str, str]:
    """Before each undo of a merge: what needs nobody's decision."""
    merge = Merge.objects.filter(change_set_id=original.id).first()
    return following.decide(merge) if merge else {}


def complete(original: ChangeSet, undo_id: UUID, choices: Mapping[str, str]) -> None:
    """In the change set of each undo of a merge, and of each undo of that one."""
    root, is_redo = original, False
    while root.undoes_id is not None:
        root, is_redo = ChangeSet.objects.get(id=root.undoes_id), not is_redo
    merge = Merge.objects.get(change_set_id=root.id)
    if is_redo:
        _require_no_circle(merge)
    merge.unmerged_by = None if is_redo else undo_id
    merge.save_changes("unmerged_by")
    if not is_redo:
        following.correct_restored(merge)
        following.follow(merge, finding.later_of(merge))
        created_since.assign(merge, choices)
    ids = [merge.survivor_id, *finding.absorbed_of(merge)]
    # Of both sides: rows that moved were logged as the survivor's.
    operations.derive_folded(ids)
    operations.derive_reach(ids)
    operations.derive_places(ids)
    topic = executing.MERGED_TOPIC if is_redo else executing.UNMERGED_TOPIC
    executing.tell(topic, merge, undo_id)
    for step in _after_unmerge if DELIBERATE in choices and not is_redo else []:
        step(merge)
    for customer_id in ids:
        operations.announce(customer_id)
