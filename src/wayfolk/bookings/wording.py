"""How the history speaks of bookings."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, Image, RecordKind, Teller
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.bookings.payments.models import Payment, PaymentDue
from wayfolk.customers.models import Customer
from wayfolk.kit.money import Money

_MONEY = {
    "total_minor": "booking.total",
    "cost_minor": "booking.cost",
    "commission_minor": "booking.commission",
}
_CODES = {**_MONEY, "commission_basis": "booking.commission"}


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "bookings.view",
        "edit": "bookings.edit",
        "module": "bookings",
    }
    wording.declare_area(Area("bookings", "Bookings", **rights))
    for operation in ("connect", "disconnect"):
        wording.declare_operation(f"bookings.{operation}", undo_permission="bookings.connect")
    wording.declare_operation("bookings.recompute_commission", undo_permission="partners.terms")
    wording.declare_table(
        RecordKind(
            "bookings_booking",
            code=lambda column, _image: _CODES.get(column, ""),
            codes=frozenset(_CODES.values()),
            words=_words,
            unshown=("commission_term_id",),
            computed=("commission_minor", "commission_basis"),
            **rights,
        )
    )
    _declare_payments()
    wording.declare_table(
        RecordKind(
            "bookings_bookingpassenger",
            phrase=_passenger_phrase,
            unshown=("position",),
            **rights,
        )
    )


def _declare_payments() -> None:
    """Whoever may not see prices is told no value of a payment."""
    rights: dict[str, Any] = {"view": "payments.view", "edit": "payments.edit"}
    wording.declare_area(Area("payments", "Payments", **rights, module="payments"))
    for table, phrase in (
        ("bookings_payment", _payment_phrase),
        ("bookings_paymentdue", _due_phrase),
    ):
        wording.declare_table(
            RecordKind(
                table,
                phrase=phrase,
                code=lambda _column, _image: "booking.total",
                codes=frozenset({"booking.total"}),
                words=_payment_words,
                module="payments",
                **rights,
            )
        )


def _payment_phrase(row: Payment, teller: Teller) -> str:
    noun = row.get_direction_display().lower()
    return f"{noun} on booking {teller.name_of(Booking, row.booking_id)}"


def _due_phrase(row: PaymentDue, teller: Teller) -> str:
    noun = row.get_kind_display().lower()
    return f"due date of the {noun} of booking {teller.name_of(Booking, row.booking_id)}"


def _payment_words(column: str, value: Any, image: Image) -> str | None:
    """A due date's amount is in the currency of its booking, which the row does not know."""
    if column != "amount_minor":
        return None
    currency = str(image.get("currency", ""))
    return str(Money(int(value), currency)) if currency else f"{int(value) / 100:,.2f}"


def _passenger_phrase(row: BookingPassenger, teller: Teller) -> str:
    name = teller.name_of(Customer, row.customer_id)
    return f"passenger {name} on booking {teller.name_of(Booking, row.booking_id)}"


def _words(column: str, value: Any, image: Image) -> str | None:
    if column not in _MONEY:
        return None
    return str(Money(int(value), str(image.get("currency", ""))))
