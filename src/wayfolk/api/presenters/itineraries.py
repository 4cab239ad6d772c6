"""Itineraries as the API shows them."""

from collections.abc import Iterable
from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import itineraries as shapes
from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.itineraries.queries import LinkedCustomer
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

_FIELDS = (
    "number",
    "trip_id",
    "version",
    "name",
    "arrival_at",
    "departure_at",
    "adults",
    "children",
    "infants",
    "notes",
    "created_at",
    "updated_at",
)


def summary(record: Itinerary) -> shapes.ItinerarySummary:
    """An itinerary with stage and assignee loaded, without its customers."""
    return shapes.ItinerarySummary.model_construct(**_values(record))


def itinerary(record: Itinerary, *, by: Actor, warnings: Iterable[str] = ()) -> shapes.Itinerary:
    """The itinerary with its customers."""
    rows = queries.list_links(record.id, by=by)
    return shapes.Itinerary.model_construct(
        **_values(record),
        customers=[linked(row, by=by) for row in rows],
        warnings=list(warnings),
    )


def linked_customers(
    record: Itinerary, *, by: Actor, warnings: Iterable[str] = ()
) -> shapes.LinkedCustomers:
    """The list of customers alone, with the fingerprint that a later change may name."""
    rows = queries.list_links(record.id, by=by)
    return shapes.LinkedCustomers.model_construct(
        items=[linked(row, by=by) for row in rows],
        fingerprint=queries.fingerprint(rows),
        warnings=list(warnings),
    )


def linked(row: LinkedCustomer, *, by: Actor) -> shapes.LinkedCustomer:
    """What the role hides is absent."""
    seen = {
        "status": (row.customer.status, "customer.status"),
        "email": (row.email, "customer.email"),
        "phone": (row.phone, "customer.phone"),
        "city": (row.city, "customer.address"),
    }
    visible: dict[str, Any] = {n: value for n, (value, code) in seen.items() if by.may_see(code)}
    return shapes.LinkedCustomer.model_construct(
        customer=customers.customer_reference(row.customer, by=by),
        is_poc=row.link.is_poc,
        is_travelling=row.link.is_travelling,
        is_leader=row.link.is_leader,
        past_trips=row.past_trips,
        **visible,
    )


def stage(record: Stage) -> shapes.Stage:
    return shapes.Stage.model_construct(
        code=record.code, label=record.label, is_closed=record.is_closed
    )


def person(member: Membership | None) -> shapes.Person | None:
    if member is None:
        return None
    return shapes.Person.model_construct(id=member.id, name=member.name)


def _values(record: Itinerary) -> dict[str, Any]:
    return {
        **{name: getattr(record, name) for name in _FIELDS},
        "stage": record.stage.code,
        "assignee": person(record.assignee),
    }
