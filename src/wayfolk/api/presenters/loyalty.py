"""Points, packages and extras as the API shows them; hidden points are absent."""

from collections.abc import Iterable
from typing import Any

from wayfolk.api.schemas import loyalty as shapes
from wayfolk.loyalty.models import (
    BonusPackage,
    CustomerExtra,
    EarningRule,
    ListEntry,
    PointsEntry,
)
from wayfolk.loyalty.queries import Points
from wayfolk.staff.rules import Actor

_ENTRY = ("id", "points", "kind", "reason", "entered_on", "expires_on", "created_at")
_PACKAGE = ("id", "version", "benefit", "valid_from", "valid_to", "notes", "status", "closed_on")
_EXTRA = (
    *("id", "version", "description", "valid_from", "valid_to", "notes"),
    *("quantity", "used", "used_on"),
)


def _same(record: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def entry(record: PointsEntry, *, by: Actor) -> shapes.PointsEntry:
    """A line with booking and author loaded."""
    values = _same(record, _ENTRY)
    values["author"] = record.author.name if record.author else "Wayfolk"
    if by.may("bookings.view"):
        values["booking"] = record.booking and record.booking.number
    return shapes.PointsEntry.model_construct(**values)


def balance(points: Points) -> shapes.PointsBalance:
    return shapes.PointsBalance.model_construct(
        **_same(points, ("balance", "earned", "redeemed", "expired"))
    )


def package(record: BonusPackage, *, by: Actor) -> shapes.Package:
    """A package with its programme loaded."""
    values = _same(record, _PACKAGE)
    values |= {"programme": record.programme_id, "programme_name": record.programme.label}
    if by.may_see("customer.bonus"):
        values["points"] = record.points
    return shapes.Package.model_construct(**values)


def customer_extra(record: CustomerExtra) -> shapes.Extra:
    """An extra with its kind loaded."""
    values = _same(record, _EXTRA)
    values |= {"kind": record.kind_id, "kind_name": record.kind.label}
    return shapes.Extra.model_construct(**values)


def list_entry(record: ListEntry) -> shapes.ListEntry:
    return shapes.ListEntry.model_construct(**_same(record, shapes.ListEntry.model_fields))


def entries(records: Iterable[ListEntry]) -> shapes.ListEntries:
    return shapes.ListEntries.model_construct(items=[list_entry(record) for record in records])


def rule(record: EarningRule) -> shapes.EarningRule:
    return shapes.EarningRule.model_construct(**_same(record, shapes.EarningRule.model_fields))
