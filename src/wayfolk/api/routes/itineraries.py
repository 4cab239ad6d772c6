"""Itineraries: list and search, create, read, change."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import itineraries as presenter
from wayfolk.api.routes import references
from wayfolk.api.routes.itinerary_customers import choices_of
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import itineraries as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.itineraries import queries
from wayfolk.itineraries.operations import planning
from wayfolk.itineraries.queries import ItineraryFilter
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor

router = Resource()
_ORDERS = {"number": "number", "name": "folded_name", "-created_at": "-created_at"}
_NAMES = {"stage_id": "stage"}


@router.get("/itineraries", response=shapes.ItineraryList)
def list_itineraries(request: HttpRequest, filters: Query[shapes.ItineraryFilters]) -> Any:
    """Itineraries in the order of `sort`; `q` narrows to at most 1,000."""
    by = actor_of(request)
    narrowed = ItineraryFilter(
        text=filters.q or "",
        stage_ids=[references.stage_id(filters.stage)] if filters.stage else (),
        assignee_id=filters.assignee_id,
        arrival_from=filters.arrival_from,
        arrival_until=filters.arrival_until,
    )
    page = paging.page_of(
        queries.filter_itineraries(narrowed, by=by),
        order=_ORDERS[filters.sort],
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.ItineraryList, presenter.summary)


@router.post("/itineraries", response={201: shapes.Itinerary}, openapi_extra=VERSIONED)
def create_itinerary(
    request: HttpRequest, response: HttpResponse, body: shapes.NewItinerary
) -> Any:
    """Create an itinerary, with customers or without; the first becomes point of contact."""
    by = actor_of(request)
    sent = body.sent()
    sent.pop("customers", None)
    with references.naming(_NAMES):
        outcome = planning.create_itinerary(
            _fields_of(sent), by=by, customers=choices_of(body.customers, by=by)
        )
    number = outcome.itinerary.number
    response.headers["Location"] = f"{request.path}/{number}"
    return Status(201, _answered(response, number, by, outcome.warnings))


@router.get("/itineraries/{number}", response=shapes.Itinerary, openapi_extra=VERSIONED)
def get_itinerary(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One itinerary by the number of its Trip ID, with its customers."""
    return _answered(response, number, actor_of(request))


@router.patch("/itineraries/{number}", response=shapes.Itinerary, openapi_extra=VERSIONED)
def update_itinerary(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.ItineraryChanges
) -> Any:
    """Change the fields that are sent: name, stage, dates, party, assignee, notes."""
    by = actor_of(request)
    found = queries.get_itinerary_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            outcome = planning.update_itinerary(found.id, _fields_of(sent), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.summary(queries.get_itinerary(found.id, by=by)).model_dump(
            exclude_unset=True
        )
        theirs["assignee_id"] = (theirs["assignee"] or {}).get("id")
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by, outcome.warnings)


def _fields_of(sent: dict[str, Any]) -> dict[str, Any]:
    """The domain's names: a stage is meant by its code."""
    fields = dict(sent)
    if "stage" in fields:
        fields["stage_id"] = references.stage_id(fields.pop("stage"))
    return fields


def _answered(
    response: HttpResponse, number: int, by: Actor, warnings: tuple[str, ...] = ()
) -> shapes.Itinerary:
    """The itinerary as stored now, and its version."""
    found = queries.get_itinerary_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.itinerary(found, by=by, warnings=warnings)
