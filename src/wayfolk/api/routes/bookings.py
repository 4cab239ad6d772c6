"""Bookings: list and search, create, read, change, cancel."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import bookings as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import bookings as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import operations, queries
from wayfolk.bookings.queries import BookingFilters
from wayfolk.bookings.rules import BookingData
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries

router = Resource()
_NAMES = {"brand_id": "brand", "customer_id": "customer", "partner_id": "partner"}


@router.get("/bookings", response=shapes.BookingList)
def list_bookings(request: HttpRequest, filters: Query[shapes.BookingFilters]) -> Any:
    """Bookings in the order of `sort`; `q` narrows to at most 200."""
    by = actor_of(request)
    narrowed = BookingFilters(
        text=filters.q or "",
        status=filters.status or "",
        is_unconnected=filters.is_connected == "false",
        customer_id=references.customer_id(filters.customer, by=by, field="customer"),
        passenger_id=references.customer_id(filters.passenger, by=by, field="passenger"),
        partner_id=references.partner_id(filters.partner, by=by, field="partner"),
        booked_from=filters.booked_from,
        booked_to=filters.booked_to,
        departs_from=filters.departs_from,
        departs_to=filters.departs_to,
        brand=references.brand(filters.brand),
    )
    page = paging.page_of(
        queries.list_bookings(narrowed, by=by),
        order=filters.sort,
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(
        request, page, shapes.BookingList, lambda row: presenter.booking(row, by=by)
    )


@router.post("/bookings", response={201: shapes.Booking}, openapi_extra=VERSIONED)
def create_booking(request: HttpRequest, response: HttpResponse, body: shapes.NewBooking) -> Any:
    """Create a booking, connected to nothing yet."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = operations.create_booking(_data_of(body.sent(), by), by=by)
    response.headers["Location"] = f"{request.path}/{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.get("/bookings/{number}", response=shapes.Booking, openapi_extra=VERSIONED)
def get_booking(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One booking by BKG. No."""
    return _answered(response, number, actor_of(request))


@router.patch("/bookings/{number}", response=shapes.Booking, openapi_extra=VERSIONED)
def update_booking(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.BookingChanges
) -> Any:
    """Change the fields that are sent; the connection stays as it is."""
    by = actor_of(request)
    found = queries.get_booking_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            operations.update_booking(found.id, _data_of(sent, by), by=by, version=expected)
    except Conflict as error:
        stored = presenter.booking(queries.get_booking(found.id, by=by), by=by).model_dump(
            exclude_unset=True
        )
        theirs = stored | {
            "partner": (stored.get("partner") or {}).get("number"),
            "customer": stored["customer"]["number"],
            "assignee_id": (stored["assignee"] or {}).get("id"),
        }
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by)


@router.post("/bookings/{number}/cancellation", response=shapes.Booking, openapi_extra=VERSIONED)
def cancel_booking(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """Mark a booking as cancelled: it leaves the money of every total."""
    by = actor_of(request)
    found = queries.get_booking_by_number(number, by=by)
    operations.cancel_booking(found.id, by=by, version=versions.expected_version(request, None))
    return _answered(response, number, by)


@router.post("/bookings/{number}/commission", response=shapes.Booking, openapi_extra=VERSIONED)
def recompute_commission(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """Compute what the partner earns anew, by the terms as they are now."""
    by = actor_of(request)
    found = queries.get_booking_by_number(number, by=by)
    expected = versions.expected_version(request, None)
    operations.recompute_commission(found.id, by=by, version=expected)
    return _answered(response, number, by)


@router.get(
    "/itineraries/{number}/bookings", response=shapes.BookingsWithTotals, tags=["Itineraries"]
)
def list_itinerary_bookings(request: HttpRequest, number: Number) -> Any:
    """The bookings of an itinerary and of its stays, with totals."""
    by = actor_of(request)
    itinerary = itinerary_queries.get_itinerary_by_number(number, by=by)
    return presenter.with_totals(list(queries.list_for_itinerary(itinerary.id, by=by)), by=by)


@router.get("/stays/{id}/bookings", response=shapes.BookingsWithTotals, tags=["Stays"])
def list_stay_bookings(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """The bookings connected to a stay, with totals."""
    by = actor_of(request)
    stay = stay_queries.get_stay(id, by=by)
    return presenter.with_totals(list(queries.list_for_stay(stay.id, by=by)), by=by)


def _data_of(sent: dict[str, Any], by: Actor) -> BookingData:
    """The domain's names: the customer is meant by number."""
    fields = dict(sent)
    if "brand" in fields:
        fields["brand_id"] = references.brand_id(fields.pop("brand"))
    if "customer" in fields:
        number = fields.pop("customer")
        fields["customer_id"] = references.customer_id(number, by=by, field="customer")
    if "partner" in fields:
        number = fields.pop("partner")
        fields["partner_id"] = references.partner_id(number, by=by, field="partner")
    return BookingData(fields)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.Booking:
    """The booking as stored now, and its version."""
    found = queries.get_booking_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.whole_booking(found, by=by)
