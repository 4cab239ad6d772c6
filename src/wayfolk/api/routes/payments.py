"""Payments: of a booking, of a customer; recording, changing, reversing; due dates, balances."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import payments as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import payments as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.payments import operations, queries
from wayfolk.bookings.payments.models import Payment, State
from wayfolk.bookings.payments.rules import Due, PaymentData
from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"payer_id": "payer"}


@router.get("/bookings/{number}/payments", response=shapes.BookingPayments)
def list_booking_payments(request: HttpRequest, number: Number) -> Any:
    """The payments of a booking, its due dates and how it stands."""
    by = actor_of(request)
    queries.require_sight(by)
    return presenter.booking_payments(booking_queries.get_booking_by_number(number, by=by), by=by)


@router.post("/bookings/{number}/payments", response={201: shapes.Payment}, openapi_extra=VERSIONED)
def record_payment(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewPayment
) -> Any:
    """Note money that came in, or went back; a refund beyond what came in is refused."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    sent = {name: value for name, value in body.sent().items() if value is not None}
    direction, is_pending = sent.pop("direction", "in"), sent.pop("is_pending", False)
    with references.naming(_NAMES):
        made = operations.record_payment(
            booking.id, _data_of(sent, by), by=by, direction=direction, is_pending=is_pending
        )
    return Status(201, _answered(response, made.id, by))


@router.put("/bookings/{number}/due-dates", response=shapes.BookingPayments)
def set_due_dates(request: HttpRequest, number: Number, body: shapes.DueDates) -> Any:
    """By when deposit and final payment are to be there."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    dues = {
        kind: due if due is None else Due(due.due_on, due.amount_minor)
        for kind, due in body.sent().items()
    }
    with references.naming({"deposit_on": "deposit", "final_on": "final"}):
        operations.set_dues(booking.id, dues, by=by)
    return presenter.booking_payments(booking, by=by)


@router.get("/payments/{id}", response=shapes.Payment, openapi_extra=VERSIONED)
def get_payment(request: HttpRequest, response: HttpResponse, id: UUID) -> Any:  # noqa: A002
    """One payment."""
    return _answered(response, id, actor_of(request))


@router.patch("/payments/{id}", response=shapes.Payment, openapi_extra=VERSIONED)
def update_payment(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.PaymentChanges,
) -> Any:
    """Correct what was noted, mark a pending one as received, or reverse it."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    state = sent.pop("state", None)
    # null is a value of `payer` alone: elsewhere it says nothing.
    sent = {name: value for name, value in sent.items() if value is not None or name == "payer"}
    queries.get_payment(id, by=by)
    try:
        with (
            change_set(by=by, operation="payments.change", summary=""),
            references.naming(_NAMES),
        ):
            payment = operations.update_payment(id, _data_of(sent, by), by=by, version=expected)
            _change_state(payment, state, by)
    except Conflict as error:
        theirs = presenter.payment(queries.get_payment(id, by=by), by=by).model_dump()
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, id, by)


@router.get("/customers/{number}/payments", response=shapes.PaymentList)
def list_customer_payments(
    request: HttpRequest, number: Number, filters: Query[shapes.PaymentFilters]
) -> Any:
    """The payments on a customer's own bookings, the latest first."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    page = paging.page_of(
        queries.list_of_customer(customer.id, by=by),
        order="-paid_on",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(
        request, page, shapes.PaymentList, lambda row: presenter.payment(row, by=by)
    )


@router.get("/customers/{number}/balance", response=shapes.CustomerBalance)
def get_customer_balance(request: HttpRequest, number: Number) -> Any:
    """What the bookings with payments or due dates add up to by currency, and what is late."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    return presenter.customer_balance(customer.id, by=by)


def _change_state(payment: Payment, state: str | None, by: Actor) -> None:
    if state == State.RECEIVED and payment.state == State.PENDING:
        operations.receive_payment(payment.id, by=by)
    elif state == State.REVERSED:
        operations.reverse_payment(payment.id, by=by)


def _data_of(sent: dict[str, Any], by: Actor) -> PaymentData:
    """The domain's names: the payer is meant by Customer No."""
    fields = dict(sent)
    if "payer" in fields:
        number = fields.pop("payer")
        fields["payer_id"] = references.customer_id(number, by=by, field="payer")
    return PaymentData(fields)


def _answered(response: HttpResponse, payment_id: UUID, by: Actor) -> shapes.Payment:
    """The payment as stored now, and its version."""
    found = queries.get_payment(payment_id, by=by)
    versions.mark(response, found.version)
    return presenter.payment(found, by=by)
