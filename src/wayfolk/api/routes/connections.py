"""Connecting a booking to the stay or itinerary that it belongs to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import bookings as presenter
from wayfolk.api.presenters import stays as stay_presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import bookings as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import connections, operations, queries
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor

router = Resource()
_PATH = "/bookings/{number}/connection"
_NAMES = {"target": "stay_id"}


@router.get("/connection-targets", response=shapes.Targets)
def search_connection_targets(request: HttpRequest, filters: Query[shapes.TargetFilters]) -> Any:
    """Stays and itineraries that a booking can be connected to."""
    found = connections.search_targets(filters.q, by=actor_of(request))
    return shapes.Targets.model_construct(
        stays=[presenter.stay_reference(stay) for stay in found.stays],
        itineraries=[stay_presenter.itinerary_reference(trip) for trip in found.itineraries],
        is_too_short=found.is_too_short,
    )


@router.get(_PATH, response=shapes.ConnectionHistory)
def get_connection(request: HttpRequest, number: Number) -> Any:
    """What the booking belongs to, and how that came about."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    values: dict[str, Any] = {"connection": presenter.connection(booking, by=by)}
    if by.may("history.view"):
        steps = connections.list_history(booking.id, by=by)
        values["steps"] = [presenter.connection_step(step) for step in steps]
    return shapes.ConnectionHistory.model_construct(**values)


@router.post(_PATH, response=shapes.Booking, openapi_extra=VERSIONED)
def connect_booking(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewConnection
) -> Any:
    """Connect a booking to exactly one stay or itinerary; a connected booking moves."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    try:
        with references.naming(_NAMES):
            operations.connect_booking(
                booking.id,
                by=by,
                stay_id=body.stay_id,
                itinerary_id=references.itinerary_id(body.itinerary, by=by, field="itinerary"),
                version=versions.expected_version(request, body.version),
            )
    except Conflict as error:
        raise _stale(request, error, number, yours=body.sent(), by=by) from error
    return _answered(response, number, by)


@router.delete(_PATH, response=shapes.Booking, openapi_extra=VERSIONED)
def disconnect_booking(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """Take the booking off its stay or itinerary."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    try:
        operations.disconnect_booking(
            booking.id, by=by, version=versions.expected_version(request, None)
        )
    except Conflict as error:
        raise _stale(request, error, number, yours={}, by=by) from error
    return _answered(response, number, by)


def _stale(
    request: HttpRequest, error: Conflict, number: int, *, yours: dict[str, Any], by: Actor
) -> Exception:
    """Both sides of the connection: what was sent, and what it hangs on now."""
    booking = queries.get_booking_by_number(number, by=by)
    present = presenter.connection(booking, by=by).model_dump(exclude_unset=True)
    theirs = {
        "stay_id": (present.get("stay") or {}).get("id"),
        "itinerary": (present.get("itinerary") or {}).get("number"),
    }
    sent = {name: value for name, value in yours.items() if name in theirs}
    return versions.stale(request, error, yours=sent, theirs=theirs)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.Booking:
    booking = queries.get_booking_by_number(number, by=by)
    versions.mark(response, booking.version)
    return presenter.booking(booking, by=by)
