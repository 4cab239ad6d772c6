"""Catalog orders: list, create, read, change, send, cancel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import sales as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import sales as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.kit.errors import Conflict
from wayfolk.sales.operations import orders as operations
from wayfolk.sales.queries import orders as queries
from wayfolk.sales.queries.orders import OrderFilters
from wayfolk.sales.rules.orders import OrderData
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"customer_id": "customer"}


@router.get("/catalog-orders", response=shapes.CatalogOrderList)
def list_orders(request: HttpRequest, filters: Query[shapes.CatalogOrderFilters]) -> Any:
    """Catalog orders in the order of `sort`."""
    by = actor_of(request)
    narrowed = OrderFilters(
        status=filters.status or "",
        catalogue_id=filters.catalogue_id,
        customer_id=references.customer_id(filters.customer, by=by, field="customer"),
    )
    page = paging.page_of(
        queries.list_orders(narrowed, by=by),
        order=filters.sort,
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(
        request, page, shapes.CatalogOrderList, lambda row: presenter.order(row, by=by)
    )


@router.post("/catalog-orders", response={201: shapes.CatalogOrder}, openapi_extra=VERSIONED)
def create_order(request: HttpRequest, response: HttpResponse, body: shapes.NewCatalogOrder) -> Any:
    """Create a catalog order; without an address it goes to the customer's or household's."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = operations.create_order(_data_of(body.sent(), by), by=by)
    response.headers["Location"] = f"{request.path}/{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.get("/catalog-orders/{number}", response=shapes.CatalogOrder, openapi_extra=VERSIONED)
def get_order(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One catalog order by Order No."""
    return _answered(response, number, actor_of(request))


@router.patch("/catalog-orders/{number}", response=shapes.CatalogOrder, openapi_extra=VERSIONED)
def update_order(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.CatalogOrderChanges
) -> Any:
    """Change the fields that are sent."""
    by = actor_of(request)
    found = queries.get_order_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            operations.update_order(found.id, _data_of(sent, by), by=by, version=expected)
    except Conflict as error:
        stored = presenter.order(queries.get_order(found.id, by=by), by=by).model_dump(
            exclude_unset=True
        )
        theirs = stored | {
            "customer": stored["customer"]["number"],
            "catalogue_id": stored["catalogue"]["id"],
        }
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by)


@router.post(
    "/catalog-orders/{number}/sending", response=shapes.CatalogOrder, openapi_extra=VERSIONED
)
def send_order(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """It was posted today."""
    by = actor_of(request)
    found = queries.get_order_by_number(number, by=by)
    operations.send_order(found.id, by=by, version=versions.expected_version(request, None))
    return _answered(response, number, by)


@router.post(
    "/catalog-orders/{number}/cancellation", response=shapes.CatalogOrder, openapi_extra=VERSIONED
)
def cancel_order(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """It is not sent any more."""
    by = actor_of(request)
    found = queries.get_order_by_number(number, by=by)
    operations.cancel_order(found.id, by=by, version=versions.expected_version(request, None))
    return _answered(response, number, by)


def _data_of(sent: dict[str, Any], by: Actor) -> OrderData:
    """The domain's names: the customer is meant by number."""
    fields = dict(sent)
    if "customer" in fields:
        number = fields.pop("customer")
        fields["customer_id"] = references.customer_id(number, by=by, field="customer")
    return OrderData(fields)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.CatalogOrder:
    """The order as stored now, and its version."""
    found = queries.get_order_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.order(found, by=by)
