"""Lines of a booking's price, and the catalogues that they are made of."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import booking_lines as presenter
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import booking_lines as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import lines, operations, queries
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.line_rules import LineData, PickupData
from wayfolk.bookings.models import Booking
from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import NotAllowed
from wayfolk.staff.rules import Actor

router = Resource()
_LINES = "/bookings/{number}/lines"


@router.get(_LINES, response=shapes.Lines, openapi_extra=VERSIONED)
def list_lines(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """The lines of a booking, for whoever may see its price."""
    by = actor_of(request)
    return _answered(response, _booking(number, by), by)


@router.put(_LINES, response=shapes.Lines, openapi_extra=VERSIONED)
def set_lines(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.SetLines
) -> Any:
    """Make these all the lines of a booking; those with an id are changed."""
    by = actor_of(request)
    booking = _booking(number, by)
    wanted = [_data_of(item.sent()) for item in body.items]
    expected = versions.expected_version(request, body.version)
    operations.set_lines(booking.id, wanted, by=by, version=expected)
    return _answered(response, booking, by)


@router.post(_LINES, response={201: shapes.Lines}, openapi_extra=VERSIONED)
def add_line(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewLine
) -> Any:
    """Add a line; before the first one the price so far becomes a Basic line."""
    by = actor_of(request)
    booking = _booking(number, by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    operations.add_line(booking.id, _data_of(sent), by=by, version=expected)
    return Status(201, _answered(response, booking, by))


@router.patch(_LINES + "/{id}", response=shapes.Lines, openapi_extra=VERSIONED)
def update_line(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    id: UUID,  # noqa: A002
    body: shapes.NewLine,
) -> Any:
    """Change the fields of a line that are sent."""
    by = actor_of(request)
    booking = _booking(number, by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    operations.update_line(booking.id, id, _data_of(sent), by=by, version=expected)
    return _answered(response, booking, by)


@router.delete(_LINES + "/{id}", response={204: None})
def remove_line(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """Take a line off; after the last one the price stays what it was then."""
    by = actor_of(request)
    expected = versions.expected_version(request, None)
    operations.remove_line(_booking(number, by).id, id, by=by, version=expected)
    return Status(204, None)


@router.get("/line-categories", response=shapes.CategoryList)
def list_line_categories(request: HttpRequest) -> Any:
    """The categories of booking lines in their order, retired ones too."""
    found = lines.list_categories(by=actor_of(request))
    return shapes.CategoryList.model_construct(items=[presenter.category(x) for x in found])


@router.post("/line-categories", response={201: shapes.Category})
def add_line_category(request: HttpRequest, body: shapes.NewCategory) -> Any:
    """Add a category of the organisation's own."""
    made = operations.add_category(body.name, body.kind, by=actor_of(request))
    return Status(201, presenter.category(made))


@router.patch("/line-categories/{id}", response=shapes.Category)
def change_line_category(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    body: shapes.CategoryChanges,
) -> Any:
    """Rename a category, retire it, or offer it again; lines that have it keep it."""
    changed = operations.change_category(
        id, name=body.name, is_retired=body.is_retired, by=actor_of(request)
    )
    return presenter.category(changed)


@router.get("/pickup-points", response=shapes.PickupList)
def list_pickup_points(request: HttpRequest) -> Any:
    """The pickup points by their codes, retired ones too."""
    by = actor_of(request)
    items = [presenter.pickup_point(x, by=by) for x in lines.list_pickup_points(by=by)]
    return shapes.PickupList.model_construct(items=items)


@router.post("/pickup-points", response={201: shapes.PickupPoint}, openapi_extra=VERSIONED)
def create_pickup_point(
    request: HttpRequest, response: HttpResponse, body: shapes.PickupChanges
) -> Any:
    """Add a pickup point to the catalogue."""
    by = actor_of(request)
    sent = body.sent()
    sent.pop("version", None)
    made = operations.create_pickup_point(PickupData(sent), by=by)
    versions.mark(response, made.version)
    return Status(201, presenter.pickup_point(made, by=by))


@router.patch("/pickup-points/{id}", response=shapes.PickupPoint, openapi_extra=VERSIONED)
def update_pickup_point(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.PickupChanges,
) -> Any:
    """Change the fields that are sent; lines that were made of it stay as they are."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    changed = operations.update_pickup_point(id, PickupData(sent), by=by, version=expected)
    versions.mark(response, changed.version)
    return presenter.pickup_point(changed, by=by)


@router.get("/price-adjustments", response=shapes.AdjustmentList)
def list_adjustments(request: HttpRequest) -> Any:
    """The discounts and supplements of the catalogue by their codes, retired ones too."""
    found = lines.list_adjustments(by=actor_of(request))
    return shapes.AdjustmentList.model_construct(items=[presenter.adjustment(x) for x in found])


@router.post("/price-adjustments", response={201: shapes.Adjustment}, openapi_extra=VERSIONED)
def create_adjustment(
    request: HttpRequest, response: HttpResponse, body: shapes.AdjustmentChanges
) -> Any:
    """Add a discount or supplement to the catalogue."""
    sent = body.sent()
    sent.pop("version", None)
    made = operations.create_adjustment(AdjustmentData(sent), by=actor_of(request))
    versions.mark(response, made.version)
    return Status(201, presenter.adjustment(made))


@router.patch("/price-adjustments/{id}", response=shapes.Adjustment, openapi_extra=VERSIONED)
def update_adjustment(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.AdjustmentChanges,
) -> Any:
    """Change the fields that are sent; lines that were made of it stay as they are."""
    sent, by = body.sent(), actor_of(request)
    expected = versions.expected_version(request, sent.pop("version", None))
    data = AdjustmentData(sent)
    changed = operations.update_adjustment(id, data, by=by, version=expected)
    versions.mark(response, changed.version)
    return presenter.adjustment(changed)


@router.get("/customers/{number}/totals", response=shapes.CustomerTotals, tags=["Customers"])
def get_customer_totals(request: HttpRequest, number: Number) -> Any:
    """What a customer's bookings come to, by parts and by years, as they are now."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    totals = queries.customer_totals(customer.id, by=by)
    return presenter.customer_totals(totals, queries.customer_years(customer.id, by=by), by=by)


def _booking(number: int, by: Actor) -> Booking:
    found = queries.get_booking_by_number(number, by=by)
    if not by.may_see("booking.total"):
        raise NotAllowed(
            f"Your role “{by.role_name}” does not see the price of bookings."
            " An administrator can allow it under Settings, Roles.",
            details={"field": "booking.total"},
        )
    return found


def _data_of(sent: dict[str, Any]) -> LineData:
    return LineData(sent, id=sent.pop("id", None))


def _answered(response: HttpResponse, booking: Booking, by: Actor) -> shapes.Lines:
    """The lines as stored now, and the booking's version."""
    present = queries.get_booking(booking.id, by=by)
    versions.mark(response, present.version)
    return presenter.lines(present, lines.list_lines(booking.id, by=by), by=by)
