"""Households as the API shows them."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.presenters.customers import customer_reference
from wayfolk.api.schemas import households as shapes
from wayfolk.households import models, rules
from wayfolk.households.queries import MemberShown
from wayfolk.households.suggestions import Suggestion
from wayfolk.staff.rules import Actor

_FIELDS = ("number", "version", "ended_on", "created_at", "updated_at")
_OPEN_FIELDS = tuple(name for name in rules.FIELDS if name not in rules.ADDRESS_FIELDS)


def household(
    record: models.Household, *, by: Actor, remarks: Sequence[str] = ()
) -> shapes.Household:
    """A household with what it was merged into loaded."""
    values: dict[str, Any] = {name: getattr(record, name) for name in (*_FIELDS, *_OPEN_FIELDS)}
    if by.may_see("customer.address"):
        values |= {name: getattr(record, name) for name in rules.ADDRESS_FIELDS}
    values["merged_into"] = record.merged_into and reference(record.merged_into)
    if remarks:
        values["remarks"] = list(remarks)
    return shapes.Household.model_construct(**values)


def reference(record: models.Household) -> shapes.HouseholdReference:
    return shapes.HouseholdReference.model_construct(number=record.number, name=record.name)


def members(
    shown: Sequence[MemberShown], *, by: Actor, remarks: Sequence[str] = ()
) -> shapes.Members:
    items = [_member(each, by) for each in shown]
    if remarks:
        return shapes.Members.model_construct(items=items, remarks=list(remarks))
    return shapes.Members.model_construct(items=items)


def _member(shown: MemberShown, by: Actor) -> shapes.Member:
    names = ("id", "version", "from_on", "to_on", *shapes.Placed.model_fields)
    values: dict[str, Any] = {name: getattr(shown.member, name) for name in names}
    if shown.address is not None:
        values["address"] = shapes.Address.model_construct(**shown.address.values)
        values["address_from"] = shown.address.source
    return shapes.Member.model_construct(
        **values,
        customer=customer_reference(shown.customer, by=by),
        preferences=shapes.Preferences.model_construct(**shown.preferences.values),
        preferences_from=shown.preferences.source,
    )


def connections(rows: Sequence[models.Connection], *, by: Actor) -> shapes.Connections:
    return shapes.Connections.model_construct(
        items=[
            shapes.Connection.model_construct(
                **{name: getattr(row, name) for name in ("id", "kind", "note", "from_on", "to_on")},
                customer=customer_reference(row.customer, by=by),
            )
            for row in rows
        ]
    )


def guardian(row: models.Guardian, *, by: Actor) -> shapes.Guardian:
    return shapes.Guardian.model_construct(
        id=row.id,
        child=customer_reference(row.child, by=by),
        guardian=customer_reference(row.guardian, by=by),
        from_on=row.from_on,
        to_on=row.to_on,
    )


def lived_in(rows: Sequence[models.HouseholdMember]) -> shapes.CustomerHouseholds:
    return shapes.CustomerHouseholds.model_construct(
        items=[
            shapes.CustomerHousehold.model_construct(
                household=reference(row.household),
                role=row.role,
                from_on=row.from_on,
                to_on=row.to_on,
            )
            for row in rows
        ]
    )


def suggestion(found: Suggestion, *, by: Actor) -> shapes.Suggestion:
    return shapes.Suggestion.model_construct(
        people=[customer_reference(customer, by=by) for customer in found.people],
        neighbours=[customer_reference(customer, by=by) for customer in found.neighbours],
        household=found.household and reference(found.household),
        reasons=list(found.reasons),
    )
