"""Bonus points, bonus packages and customer extras."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import loyalty as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import loyalty as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.loyalty import queries
from wayfolk.loyalty.operations import benefits, points
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"programme_id": "programme", "kind_id": "kind"}


@router.get("/customers/{number}/points", response=shapes.PointsBalance)
def get_points(request: HttpRequest, number: Number) -> Any:
    """Gained Bonus, and what it is made of."""
    by = actor_of(request)
    return presenter.balance(queries.points_of(_customer(number, by).id, by=by))


@router.get("/customers/{number}/points/entries", response=shapes.PointsList)
def list_points(request: HttpRequest, number: Number, filters: Query[shapes.PointsFilters]) -> Any:
    """The ledger, the latest line first."""
    by = actor_of(request)
    page = paging.page_of(
        queries.list_entries(_customer(number, by).id, by=by),
        order="-entered_on",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.PointsList, lambda row: presenter.entry(row, by=by))


@router.post("/customers/{number}/points/entries", response={201: shapes.PointsBalance})
def add_points(request: HttpRequest, number: Number, body: shapes.NewPoints) -> Any:
    """Grant, redeem, correct or hand on points: a line more (of a transfer two)."""
    by = actor_of(request)
    customer = _customer(number, by)
    _write(customer, body, by)
    return Status(201, presenter.balance(queries.points_of(customer.id, by=by)))


def _write(customer: Customer, body: shapes.NewPoints, by: Actor) -> None:
    why: dict[str, Any] = {"reason": body.sent().get("reason", ""), "by": by}
    if body.kind == "granted":
        points.grant_points(
            customer.id, body.points, expires_on=body.expires_on,
            booking_id=_booking(body.booking, by), **why,
        )  # fmt: skip
    elif body.kind == "redeemed":
        points.redeem_points(customer.id, body.points, booking_id=_booking(body.booking, by), **why)
    elif body.kind == "corrected":
        points.correct_points(customer.id, body.points, **why)
    else:
        to = references.customer_id(body.to, by=by, field="to")
        if to is None:
            raise InvalidValues({"to": "Say who gets the points, by Customer No."})
        points.transfer_points(customer.id, to, body.points, **why)


def _booking(number: int | None, by: Actor) -> UUID | None:
    if number is None:
        return None
    try:
        return booking_queries.get_booking_by_number(number, by=by).id
    except NotFound as error:
        raise InvalidValues({"booking": error.message}) from error


@router.get("/customers/{number}/bonus-packages", response=shapes.PackageList)
def list_packages(request: HttpRequest, number: Number) -> Any:
    """Active and former packages, the latest first."""
    by = actor_of(request)
    found = queries.list_packages(_customer(number, by).id, by=by)
    items = [presenter.package(row, by=by) for row in found]
    return shapes.PackageList.model_construct(items=items)


@router.post(
    "/customers/{number}/bonus-packages", response={201: shapes.Package}, openapi_extra=VERSIONED
)
def create_package(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewPackage
) -> Any:
    """Give a customer a package."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = benefits.create_package(_customer(number, by).id, _values(body.sent()), by=by)
    return Status(201, _package(response, made.id, by))


@router.get("/bonus-packages/{id}", response=shapes.Package, openapi_extra=VERSIONED)
def get_package(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """One package."""
    return _package(response, id, actor_of(request))


@router.patch("/bonus-packages/{id}", response=shapes.Package, openapi_extra=VERSIONED)
def update_package(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.PackageChanges,
) -> Any:
    """Change an active package, use it (its points are added to the ledger), or end it."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    status = sent.pop("status", None)
    try:
        with change_set(by=by, operation="loyalty.change_package", summary=""):
            if sent or expected is not None:
                with references.naming(_NAMES):
                    benefits.update_package(id, _values(sent), by=by, version=expected)
            if status is not None:
                {"used": benefits.use_package, "ended": benefits.end_package}[status](id, by=by)
    except Conflict as error:
        theirs = presenter.package(queries.get_package(id, by=by), by=by).model_dump()
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _package(response, id, by)


@router.get("/customers/{number}/extras", response=shapes.ExtraList)
def list_extras(request: HttpRequest, number: Number) -> Any:
    """A customer's extras, the latest first."""
    by = actor_of(request)
    found = queries.list_extras(_customer(number, by).id, by=by)
    return shapes.ExtraList.model_construct(items=[presenter.customer_extra(row) for row in found])


@router.post("/customers/{number}/extras", response={201: shapes.Extra}, openapi_extra=VERSIONED)
def create_extra(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewExtra
) -> Any:
    """Give a customer an extra."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = benefits.create_extra(_customer(number, by).id, _values(body.sent()), by=by)
    return Status(201, _extra(response, made.id, by))


@router.get("/extras/{id}", response=shapes.Extra, openapi_extra=VERSIONED)
def get_extra(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """One extra."""
    return _extra(response, id, actor_of(request))


@router.patch("/extras/{id}", response=shapes.Extra, openapi_extra=VERSIONED)
def update_extra(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.ExtraChanges,
) -> Any:
    """Change the fields that are sent."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            benefits.update_extra(id, _values(sent), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.customer_extra(queries.get_extra(id, by=by)).model_dump()
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _extra(response, id, by)


@router.post("/extras/{id}/use", response=shapes.Extra, openapi_extra=VERSIONED)
def use_extra(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """One of it is used today."""
    by = actor_of(request)
    benefits.use_extra(id, by=by)
    return _extra(response, id, by)


@router.delete("/extras/{id}", response={204: None})
def remove_extra(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """As if it had never been given."""
    benefits.remove_extra(id, by=actor_of(request))
    return Status(204, None)


def _customer(number: int, by: Actor) -> Customer:
    queries.require_sight(by)
    return customer_queries.get_customer_by_number(number, by=by)


def _values(sent: dict[str, Any]) -> Values:
    """The domain's names; null is a value of `valid_to` and `points` alone."""
    kept = {n: v for n, v in sent.items() if v is not None or n in {"valid_to", "points"}}
    return Values({f"{n}_id" if n in {"programme", "kind"} else n: v for n, v in kept.items()})


def _package(response: HttpResponse, package_id: UUID, by: Actor) -> shapes.Package:
    found = queries.get_package(package_id, by=by)
    versions.mark(response, found.version)
    return presenter.package(found, by=by)


def _extra(response: HttpResponse, extra_id: UUID, by: Actor) -> shapes.Extra:
    found = queries.get_extra(extra_id, by=by)
    versions.mark(response, found.version)
    return presenter.customer_extra(found)
