"""Passenger ages: below which age one travels as infant, as child, for which products."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import passengers as shapes
from wayfolk.kit.errors import Conflict
from wayfolk.passengers import operations, queries
from wayfolk.passengers.models import AgeBand
from wayfolk.passengers.rules import BandData

router = Resource()


@router.get("/passenger-ages", response=shapes.AgeList)
def list_passenger_ages(request: HttpRequest) -> Any:
    """Those that are set; where none holds, an infant is below 2 and a child below 12."""
    by = actor_of(request)
    by.require_module("bookings")
    items = [_shown(band) for band in queries.list_bands(by=by)]
    return shapes.AgeList.model_construct(items=items)


@router.post("/passenger-ages", response={201: shapes.Ages}, openapi_extra=VERSIONED)
def create_passenger_ages(
    request: HttpRequest, response: HttpResponse, body: shapes.NewAges
) -> Any:
    """Set ages for some products or for all, from a day of travel on or always."""
    made = operations.create_band(BandData(body.sent()), by=actor_of(request))
    versions.mark(response, made.version)
    return Status(201, _shown(made))


@router.patch("/passenger-ages/{id}", response=shapes.Ages, openapi_extra=VERSIONED)
def update_passenger_ages(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.AgeChanges,
) -> Any:
    """Change the fields that are sent; types follow at once wherever they are shown."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        band = operations.update_band(id, BandData(sent), by=by, version=expected)
    except Conflict as error:
        theirs = _shown(queries.get_band(id, by=by)).model_dump()
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    versions.mark(response, band.version)
    return _shown(band)


@router.delete("/passenger-ages/{id}", response={204: None})
def remove_passenger_ages(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """As if they had never been set."""
    operations.remove_band(id, by=actor_of(request))
    return Status(204, None)


def _shown(band: AgeBand) -> shapes.Ages:
    values = {name: getattr(band, name) for name in shapes.Ages.model_fields}
    return shapes.Ages.model_construct(**values)
