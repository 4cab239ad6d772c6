"""Creating and changing itineraries: name, stage, dates, party, assignee."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.itineraries import rules
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.itineraries.operations import linking, outcomes
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.itineraries.operations.outcomes import Outcome, Work
from wayfolk.kit import text
from wayfolk.kit.errors import Conflict, InvalidValues
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

# Authors whose id is a membership's.
_PEOPLE = frozenset({"user", "api"})


class StaleItinerary(Conflict):
    """Somebody saved the itinerary meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_itinerary(
    fields: Mapping[str, Any], *, by: Actor, customers: Sequence[LinkChoice] = ()
) -> Outcome:
    """A new itinerary with the next Trip ID, and its customers with it (TP-01, TP-03).

    `fields`: names of rules.FIELDS; a name is required. Without a stage it starts in the
    first open one; without an assignee it belongs to its creator (TA-27). Raises NotAllowed,
    InvalidValues, and what linking.save_links does.
    """
    outcomes.require_editing(by)
    values = rules.checked({"name": "", **fields})
    rules.require_order(values.get("arrival_at"), values.get("departure_at"))
    with change_set(by=by, operation="itineraries.create", summary="") as current:
        values.setdefault("stage_id", _first_stage_id())
        values.setdefault("assignee_id", by.author_id if by.author_kind in _PEOPLE else None)
        _require_references(values)
        itinerary = Itinerary.objects.create(
            number=numbering.take_number(NumberKind.ITINERARY),
            folded_name=_folded(values["name"]),
            **values,
        )
        work = Work(current, itinerary)
        work.summarise(f"Created itinerary {itinerary}")
        linking.write_links(work, customers, by=by)
    return work.outcome()


def update_itinerary(
    itinerary_id: UUID, fields: Mapping[str, Any], *, by: Actor, version: int | None = None
) -> Outcome:
    """Change the named fields; absent ones stay, equal ones are no change.

    `version` is the one that the editor saw; another present one raises StaleItinerary and
    changes nothing. Raises NotFound, NotAllowed, InvalidValues.
    """
    values = rules.checked(fields)
    with outcomes.work_on(itinerary_id, by=by, operation="update") as work:
        itinerary = work.itinerary
        if version is not None and itinerary.version != version:
            raise StaleItinerary(
                f"{itinerary} was changed by someone else while you were editing.",
                details={"version": itinerary.version, "expected": version},
            )
        changed = {n: value for n, value in values.items() if getattr(itinerary, n) != value}
        _require_references(changed)
        for name, value in changed.items():
            setattr(itinerary, name, value)
        rules.require_order(itinerary.arrival_at, itinerary.departure_at)
        work.summarise(_update_summary(itinerary, changed))
        if changed:
            itinerary.folded_name = _folded(itinerary.name)
            itinerary.save_changes(*changed, "folded_name")
    return work.outcome()


def derive_folded(itinerary_ids: Collection[UUID]) -> None:
    """Derive the folded name again, after an undo put a former name back."""
    itineraries = Itinerary.objects.filter(id__in=itinerary_ids)
    deriving.derive_column(itineraries, "folded_name", "name", _folded)


def _folded(name: str) -> str:
    return text.fold(name)[: rules.NAME_MAX]


def _first_stage_id() -> UUID | None:
    stage = Stage.objects.filter(is_closed=False).order_by("position").first()
    return stage.id if stage else None


def _require_references(values: Mapping[str, Any]) -> None:
    """Raises InvalidValues for a stage or an assignee who is none, or no longer offered."""
    errors: dict[str, str] = {}
    if "stage_id" in values:
        stage = Stage.objects.filter(id=values["stage_id"]).first()
        if stage is None:
            errors["stage_id"] = "There is no such stage. Choose one from the list."
        elif stage.is_closed:
            errors["stage_id"] = f"The stage “{stage.label}” is closed. Choose another one."
    assignee_id = values.get("assignee_id")
    if assignee_id is not None:
        member = Membership.objects.filter(id=assignee_id).first()
        if member is None or not member.is_active:
            who = member.name if member else "That person"
            errors["assignee_id"] = f"{who} cannot be assignee. Choose an active user."
    if errors:
        raise InvalidValues(errors)


def _update_summary(itinerary: Itinerary, changed: Mapping[str, Any]) -> str:
    if set(changed) == {"stage_id"}:
        return f"Moved {itinerary} to {Stage.objects.get(id=itinerary.stage_id).label}"
    if set(changed) == {"assignee_id"} and itinerary.assignee_id is None:
        return f"Took the assignee off {itinerary}"
    if set(changed) == {"assignee_id"}:
        return f"Assigned {itinerary} to {Membership.objects.get(id=itinerary.assignee_id).name}"
    return f"Updated itinerary {itinerary}"
