"""Guardians of minors."""

from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import Guardian
from wayfolk.households.operations import outcomes
from wayfolk.households.rules import Span
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor

GENERATIONS_MAX = 20


def add_guardian(
    child_id: UUID, guardian_id: UUID, *, from_on: date, to_on: date | None = None, by: Actor
) -> Guardian:
    """Somebody answers for a minor from a day on. Raises InvalidValues, NotFound, NotAllowed.

    Judged by the dates of birth that are known; without them only by who answers for whom.
    """
    outcomes.require_editing(by)
    span = rules.checked_span(from_on, to_on)
    if child_id == guardian_id:
        raise InvalidValues({"guardian": "Nobody is their own guardian. Choose somebody else."})
    with change_set(by=by, operation="households.add_guardian", summary="") as current:
        people = outcomes.lock_people([child_id, guardian_id], field="guardian")
        child, guardian = people[child_id], people[guardian_id]
        fault = rules.guardian_fault(child.birth_on, guardian.birth_on, span.from_on)
        if fault:
            raise InvalidValues({"guardian": fault})
        if rules.closes_circle(_edges_above(guardian_id), child_id, guardian_id):
            raise InvalidValues(
                {
                    "guardian": f"{child.name} answers for {guardian.name}, directly or over"
                    " others, so it cannot be the other way round too."
                }
            )
        _require_free(child_id, guardian_id, span, guardian.name)
        row: Guardian = Guardian.objects.create(
            child=child, guardian=guardian, from_on=span.from_on, to_on=span.to_on
        )
        current.summary = current.summary or f"{guardian.name} is guardian of {child.name}"
    return row


def end_guardian(guardian_row_id: UUID, *, on: date, by: Actor) -> Guardian:
    """The guardian answers no longer from `on` on; raises NotFound, InvalidValues."""
    outcomes.require_editing(by)
    day = rules.checked_day(on)
    with change_set(by=by, operation="households.end_guardian", summary="") as current:
        rows = Guardian.objects.filter(id=guardian_row_id).select_related("child", "guardian")
        row: Guardian | None = rows.locked().first()
        if row is None:
            raise NotFound("There is no such guardian. The page may be old; reload it.")
        outcomes.close(row, day, row.guardian.name)
        said = f"{row.guardian.name} is guardian of {row.child.name} until {rules.day_words(day)}"
        current.summary = current.summary or said
    return row


def _edges_above(guardian_id: UUID) -> list[tuple[UUID, UUID]]:
    """(child, guardian) pairs above somebody, a query for each generation."""
    edges: list[tuple[UUID, UUID]] = []
    level, seen = {guardian_id}, {guardian_id}
    for _ in range(GENERATIONS_MAX):
        rows = Guardian.objects.filter(child_id__in=list(level))
        found = list(rows.values_list("child_id", "guardian_id"))
        edges += found
        level = {above for _, above in found} - seen
        seen |= level
        if not level:
            break
    return edges


def _require_free(child_id: UUID, guardian_id: UUID, span: Span, name: str) -> None:
    for row in Guardian.objects.filter(child_id=child_id, guardian_id=guardian_id):
        held = Span(row.from_on, row.to_on)
        if held.overlaps(span):
            raise InvalidValues(
                {"guardian": f"{name} is guardian {held.in_words()} already. Choose other days."}
            )
