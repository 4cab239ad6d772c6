"""Customers and itineraries for these tests, made by the product's own operations."""

from datetime import UTC, datetime
from typing import Any

from tests.world import Cast
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer
from wayfolk.itineraries.operations import linking, planning
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.kit import tenancy

MAY_1 = datetime(2026, 5, 1, 14, 0, tzinfo=UTC)
MAY_14 = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def customer(cast: Cast, given: str = "Anna", family: str = "", **contacts: str) -> Customer:
    """A customer with primary contacts: email=, phone=, mobile=."""
    data = CustomerData(
        fields={"given_name": given, "family_name": family},
        contacts={("primary", kind): value for kind, value in contacts.items()},
    )
    return customer_operations.create_customer(data, by=cast.advisor)


def itinerary(
    cast: Cast, *customers: Customer, name: str = "Lisbon in May", **fields: Any
) -> Itinerary:
    choices = [LinkChoice(customer.id) for customer in customers]
    return planning.create_itinerary(
        {"name": name, **fields}, by=cast.advisor, customers=choices
    ).itinerary


def save(
    cast: Cast, trip: Itinerary, *customers: Customer, poc: tuple[Customer, ...] = ()
) -> linking.Outcome:
    """What the dialog does: the final list, with these points of contact."""
    choices = [LinkChoice(c.id, is_poc=c in poc) for c in customers]
    return linking.save_links(trip.id, choices, by=cast.advisor)


def links(trip: Itinerary) -> list[ItineraryCustomer]:
    with tenancy.scope(trip.organization_id):
        rows = ItineraryCustomer.objects.filter(itinerary_id=trip.id).select_related("customer")
        return list(rows.order_by("position", "id"))


def names(trip: Itinerary) -> list[str]:
    return [link.customer.given_name for link in links(trip)]


def contacts(trip: Itinerary) -> list[str]:
    """First names of the points of contact, in order."""
    return [link.customer.given_name for link in links(trip) if link.is_poc]
