"""Customers who were merged into others: where their numbers and ids lead."""

from collections.abc import Callable
from uuid import UUID

from wayfolk.customers.models import Customer, Status
from wayfolk.kit.errors import Conflict

FindSurvivor = Callable[[UUID], UUID | None]
_finders: list[FindSurvivor] = []


def on_absorbed(find: FindSurvivor) -> None:
    """Register who knows the survivor of a merged customer."""
    _finders.append(find)


def survivor_id(**of: object) -> UUID | None:
    """The present customer that the merged one with this number or id became; None if none."""
    merged = Customer.objects.filter(status=Status.MERGED, **of).values_list("id", flat=True)
    absorbed_id = merged.first()
    if absorbed_id is None:
        return None
    return next((found for find in _finders if (found := find(absorbed_id)) is not None), None)


def require_own(found: Customer, number: int) -> None:
    """Raises Conflict where `number` only led to `found`: what would hit the wrong record."""
    if found.number != number:
        raise Conflict(
            f"Customer {number} was merged into {found.name} ({found.number}). If you mean that"
            " record, say its own number.",
            details={"merged_into": found.number},
        )
