"""Stays and properties as the API shows them."""

from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import stays as shapes
from wayfolk.bookings.connections import may_see_itineraries
from wayfolk.itineraries.models import Itinerary
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Property, Stay

_FIELDS = ("id", "version", "nights", "created_at", "updated_at", *shapes.StayFields.model_fields)


def stay(record: Stay, *, by: Actor) -> shapes.Stay:
    """A stay with guest, hotel and itinerary loaded."""
    values: dict[str, Any] = {name: getattr(record, name) for name in _FIELDS}
    values["property"] = shapes.PropertyReference.model_construct(
        id=record.hotel_id, name=record.hotel.name
    )
    values["guest"] = customers.customer_reference(record.guest, by=by)
    if may_see_itineraries(by):
        values["itinerary"] = record.itinerary and itinerary_reference(record.itinerary)
    return shapes.Stay.model_construct(**values)


def itinerary_reference(record: Itinerary) -> shapes.ItineraryReference:
    return shapes.ItineraryReference.model_construct(
        number=record.number, trip_id=record.trip_id, name=record.name
    )


def hotel(record: Property) -> shapes.Property:
    return shapes.Property.model_construct(id=record.id, name=record.name, version=record.version)
