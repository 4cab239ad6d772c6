"""Customers, stays, itineraries and bookings for tests, each in the actor's own organisation."""

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.kit import tenancy, text
from wayfolk.staff.rules import Actor, FieldAccess
from wayfolk.stays import operations as stay_operations
from wayfolk.stays.models import Stay
from wayfolk.stays.rules import StayData

_counter = itertools.count(1)
ARRIVAL, DEPARTURE = date(2026, 6, 10), date(2026, 6, 14)


def customer(by: Actor, given_name: str = "Ann", family_name: str = "Holm") -> Customer:
    with tenancy.scope(by.organization_id):
        return customer_operations.create_customer(
            CustomerData(fields={"given_name": given_name, "family_name": family_name}), by=by
        )


def stay(by: Actor, guest: Customer | None = None, **fields: Any) -> Stay:
    values = {
        "reservation_number": f"RES-{next(_counter):05d}",
        "hotel_name": "Hotel Azul",
        "guest_id": (guest or customer(by)).id,
        "arrival_on": ARRIVAL,
        "departure_on": DEPARTURE,
        "adults": 2,
    }
    with tenancy.scope(by.organization_id):
        return stay_operations.create_stay(StayData({**values, **fields}), by=by)


def itinerary(by: Actor, name: str = "Lisbon in June", **fields: Any) -> Itinerary:
    with change_set(by=by, operation="test", summary=f"Created itinerary {name}"):
        stage = Stage.objects.order_by("position").first() or Stage.objects.create(
            code="quote", label="Quote", position=1
        )
        return Itinerary.objects.create(
            number=next(_counter), name=name, folded_name=text.fold(name), stage=stage, **fields
        )


def booking(by: Actor, buyer: Customer | None = None, **fields: Any) -> Booking:
    values = {
        "customer_id": (buyer or customer(by)).id,
        "product": "Spa day",
        "booked_on": date(2026, 5, 1),
        "departs_on": date(2026, 6, 11),
        "adults": 2,
        "total_minor": 12_000,
    }
    with tenancy.scope(by.organization_id):
        return operations.create_booking(BookingData({**values, **fields}), by=by)


def without_module(by: Actor, module: str) -> Actor:
    """The same person where the vendor has switched a module off."""
    return replace(by, modules=by.modules - {module})


def without_permission(by: Actor, permission: str) -> Actor:
    return replace(by, permissions=by.permissions - {permission})


def not_seeing(by: Actor, field: str) -> Actor:
    """The same person from whom a field is hidden."""
    return replace(by, field_access={**by.field_access, field: FieldAccess.HIDDEN})


def last_change_set(by: Actor) -> ChangeSet:
    with tenancy.scope(by.organization_id):
        return ChangeSet.objects.order_by("-started_at", "-id")[0]
