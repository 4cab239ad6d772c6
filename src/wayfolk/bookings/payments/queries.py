"""Finding payments and what is owed. Every function returns only what this actor may see.

Whoever may not see prices (booking.total) sees no payments and no balances.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.bookings.payments import rules
from wayfolk.bookings.payments.models import BookingBalance, Payment, PaymentDue, PaymentQuerySet
from wayfolk.bookings.payments.rules import Account, Due, Paid
from wayfolk.kit import clock
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.kit.money import Money
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.rules import Actor

LATE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Late:
    """A booking of which something should have come in by now."""

    number: int
    product: str
    due_on: date
    missing: Money


@dataclass(frozen=True, slots=True)
class Sums:
    """The bookings of a customer in one currency that have payments or due dates."""

    price: Money
    paid: Money
    pending: Money
    balance: Money
    bookings: int


def may_see(by: Actor) -> bool:
    """Whether payments exist for this actor at all: module, permission, and the right to prices."""
    return (
        by.has_module("payments")
        and by.may("payments.view")
        and by.has_module("bookings")
        and by.may("bookings.view")
        and by.may_see("booking.total")
    )


def require_sight(by: Actor) -> None:
    """Raises NotAllowed in words that say what is missing."""
    for module in ("bookings", "payments"):
        by.require_module(module)
    by.require("bookings.view")
    by.require("payments.view")
    if not by.may_see("booking.total"):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see prices, and so no payments or balances."
            " An administrator can change that under Settings, Roles.",
            details={"field": "booking.total"},
        )


def list_payments(*, by: Actor) -> PaymentQuerySet:
    """Payments with booking and payer, in no order: see `kit.paging`."""
    require_sight(by)
    return Payment.objects.with_names()


def get_payment(payment_id: UUID, *, by: Actor) -> Payment:
    """One payment; raises NotFound."""
    found: Payment | None = list_payments(by=by).filter(id=payment_id).first()
    if found is None:
        raise NotFound("There is no such payment. It may have been taken back meanwhile.")
    return found


def list_of_booking(booking_id: UUID, *, by: Actor) -> Sequence[Payment]:
    """The payments of a booking, the latest first."""
    return list(list_payments(by=by).filter(booking_id=booking_id).order_by("-paid_on", "-id"))


def list_dues(booking_id: UUID, *, by: Actor) -> Sequence[PaymentDue]:
    require_sight(by)
    return list(PaymentDue.objects.filter(booking_id=booking_id).order_by("due_on", "kind"))


def list_of_customer(customer_id: UUID, *, by: Actor) -> PaymentQuerySet:
    """The payments on a customer's own bookings, in no order."""
    return list_payments(by=by).filter(booking__customer_id=customer_id)


def account_of(
    booking: Booking, payments: Sequence[Payment], dues: Sequence[PaymentDue], *, by: Actor
) -> Account:
    """How the booking stands, from its payments and due dates as loaded."""
    require_sight(by)
    return rules.account(
        booking.total,
        [paid_of(payment) for payment in payments],
        [Due(due.due_on, due.amount_minor) for due in dues],
        status=booking.status,
        today=clock.today(by.time_zone),
    )


def paid_of(payment: Payment) -> Paid:
    return Paid(payment.direction, payment.state, payment.amount, payment.exchange_rate)


def list_balances(*, by: Actor, customer_id: UUID | None = None) -> TenantQuerySet[BookingBalance]:
    """The kept balances with booking and customer, in no order."""
    require_sight(by)
    rows: TenantQuerySet[BookingBalance] = BookingBalance.objects.select_related(
        "booking__customer"
    )
    return rows if customer_id is None else rows.filter(customer_id=customer_id)


def balances_of(booking_ids: Collection[UUID], *, by: Actor) -> dict[UUID, Money]:
    """Booking -> what it owes, of those with payments or due dates. For columns of lists."""
    require_sight(by)
    rows = BookingBalance.objects.filter(id__in=booking_ids)
    return {row.id: row.balance for row in rows}


def list_late(*, by: Actor) -> TenantQuerySet[BookingBalance]:
    """Balances of which something was due before today, in no order."""
    return list_balances(by=by).filter(due_on__lt=clock.today(by.time_zone))


def late_of_customer(customer_id: UUID, *, by: Actor) -> list[Late]:
    """What a customer is late with, the oldest first; one query, LATE_SHOWN at most."""
    require_sight(by)
    late = BookingBalance.objects.filter(
        customer_id=customer_id, due_on__lt=clock.today(by.time_zone)
    )
    rows = late.annotate(**_due_now(by)).order_by("due_on", "id")
    asked = (*_MISSING, "due_on", "booking__number", "booking__product")
    return [
        Late(row.booking__number, row.booking__product, row.due_on, missing_of(row))
        for row in rows.values_list(*asked, named=True)[:LATE_SHOWN]
    ]


def with_due_now(
    rows: TenantQuerySet[BookingBalance], *, by: Actor
) -> TenantQuerySet[BookingBalance]:
    """Annotated for `missing_of`."""
    return rows.annotate(**_due_now(by))


_MISSING = ("price_minor", "paid_minor", "currency", "sum_due", "wholes_due")


def missing_of(row: Any) -> Money:
    """How much of what was due before today is missing; of a row with all of _MISSING."""
    amounts, is_whole = row.sum_due or 0, bool(row.wholes_due)
    wanted = row.price_minor if is_whole else min(row.price_minor, amounts)
    return Money(max(0, wanted - row.paid_minor), row.currency)


def _due_now(by: Actor) -> dict[str, Any]:
    """What fell due before today: the sum of amounts, and how many days ask for the rest."""
    over = PaymentDue.objects.filter(
        booking_id=OuterRef("id"), due_on__lt=clock.today(by.time_zone)
    ).order_by()
    grouped = over.values("booking_id")
    whole = Count("id", filter=Q(amount_minor__isnull=True))
    return {
        "sum_due": Subquery(grouped.annotate(s=Sum("amount_minor")).values("s")),
        "wholes_due": Subquery(grouped.annotate(n=whole).values("n")),
    }


def sums_of_customer(customer_id: UUID, *, by: Actor) -> list[Sums]:
    """What a customer's bookings with payments or due dates add up to, by currency.

    Nobody owes the price of a booking that waits for places; what came in on it counts.
    """
    require_sight(by)
    rows = BookingBalance.objects.filter(customer_id=customer_id).values("currency").order_by()
    owed = Q(booking__status=BookingStatus.CONFIRMED)
    found = rows.annotate(
        price=Coalesce(Sum("price_minor", filter=owed), 0),
        paid=Sum("paid_minor"),
        pending=Sum("pending_minor"),
        bookings=Count("id"),
    ).order_by("currency")
    return [
        Sums(
            price=Money(int(row["price"]), row["currency"]),
            paid=Money(int(row["paid"]), row["currency"]),
            pending=Money(int(row["pending"]), row["currency"]),
            balance=Money(int(row["price"]) - int(row["paid"]), row["currency"]),
            bookings=row["bookings"],
        )
        for row in found
    ]
