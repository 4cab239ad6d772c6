"""Payments and balances as the templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments import queries
from wayfolk.bookings.payments.models import BookingBalance, Direction, Payment, PaymentDue, State
from wayfolk.bookings.payments.queries import Sums
from wayfolk.bookings.payments.rules import Account
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import Figure

TONES = {State.RECEIVED: "success", State.PENDING: "warning", State.REVERSED: "neutral"}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in a list. `own`: the amount in the booking's currency, "" where it is that."""

    id: UUID
    menu_id: str
    paid_on: date
    kind: str
    is_refund: bool
    amount: str
    own: str
    method: str
    reference: str
    payer: str
    payer_url: str
    notes: str
    state: str
    tone: str
    is_pending: bool
    is_alive: bool
    booking_number: int
    booking_url: str


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A booking that owes something, or is owed. `missing`: of what is due, "" for nothing."""

    number: int
    url: str
    product: str
    customer: str
    customer_url: str
    price: str
    paid: str
    balance: str
    due_on: date | None
    missing: str


def booking_url(number: int) -> str:
    return reverse("bookings:detail", args=[number])


def row_of(payment: Payment, by: Actor, *, currency: str) -> PaymentRow:
    """`currency`: the booking's."""
    signed = -payment.amount if payment.direction == Direction.REFUND else payment.amount
    own = payment.in_currency(currency)
    own = -own if payment.direction == Direction.REFUND else own
    sees_payer = payment.payer is not None and by.may("customers.view")
    return PaymentRow(
        id=payment.id,
        menu_id=f"payment-{payment.id}",
        paid_on=payment.paid_on,
        kind=str(payment.get_direction_display()),
        is_refund=payment.direction == Direction.REFUND,
        amount=format_money(signed),
        own=format_money(own) if payment.currency != currency else "",
        method=str(payment.get_method_display()),
        reference=payment.reference,
        payer=payment.payer.name if sees_payer and payment.payer else "",
        payer_url=reverse("customers:detail", args=[payment.payer.number])
        if sees_payer and payment.payer
        else "",
        notes=payment.notes,
        state=str(payment.get_state_display()),
        tone=TONES[State(payment.state)],
        is_pending=payment.state == State.PENDING,
        is_alive=payment.state != State.REVERSED,
        booking_number=payment.booking.number,
        booking_url=booking_url(payment.booking.number),
    )


def section_of(booking: Booking, by: Actor) -> dict[str, Any]:
    """Context of payments/_of_booking.html."""
    payments = queries.list_of_booking(booking.id, by=by)
    dues = queries.list_dues(booking.id, by=by)
    account = queries.account_of(booking, payments, dues, by=by)
    may_edit = by.may("payments.edit") and by.may_edit("booking.total")
    return {
        "booking": booking,
        "figures": _figures(account, dues, booking),
        "rows": [row_of(payment, by, currency=booking.currency) for payment in payments],
        "late": format_money(account.late) if account.late.minor else "",
        "late_since": account.due_on,
        "overpaid": format_money(-account.balance) if account.is_overpaid else "",
        "is_cancelled": booking.status == "cancelled",
        "may_edit_payments": may_edit,
        "may_refund": may_edit and account.paid.minor > 0,
        "has_dues": bool(dues),
    }


def _figures(account: Account, dues: Sequence[PaymentDue], booking: Booking) -> list[Figure]:
    found = [
        Figure("Price", format_money(account.price)),
        Figure("Received", format_money(account.paid)),
    ]
    if account.pending.minor:
        found.append(Figure("Pending", format_money(account.pending)))
    found.append(Figure("Balance", format_money(account.balance)))
    for due in dues:
        amount = (
            format_money(Money(due.amount_minor, booking.currency))
            if due.amount_minor is not None
            else "all that is left"
        )
        label = f"{due.get_kind_display()} due"
        found.append(Figure(label, f"{due.due_on:%-d %b %Y}", amount))
    return found


def sums_rows(sums: Sequence[Sums]) -> list[dict[str, str]]:
    """Per currency, as the customer's section shows it."""
    return [
        {
            "currency": each.price.currency,
            "bookings": f"{each.bookings:,}",
            "price": format_money(each.price),
            "paid": format_money(each.paid),
            "pending": format_money(each.pending) if each.pending.minor else "",
            "balance": format_money(each.balance),
        }
        for each in sums
    ]


def balance_row(row: BookingBalance, by: Actor) -> BalanceRow:
    """A row of `queries.with_due_now`, with booking and customer."""
    booking = row.booking
    missing = queries.missing_of(row)
    customer = booking.customer
    return BalanceRow(
        number=booking.number,
        url=booking_url(booking.number),
        product=booking.product,
        customer=customer.name,
        customer_url=reverse("customers:detail", args=[customer.number])
        if by.may("customers.view")
        else "",
        price=format_money(Money(row.price_minor, row.currency)),
        paid=format_money(Money(row.paid_minor, row.currency)),
        balance=format_money(row.balance),
        due_on=row.due_on,
        missing=format_money(missing) if missing.minor else "",
    )
