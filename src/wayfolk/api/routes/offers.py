"""Offers: list and search, create, read, change, send, close, convert; their reminders."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import bookings as booking_presenter
from wayfolk.api.presenters import customers as customer_presenter
from wayfolk.api.presenters import sales as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import bookings as booking_shapes
from wayfolk.api.schemas import sales as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import queries as booking_queries
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.sales.operations import converting, sending
from wayfolk.sales.operations import offers as operations
from wayfolk.sales.operations.converting import Buyer, Conversion
from wayfolk.sales.operations.sending import Message
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.sales.rules.offers import OfferData
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"brand_id": "brand", "customer_id": "customer"}


@router.get("/offers", response=shapes.OfferList)
def list_offers(request: HttpRequest, filters: Query[shapes.OfferFilters]) -> Any:
    """Offers in the order of `sort`; `q` narrows to at most 200."""
    by = actor_of(request)
    narrowed = OfferFilters(
        text=filters.q or "",
        status=filters.status or "",
        kind=filters.kind or "",
        customer_id=references.customer_id(filters.customer, by=by, field="customer"),
        assignee_id=filters.assignee_id,
        departs_from=filters.departs_from,
        departs_to=filters.departs_to,
        brand=references.brand(filters.brand),
        due_by=filters.follow_up_by,
    )
    page = paging.page_of(
        queries.list_offers(narrowed, by=by),
        order=filters.sort,
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.OfferList, lambda row: presenter.offer(row, by=by))


@router.post("/offers", response={201: shapes.Offer}, openapi_extra=VERSIONED)
def create_offer(request: HttpRequest, response: HttpResponse, body: shapes.NewOffer) -> Any:
    """Create an offer, not sent yet."""
    by = actor_of(request)
    with references.naming(_NAMES):
        made = operations.create_offer(_data_of(body.sent(), by), by=by)
    response.headers["Location"] = f"{request.path}/{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.get("/offers/{number}", response=shapes.Offer, openapi_extra=VERSIONED)
def get_offer(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One offer by Offer No."""
    return _answered(response, number, actor_of(request))


@router.patch("/offers/{number}", response=shapes.Offer, openapi_extra=VERSIONED)
def update_offer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.OfferChanges
) -> Any:
    """Change the fields that are sent; another `valid_until` revives or expires the offer."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            operations.update_offer(found.id, _data_of(sent, by), by=by, version=expected)
    except Conflict as error:
        stored = presenter.offer(queries.get_offer(found.id, by=by), by=by).model_dump(
            exclude_unset=True
        )
        theirs = stored | {
            "customer": (stored["customer"] or {}).get("number"),
            "assignee_id": (stored["assignee"] or {}).get("id"),
        }
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by)


@router.post("/offers/{number}/sending", response=shapes.Offer, openapi_extra=VERSIONED)
def send_offer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.OfferMessage
) -> Any:
    """Mail the offer; it is available then, and its reminders are planned."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    proposed = sending.propose_message(found, by=by)
    message = Message(
        *(
            getattr(proposed, name) if getattr(body, name) is None else getattr(body, name)
            for name in ("address", "subject", "body")
        )
    )
    expected = versions.expected_version(request, None)
    sending.send_offer(found.id, message, by=by, version=expected)
    return _answered(response, number, by)


@router.post("/offers/{number}/closing", response=shapes.Offer, openapi_extra=VERSIONED)
def close_offer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.OfferClosing
) -> Any:
    """Close an offer with a reason of the list."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    expected = versions.expected_version(request, None)
    with references.naming({"close_reason": "reason_id"}):
        operations.close_offer(found.id, body.reason_id, by=by, version=expected)
    return _answered(response, number, by)


@router.post("/offers/{number}/reopening", response=shapes.Offer, openapi_extra=VERSIONED)
def reopen_offer(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """Open a closed offer again."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    expected = versions.expected_version(request, None)
    operations.reopen_offer(found.id, by=by, version=expected)
    return _answered(response, number, by)


@router.post("/offers/{number}/booking", response={201: booking_shapes.Booking})
def convert_offer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.OfferBooking
) -> Any:
    """Make the booking that the offer proposes. Fields that are absent are the offer's."""
    by = actor_of(request)
    by.require_module("bookings")
    by.require("bookings.view")
    found = queries.get_offer_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    customer = references.customer_id(sent.pop("customer", None), by=by, field="customer")
    sent.pop("new_customer", None)
    new = body.new_customer
    buyer = Buyer(customer, *(customer_presenter.new_customer(new) if new else ()))
    with references.naming(_NAMES):
        made = converting.convert_offer(found.id, Conversion(buyer, sent), by=by, version=expected)
    response.headers["Location"] = f"/api/v1/bookings/{made.number}"
    shown = booking_queries.get_booking_by_number(made.number, by=by)
    return Status(201, booking_presenter.whole_booking(shown, by=by))


@router.get("/offers/{number}/reminders", response=shapes.OfferReminders)
def list_reminders(request: HttpRequest, number: Number) -> Any:
    """The reminders of an offer in the order of their days."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    rows = queries.list_reminders(found.id, by=by)
    return shapes.OfferReminders.model_construct(items=[presenter.reminder(row) for row in rows])


@router.delete("/offers/{number}/reminders/{id}", response={204: None})
def cancel_reminder(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """Cancel a planned reminder."""
    by = actor_of(request)
    found = queries.get_offer_by_number(number, by=by)
    if id not in {row.id for row in queries.list_reminders(found.id, by=by)}:
        raise NotFound(f"Offer {number} has no such reminder.")
    sending.cancel_reminder(id, by=by)
    return Status(204, None)


def _data_of(sent: dict[str, Any], by: Actor) -> OfferData:
    """The domain's names: the customer is meant by number."""
    fields = dict(sent)
    if "brand" in fields:
        fields["brand_id"] = references.brand_id(fields.pop("brand"))
    if "customer" in fields:
        number = fields.pop("customer")
        fields["customer_id"] = references.customer_id(number, by=by, field="customer")
    return OfferData(fields)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.Offer:
    """The offer as stored now, and its version."""
    found = queries.get_offer_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.offer(found, by=by)
