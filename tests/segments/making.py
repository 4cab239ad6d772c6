"""A small company with people of all sorts, for lists."""

from datetime import date
from typing import Any

from tests.bookings import making
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

PERSON: dict[str, Any] = {"given_name": "Anna", "family_name": "Holm"}


def customer(by: Actor, **values: Any) -> Customer:
    """Names are fields of the customer; email ... fax, lines ... country of the primary set."""
    kinds = ("email", "phone", "mobile", "evening_phone", "fax")
    places = ("lines", "postcode", "city", "country")
    contacts = {("primary", kind): values.pop(kind) for kind in kinds if kind in values}
    address = {("primary", part): values.pop(part) for part in places if part in values}
    names = values if "company_name" in values else {**PERSON, **values}
    with tenancy.scope(by.organization_id):
        return operations.create_customer(CustomerData(names, contacts, address), by=by)


def booked(by: Actor, buyer: Customer, *, departs_on: date, **values: Any) -> None:
    making.booking(by, buyer, departs_on=departs_on, **values)
