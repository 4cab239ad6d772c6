"""The passengers of a booking: who travels, who leads, as adult, child or infant."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import bookings as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import bookings as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import operations, passengers, queries
from wayfolk.kit.errors import InvalidValues

router = Resource()
_PATH = "/bookings/{number}/passengers"


@router.get(_PATH, response=shapes.Passengers)
def list_passengers(request: HttpRequest, number: Number) -> Any:
    """Who travels on a booking, in their order."""
    by = actor_of(request)
    return presenter.passenger_list(queries.get_booking_by_number(number, by=by), by=by)


@router.post(_PATH, response=shapes.Passengers)
def add_passengers(request: HttpRequest, number: Number, body: shapes.AddedPassengers) -> Any:
    """Add people at the end of the list; those on it already stay as they are."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    found = references.customer_ids(body.customers, by=by, field="customers")
    added = [found[wanted] for wanted in body.customers]
    operations.add_passengers(booking.id, added, by=by)
    return presenter.passenger_list(booking, by=by)


@router.patch(_PATH + "/{customer_number}", response=shapes.Passengers)
def change_passenger(
    request: HttpRequest, number: Number, customer_number: Number, body: shapes.PassengerChanges
) -> Any:
    """Make a passenger the lead, or say by hand what they travel as."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    who = passengers.find_passenger(booking.id, customer_number, by=by)
    if body.is_lead is None and body.type is None:
        raise InvalidValues({"is_lead": "Send at least one of is_lead, type."})
    with change_set(by=by, operation="bookings.change_passenger", summary=""):
        if body.is_lead:
            operations.set_lead(booking.id, who.customer_id, by=by)
        if body.type is not None:
            operations.set_type(booking.id, who.customer_id, body.type, by=by)
    return presenter.passenger_list(booking, by=by)


@router.delete(_PATH + "/{customer_number}", response={204: None})
def remove_passenger(request: HttpRequest, number: Number, customer_number: Number) -> Any:
    """Take somebody off; where the lead goes, the first of the others leads."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    who = passengers.find_passenger(booking.id, customer_number, by=by)
    operations.remove_passenger(booking.id, who.customer_id, by=by)
    return Status(204, None)


@router.post(
    "/bookings/{number}/passenger-numbers", response=shapes.Booking, openapi_extra=VERSIONED
)
def take_passenger_numbers(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """Make the booked adults, children and infants those who are named as passengers."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    operations.take_numbers(booking.id, by=by, version=versions.expected_version(request, None))
    found = queries.get_booking(booking.id, by=by)
    versions.mark(response, found.version)
    return presenter.whole_booking(found, by=by)
