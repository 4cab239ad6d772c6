"""Payments and balances as the API shows them."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import payments as shapes
from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments import queries
from wayfolk.bookings.payments.models import Payment, PaymentDue
from wayfolk.staff.rules import Actor

_SAME = ("id", "version", "created_at", "direction", "state", *shapes.PaymentFields.model_fields)


def payment(record: Payment, *, by: Actor) -> shapes.Payment:
    """A payment with its booking and payer loaded."""
    values: dict[str, Any] = {name: getattr(record, name) for name in _SAME}
    values["booking"] = record.booking.number
    values["exchange_rate"] = f"{record.exchange_rate.normalize():f}"
    values["payer"] = record.payer and customers.customer_reference(record.payer, by=by)
    return shapes.Payment.model_construct(**values)


def booking_payments(booking: Booking, *, by: Actor) -> shapes.BookingPayments:
    """The payments of a booking, and how it stands."""
    payments = queries.list_of_booking(booking.id, by=by)
    dues = queries.list_dues(booking.id, by=by)
    return shapes.BookingPayments.model_construct(
        balance=_balance(booking, payments, dues, by),
        items=[payment(row, by=by) for row in payments],
    )


def _balance(
    booking: Booking, payments: Sequence[Payment], dues: Sequence[PaymentDue], by: Actor
) -> shapes.Balance:
    account = queries.account_of(booking, payments, dues, by=by)
    by_kind = {due.kind: _due(due) for due in dues}
    return shapes.Balance.model_construct(
        booking=booking.number,
        currency=booking.currency,
        price_minor=account.price.minor,
        paid_minor=account.paid.minor,
        pending_minor=account.pending.minor,
        balance_minor=account.balance.minor,
        late_minor=account.late.minor,
        due_on=account.due_on,
        is_overpaid=account.is_overpaid,
        deposit=by_kind.get("deposit"),
        final=by_kind.get("final"),
    )


def _due(due: PaymentDue) -> shapes.DueDate:
    return shapes.DueDate.model_construct(due_on=due.due_on, amount_minor=due.amount_minor)


def customer_balance(customer_id: Any, *, by: Actor) -> shapes.CustomerBalance:
    """What a customer's bookings add up to, and what is late."""
    return shapes.CustomerBalance.model_construct(
        sums=[
            shapes.CustomerSum.model_construct(
                currency=each.price.currency,
                bookings=each.bookings,
                price_minor=each.price.minor,
                paid_minor=each.paid.minor,
                pending_minor=each.pending.minor,
                balance_minor=each.balance.minor,
            )
            for each in queries.sums_of_customer(customer_id, by=by)
        ],
        late=[
            shapes.LateBooking.model_construct(
                booking=each.number,
                product=each.product,
                due_on=each.due_on,
                missing_minor=each.missing.minor,
                currency=each.missing.currency,
            )
            for each in queries.late_of_customer(customer_id, by=by)
        ],
    )
