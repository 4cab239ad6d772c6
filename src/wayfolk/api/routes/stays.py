"""Stays: list and search, create, read, change, cancel, put on an itinerary."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import stays as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import stays as shapes
from wayfolk.kit.errors import Conflict, InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.stays import operations, queries
from wayfolk.stays.queries import StayFilters
from wayfolk.stays.rules import StayData

router = Resource()
_NAMES = {"guest_id": "guest", "hotel_id": "property_id", "hotel_name": "property_name"}


@router.get("/stays", response=shapes.StayList)
def list_stays(request: HttpRequest, filters: Query[shapes.StayFilters]) -> Any:
    """Stays by arrival."""
    by = actor_of(request)
    narrowed = StayFilters(
        text=filters.q or "",
        hotel_id=filters.property_id,
        status=filters.status or "",
        arrival_from=filters.arrival_from,
        arrival_to=filters.arrival_to,
        guest_id=references.customer_id(filters.guest, by=by, field="guest"),
    )
    page = paging.page_of(
        queries.list_stays(narrowed, by=by),
        order=filters.sort,
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.StayList, lambda row: presenter.stay(row, by=by))


@router.post("/stays", response={201: shapes.Stay}, openapi_extra=VERSIONED)
def create_stay(request: HttpRequest, response: HttpResponse, body: shapes.NewStay) -> Any:
    """Create a stay; a property of a new name is made with it."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = operations.create_stay(_data_of(body.sent(), by), by=by)
    response.headers["Location"] = f"{request.path}/{made.id}"
    return Status(201, _answered(response, made.id, by))


@router.get("/stays/{id}", response=shapes.Stay, openapi_extra=VERSIONED)
def get_stay(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """One stay."""
    return _answered(response, id, actor_of(request))


@router.patch("/stays/{id}", response=shapes.Stay, openapi_extra=VERSIONED)
def update_stay(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.StayChanges,
) -> Any:
    """Change the fields that are sent; an itinerary of the stay grows to cover new dates."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            operations.update_stay(id, _data_of(sent, by), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.stay(queries.get_stay(id, by=by), by=by).model_dump(exclude_unset=True)
        stored = {
            "guest": theirs["guest"]["number"],
            "property_id": theirs["property"]["id"],
            "property_name": theirs["property"]["name"],
        }
        raise versions.stale(request, error, yours=sent, theirs=theirs | stored) from error
    return _answered(response, id, by)


@router.post("/stays/{id}/cancellation", response=shapes.Stay, openapi_extra=VERSIONED)
def cancel_stay(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """Mark a stay as cancelled; its bookings stay as they are."""
    by = actor_of(request)
    operations.cancel_stay(id, by=by, version=versions.expected_version(request, None))
    return _answered(response, id, by)


@router.put("/stays/{id}/itinerary", response=shapes.Stay, openapi_extra=VERSIONED)
def put_stay_on_itinerary(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.ItineraryNumber,
) -> Any:
    """Put a stay on an itinerary; bookings connected to the stay follow it."""
    by = actor_of(request)
    target = references.itinerary_id(body.itinerary, by=by, field="itinerary")
    operations.set_itinerary(id, target, by=by)
    return _answered(response, id, by)


@router.delete("/stays/{id}/itinerary", response=shapes.Stay, openapi_extra=VERSIONED)
def take_stay_off_itinerary(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
) -> Any:
    """Take a stay off its itinerary."""
    by = actor_of(request)
    operations.set_itinerary(id, None, by=by)
    return _answered(response, id, by)


def _data_of(sent: dict[str, Any], by: Actor) -> StayData:
    """The domain's names: the guest is meant by number, the hotel by id or name."""
    fields = dict(sent)
    if "property_id" in fields and "property_name" in fields:
        raise InvalidValues({"property_name": "Send either property_id or property_name."})
    if "guest" in fields:
        fields["guest_id"] = references.customer_id(fields.pop("guest"), by=by, field="guest")
    if "property_id" in fields:
        fields["hotel_id"] = fields.pop("property_id")
    if "property_name" in fields:
        fields["hotel_name"] = fields.pop("property_name") or ""
    return StayData(fields)


def _answered(response: HttpResponse, stay_id: UUID, by: Actor) -> shapes.Stay:
    """The stay as stored now, and its version."""
    found = queries.get_stay(stay_id, by=by)
    versions.mark(response, found.version)
    return presenter.stay(found, by=by)
