"""Creating, changing and ending households."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import Connection, Household, HouseholdMember
from wayfolk.households.operations import moving, outcomes
from wayfolk.households.operations.moving import Placement
from wayfolk.households.operations.outcomes import Outcome, StaleHousehold, Work
from wayfolk.kit import text
from wayfolk.kit.errors import NotAllowed
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind
from wayfolk.staff.rules import Actor


def create_household(
    fields: Mapping[str, Any],
    *,
    by: Actor,
    members: Sequence[Placement] = (),
    on: date | None = None,
    leaving_others: bool = False,
) -> Outcome:
    """A new household with the next number; `members` live there from `on` on (KP-19).

    `fields`: names of rules.FIELDS; a name is required. Raises NotAllowed, InvalidValues,
    and what moving.move_in does.
    """
    outcomes.require_editing(by)
    values = rules.checked({"name": "", **fields})
    require_address_right({name for name, value in values.items() if value}, by)
    with change_set(by=by, operation="households.create", summary="") as current:
        work = Work(current, new_household(values))
        work.summarise(f"Created household {work.household}")
        if members:
            day = rules.checked_day(on, field="from_on")
            moving.add_members(work, members, day, leaving_others=leaving_others)
    return work.outcome()


def update_household(
    household_id: UUID, fields: Mapping[str, Any], *, by: Actor, version: int | None = None
) -> Outcome:
    """Change the named fields, for every member who uses them (KP-20); equal ones are no change.

    `version` is the one that the editor saw; another present one raises StaleHousehold and
    changes nothing. Raises NotFound, NotAllowed, InvalidValues.
    """
    values = rules.checked(fields)
    with outcomes.work_on(household_id, by=by, operation="update") as work:
        household = work.household
        if version is not None and household.version != version:
            raise StaleHousehold(
                f"{household} was changed by someone else while you were editing.",
                details={"version": household.version, "expected": version},
            )
        changed = [name for name, value in values.items() if getattr(household, name) != value]
        require_address_right(changed, by)
        for name in changed:
            setattr(household, name, values[name])
        work.summarise(f"Updated household {household}")
        if changed:
            _fold(household)
            household.save_changes(*changed, "folded_name", "folded_city")
    return work.outcome()


def end_household(household_id: UUID, *, on: date, by: Actor) -> Outcome:
    """Nobody belongs to it from `on` on; what was before stays to be asked for.

    Raises InvalidValues where somebody moves in on that day or later.
    """
    day = rules.checked_day(on)
    with outcomes.work_on(household_id, by=by, operation="end") as work:
        outcomes.require_living(work.household, day)
        close_all(work.household.id, day)
        mark_ended(work.household, day)
        work.summarise(f"Ended household {work.household} on {rules.day_words(day)}")
    return work.outcome()


def new_household(values: Mapping[str, Any]) -> Household:
    """A household of checked values, inside the caller's change set."""
    household = household_of(values, numbering.take_number(NumberKind.HOUSEHOLD))
    household.save(force_insert=True)
    return household


def household_of(values: Mapping[str, Any], number: int) -> Household:
    """A household of checked values that is not saved yet."""
    household = Household(number=number, **values)
    _fold(household)
    return household


def mark_ended(household: Household, day: date, *, into: Household | None = None) -> None:
    household.ended_on, household.merged_into = day, into
    household.save_changes("ended_on", "merged_into")


def close_all(household_id: UUID, day: date) -> None:
    """End every membership and connection; raises InvalidValues for one that starts later."""
    for model in (HouseholdMember, Connection):
        rows = model.objects.filter(household_id=household_id).after(day).order_by("id")
        for row in rows.select_related("customer"):
            outcomes.close(row, day, row.customer.name)


def require_address_right(names: Collection[str], by: Actor) -> None:
    """The address of a household is an address: the same field rule holds."""
    if set(names) & set(rules.ADDRESS_FIELDS) and not by.may_edit("customer.address"):
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change addresses."
            " An administrator can allow it under Settings, Roles.",
            details={"fields": ["address"]},
        )


def derive_folded(household_ids: Collection[UUID]) -> None:
    """Derive the folded columns again, after an undo put former values back."""
    households = Household.objects.filter(id__in=household_ids)
    deriving.derive_column(households, "folded_name", "name", rules.fold_name)
    deriving.derive_column(households, "folded_city", "city", text.fold)


def _fold(household: Household) -> None:
    household.folded_name = rules.fold_name(household.name)
    household.folded_city = text.fold(household.city)[:120]
