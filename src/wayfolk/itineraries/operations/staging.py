"""The organisation's list of stages (TP-43): add, rename, order, close, remove."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.itineraries import rules
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.kit.errors import InvalidValue, NotFound, Refusal
from wayfolk.staff.rules import Actor


class StageInUse(Refusal):
    """The stage has itineraries, or is the last open one."""

    code = "stage_in_use"


def create_default_stages() -> None:
    """The stages that a new organisation starts with. Inside the caller's change set."""
    Stage.objects.bulk_create(
        Stage(code=rules.stage_code(label, taken=()), label=label, position=position)
        for position, label in enumerate(rules.DEFAULT_STAGES, 1)
    )


def add_stage(label: str, *, by: Actor) -> UUID | None:
    """A new stage at the end of the list. Returns the change set's id, as all here do."""
    cleaned = rules.checked_label(label)
    with _stages(by, "add_stage") as (current, stages):
        _require_new(cleaned, stages)
        Stage.objects.create(
            code=rules.stage_code(cleaned, taken=[stage.code for stage in stages]),
            label=cleaned,
            position=max((stage.position for stage in stages), default=0) + 1,
        )
        current.summary = f"Added the stage {cleaned}"
    return current.id if current.was_written else None


def rename_stage(stage_id: UUID, label: str, *, by: Actor) -> UUID | None:
    """Another name; the code, and the itineraries in it, stay."""
    cleaned = rules.checked_label(label)
    with _stages(by, "rename_stage") as (current, stages):
        stage = _find(stage_id, stages)
        if cleaned != stage.label:
            _require_new(cleaned, [other for other in stages if other.id != stage_id])
            current.summary = f"Renamed the stage {stage.label} to {cleaned}"
            stage.label = cleaned
            stage.save_changes("label")
    return current.id if current.was_written else None


def order_stages(stage_ids: Sequence[UUID], *, by: Actor) -> UUID | None:
    """Put the stages in this order; those not named follow in their present order."""
    with _stages(by, "order_stages") as (current, stages):
        named = [_find(stage_id, stages) for stage_id in dict.fromkeys(stage_ids)]
        others = [stage for stage in stages if stage not in named]
        current.summary = "Changed the order of the stages"
        for position, stage in enumerate([*named, *others], 1):
            if stage.position != position:
                stage.position = position
                stage.save_changes("position")
    return current.id if current.was_written else None


def move_stage(stage_id: UUID, step: int, *, by: Actor) -> UUID | None:
    """One place up (-1) or down (1); at the end of the list nothing happens."""
    with _stages(by, "order_stages") as (current, stages):
        order = [stage.id for stage in stages]
        at = order.index(_find(stage_id, stages).id)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        order_stages(order, by=by)
    return current.id if current.was_written else None


def set_closed(stage_id: UUID, is_closed: bool, *, by: Actor) -> UUID | None:
    """Stop offering a stage, or offer it again; itineraries in it stay in it."""
    with _stages(by, "close_stage" if is_closed else "open_stage") as (current, stages):
        stage = _find(stage_id, stages)
        if is_closed and all(other.is_closed for other in stages if other.id != stage_id):
            raise StageInUse(
                f"“{stage.label}” is the only open stage; a new itinerary needs one."
                " Open or add another stage first."
            )
        if stage.is_closed != is_closed:
            current.summary = f"{'Closed' if is_closed else 'Opened'} the stage {stage.label}"
            stage.is_closed = is_closed
            stage.save_changes("is_closed")
    return current.id if current.was_written else None


def remove_stage(stage_id: UUID, *, by: Actor) -> UUID | None:
    """Remove a stage that no itinerary is in; raises StageInUse otherwise."""
    with _stages(by, "remove_stage") as (current, stages):
        stage = _find(stage_id, stages)
        if Itinerary.objects.filter(stage_id=stage_id).exists():
            raise StageInUse(
                f"There are itineraries in “{stage.label}”, so it cannot be removed."
                " Close it instead: it is not offered any more, and they stay in it."
            )
        if all(other.is_closed for other in stages if other.id != stage_id):
            raise StageInUse(
                f"“{stage.label}” is the only open stage; a new itinerary needs one."
                " Open or add another stage first."
            )
        current.summary = f"Removed the stage {stage.label}"
        Stage.objects.filter(id=stage_id).delete()
    return current.id if current.was_written else None


@contextmanager
def _stages(by: Actor, operation: str) -> Iterator[tuple[OpenChangeSet, list[Stage]]]:
    """One change set with all stages locked, in their order."""
    by.require("organization.administer")
    with change_set(by=by, operation=f"itineraries.{operation}", summary="") as current:
        yield current, sorted(Stage.objects.all().locked(), key=lambda stage: stage.position)


def _find(stage_id: UUID, stages: Sequence[Stage]) -> Stage:
    stage = next((stage for stage in stages if stage.id == stage_id), None)
    if stage is None:
        raise NotFound("There is no such stage. It may have been removed meanwhile.")
    return stage


def _require_new(label: str, stages: Sequence[Stage]) -> None:
    if label.casefold() in {stage.label.casefold() for stage in stages}:
        raise InvalidValue(
            f"There is a stage “{label}” already. Choose another name.", field="label"
        )
