"""Several households become one."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import Connection, Household, HouseholdMember
from wayfolk.households.operations import keeping, moving, outcomes
from wayfolk.households.operations.outcomes import Outcome, Work
from wayfolk.households.rules import Span
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor


def merge_households(into_id: UUID, other_ids: Collection[UUID], *, on: date, by: Actor) -> Outcome:
    """Everybody of the others lives in one household from `on` on; the others end that day.

    Who lived in the others before stays to be asked for. Somebody who belongs to the target
    already stays there as they are. Connections go along, except of those who now are
    members. Raises NotFound, NotAllowed, InvalidValues.
    """
    outcomes.require_editing(by)
    day = rules.checked_day(on)
    others = set(other_ids)
    if not others or into_id in others:
        raise InvalidValues(
            {"households": "Choose one or more other households to merge into this one."}
        )
    with change_set(by=by, operation="households.merge", summary="") as current:
        locked = outcomes.lock_households([into_id, *others])
        for household in locked.values():
            outcomes.require_living(household, day)
        work = Work(current, locked.pop(into_id))
        for _, other in sorted(locked.items()):
            _bring_members(work, other, day)
            _bring_connections(work, other, day)
            keeping.mark_ended(other, day, into=work.household)
        names = " and ".join(str(h) for h in locked.values())
        what = names if len(locked) <= 2 else f"{len(locked)} households"
        work.summarise(f"Merged {what} into {work.household} on {rules.day_words(day)}")
    return work.outcome()


def _bring_members(work: Work, other: Household, day: date) -> None:
    rows = HouseholdMember.objects.filter(household_id=other.id).after(day)
    members = list(rows.select_related("customer", "household").order_by("from_on", "id"))
    moving.transfer_members(work, members, day)


def _bring_connections(work: Work, other: Household, day: date) -> None:
    target = work.household.id
    for connection in Connection.objects.filter(household_id=other.id).after(day).order_by("id"):
        span = Span(max(connection.from_on, day), connection.to_on)
        outcomes.leave(connection, day)
        person, kind = connection.customer_id, connection.kind
        held = [
            *HouseholdMember.objects.filter(household_id=target, customer_id=person),
            *Connection.objects.filter(household_id=target, customer_id=person, kind=kind),
        ]
        for part in span.without(Span(row.from_on, row.to_on) for row in held):
            Connection.objects.create(
                household=work.household,
                customer_id=person,
                kind=kind,
                note=connection.note,
                from_on=part.from_on,
                to_on=part.to_on,
            )
