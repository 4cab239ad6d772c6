"""How the history speaks of bookings."""

from collections.abc import Mapping
from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, Image, RecordKind, Teller
from wayfolk.bookings import line_rules
from wayfolk.bookings.models import Booking, BookingLine, BookingPassenger, LineCategory
from wayfolk.bookings.payments.models import Payment, PaymentDue
from wayfolk.customers.models import Customer
from wayfolk.kit.money import Money

_MONEY = {
    "total_minor": "booking.total",
    "cost_minor": "booking.cost",
    "commission_minor": "booking.commission",
}
_CODES = {
    **_MONEY,
    "commission_basis": "booking.commission",
    "customer_mark": "customer.happiness",
    "representative_mark": "customer.happiness",
}


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
    _declare_lines(rights)
    _declare_payments()
    wording.declare_table(
        RecordKind(
            "bookings_bookingpassenger",
            phrase=_passenger_phrase,
            unshown=("position",),
            **rights,
        )
    )


def _declare_lines(rights: Mapping[str, Any]) -> None:
    codes = line_rules.FIELD_RULES
    wording.declare_table(
        RecordKind(
            "bookings_bookingline",
            phrase=_line_phrase,
            code=lambda column, _image: codes.get(column, ""),
            codes=frozenset(codes.values()),
            words=_line_words,
            unshown=("position", "kind", "currency"),
            **rights,
        )
    )
    kept = {**rights, "edit": wording.ADMINISTER}
    wording.declare_table(RecordKind("bookings_linecategory", unshown=("position", "code"), **kept))
    wording.declare_table(
        RecordKind(
            "bookings_pickuppoint",
            code=lambda column, _image: "booking.cost" if column == "cost_minor" else "",
            codes=frozenset({"booking.cost"}),
            words=_line_words,
            **kept,
        )
    )


def _line_phrase(row: BookingLine, teller: Teller) -> str:
    category = teller.name_of(LineCategory, row.category_id)
    what = f"{category} ({row.description})" if row.description else category
    return f"line {what} of booking {teller.name_of(Booking, row.booking_id)}"


def _line_words(column: str, value: Any, image: Image) -> str | None:
    if not column.endswith("_minor"):
        return None
    return str(Money(int(value), str(image.get("currency", ""))))


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
                completed_by="booking",
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
    """A due date's amount is in the currency of its booking, which completes the image."""
    if column != "amount_minor":
        return None
    currency = str(image.get("currency", ""))
    # Without its booking nobody can tell where the decimals begin.
    return str(Money(int(value), currency)) if currency else "an amount"


def _passenger_phrase(row: BookingPassenger, teller: Teller) -> str:
    name = teller.name_of(Customer, row.customer_id)
    return f"passenger {name} on booking {teller.name_of(Booking, row.booking_id)}"


def _words(column: str, value: Any, image: Image) -> str | None:
    if column not in _MONEY:
        return None
    return str(Money(int(value), str(image.get("currency", ""))))
