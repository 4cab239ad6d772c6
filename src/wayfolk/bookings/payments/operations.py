"""Recording, changing and reversing payments; due dates. Each function is one change set.

The booking is locked first, so that what may still go back is compared one at a time.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations.recording import lock_booking
from wayfolk.bookings.payments import queries, rules
from wayfolk.bookings.payments.models import BookingBalance, Direction, Payment, PaymentDue, State
from wayfolk.bookings.payments.rules import Due, PaymentData
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.kit.money import Money
from wayfolk.staff.rules import Actor


class StalePayment(Conflict):
    """Somebody saved the payment meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


class RefundBeyond(Refusal):
    """More would go back than came in."""

    code = "refund_beyond"


class WrongState(Refusal):
    """A payment that is reversed, or received already, cannot become so once more."""

    code = "wrong_state"


class CustomerOwes(Refusal):
    """A customer with an open balance stays."""

    code = "customer_owes"


def record_payment(
    booking_id: UUID,
    data: PaymentData,
    *,
    by: Actor,
    direction: str = rules.IN,
    is_pending: bool = False,
) -> Payment:
    """Note money that came in, or went back; paid today in the booking's currency unless said.

    Raises NotFound, NotAllowed, InvalidValues, RefundBeyond. More than the price may come in:
    see rules.Account.is_overpaid.
    """
    _require_rights(by)
    today = clock.today(by.time_zone)
    given = rules.checked(data, today=today).fields
    with change_set(by=by, operation="payments.record", summary="") as current:
        booking = lock_booking(booking_id)
        fields = {
            "paid_on": today,
            "currency": booking.currency,
            "exchange_rate": Decimal(1),
            **given,
        }
        rules.require_consistent(fields, booking_currency=booking.currency, direction=direction)
        state = State.PENDING if is_pending else State.RECEIVED
        payment = Payment(booking=booking, direction=direction, state=state, **fields)
        _require_payer(payment)
        _require_within(booking, payment)
        noun = payment.get_direction_display().lower()
        current.summary = current.summary or f"Recorded a {noun} on booking {booking}"
        payment.save(force_insert=True)
    return payment


def update_payment(
    payment_id: UUID, data: PaymentData, *, by: Actor, version: int | None = None
) -> Payment:
    """Correct what was noted. Raises as `record_payment`, StalePayment, WrongState if reversed."""
    _require_rights(by)
    cleaned = rules.checked(data, today=clock.today(by.time_zone)).fields
    with change_set(by=by, operation="payments.update", summary="") as current:
        booking, payment = _lock(payment_id, version)
        _require_alive(payment)
        changed = {n: v for n, v in cleaned.items() if getattr(payment, n) != v}
        for name, value in changed.items():
            setattr(payment, name, value)
        rules.require_consistent(
            {name: getattr(payment, name) for name in rules.LABELS},
            booking_currency=booking.currency,
            direction=payment.direction,
        )
        if "payer_id" in changed:
            _require_payer(payment)
        _require_within(booking, payment)
        current.summary = current.summary or f"Changed a payment on booking {booking}"
        if changed:
            payment.save_changes(*changed)
    return payment


def receive_payment(payment_id: UUID, *, by: Actor, version: int | None = None) -> Payment:
    """A pending payment has arrived, a pending refund has gone. Raises WrongState otherwise."""
    _require_rights(by)
    with change_set(by=by, operation="payments.receive", summary="") as current:
        booking, payment = _lock(payment_id, version)
        _require_alive(payment)
        if payment.state != State.PENDING:
            raise WrongState("The payment is received already.")
        payment.state = State.RECEIVED
        _require_within(booking, payment)
        current.summary = current.summary or f"Received a payment on booking {booking}"
        payment.save_changes("state")
    return payment


def reverse_payment(payment_id: UUID, *, by: Actor, version: int | None = None) -> Payment:
    """It was not so (a cheque that bounced, a wrong line): it stays in the list and counts no more.

    Raises WrongState when it is reversed already, RefundBeyond when its money went back since.
    """
    _require_rights(by)
    with change_set(by=by, operation="payments.reverse", summary="") as current:
        booking, payment = _lock(payment_id, version)
        _require_alive(payment)
        payment.state = State.REVERSED
        _require_within(booking, payment)
        noun = payment.get_direction_display().lower()
        current.summary = current.summary or f"Reversed a {noun} on booking {booking}"
        payment.save_changes("state")
    return payment


def set_dues(booking_id: UUID, dues: Mapping[str, Due | None], *, by: Actor) -> list[PaymentDue]:
    """The days on which deposit and final payment are due; None takes one away, absent ones stay.

    Raises NotFound, NotAllowed, InvalidValues (fields deposit_on, deposit_amount, final_on ...).
    """
    _require_rights(by)
    with change_set(by=by, operation="payments.set_dues", summary="") as current:
        booking = lock_booking(booking_id)
        present = {row.kind: row for row in PaymentDue.objects.filter(booking_id=booking.id)}
        kept = {kind: Due(row.due_on, row.amount_minor) for kind, row in present.items()}
        rules.checked_dues({**kept, **dues})
        current.summary = current.summary or f"Set the due dates of booking {booking}"
        for kind, due in dues.items():
            _settle_due(booking, kind, present.get(kind), due)
    return list(queries.list_dues(booking_id, by=by))


def _settle_due(booking: Booking, kind: str, row: PaymentDue | None, due: Due | None) -> None:
    if due is None:
        if row is not None:
            PaymentDue.objects.filter(id=row.id).delete()
    elif row is None:
        PaymentDue.objects.create(
            booking=booking, kind=kind, due_on=due.due_on, amount_minor=due.amount_minor
        )
    elif (row.due_on, row.amount_minor) != (due.due_on, due.amount_minor):
        row.due_on, row.amount_minor = due.due_on, due.amount_minor
        row.save_changes("due_on", "amount_minor")


def _require_rights(by: Actor) -> None:
    queries.require_sight(by)
    by.require("payments.edit")
    if not by.may_edit("booking.total"):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not change prices, and so no payments."
            " An administrator can change that under Settings, Roles.",
            details={"field": "booking.total"},
        )


def _lock(payment_id: UUID, version: int | None) -> tuple[Booking, Payment]:
    found = Payment.objects.filter(id=payment_id).values_list("booking_id", flat=True).first()
    if found is None:
        raise NotFound("There is no such payment. It may have been taken back meanwhile.")
    booking = lock_booking(found)
    payment: Payment | None = Payment.objects.filter(id=payment_id).first()
    if payment is None:
        raise NotFound("There is no such payment. It may have been taken back meanwhile.")
    if version is not None and payment.version != version:
        raise StalePayment(
            "This payment was changed by someone else meanwhile.",
            details={"version": payment.version, "expected": version},
        )
    return booking, payment


def _require_alive(payment: Payment) -> None:
    if payment.state == State.REVERSED:
        raise WrongState("The payment is reversed. Record a new one instead.")


def _require_payer(payment: Payment) -> None:
    payer = payment.payer_id
    if payer is not None and not Customer.objects.present().filter(id=payer).exists():
        raise InvalidValues(
            {"payer_id": "There is no such customer. They may have been deleted meanwhile."}
        )


def _require_within(booking: Booking, changed: Payment) -> None:
    """What came in covers what went back and what is about to; `changed` as it is to be."""
    others: list[Any] = list(Payment.objects.filter(booking_id=booking.id).exclude(id=changed.id))
    received = gone = 0
    for each in [*others, changed]:
        minor = each.in_currency(booking.currency).minor
        if each.direction == Direction.IN and each.state == State.RECEIVED:
            received += minor
        if each.direction == Direction.REFUND and each.state != State.REVERSED:
            gone += minor
    if gone <= received:
        return
    came = Money(received, booking.currency)
    if changed.direction == Direction.REFUND and changed.state != State.REVERSED:
        before = gone - changed.in_currency(booking.currency).minor
        left = Money(max(0, received - before), booking.currency)
        raise RefundBeyond(
            f"{changed.amount} cannot be refunded: {came} came in on booking {booking.number}, and"
            f" {left} of it can still go back. Refund that much at most.",
            field="amount_minor",
        )
    raise RefundBeyond(
        f"Money of this payment went back already: {Money(gone, booking.currency)} were refunded on"
        f" booking {booking.number}, and only {came} would have come in. Reverse the refund first."
    )


def keep_owing(customer: Customer, by: Actor) -> None:
    """Before a customer goes: what they owe, or are owed, is settled first."""
    open_row = (
        BookingBalance.objects.filter(customer_id=customer.id)
        .exclude(balance_minor=0)
        .filter(booking__status__in=("confirmed", "cancelled"))
        .select_related("booking")
        .first()
    )
    if open_row is None:
        return
    if not queries.may_see(by):
        raise CustomerOwes(
            f"{customer.name} has a booking that is not settled, so the record cannot be deleted."
            " Ask somebody who sees payments to settle it, or make the customer inactive."
        )
    raise CustomerOwes(
        f"Booking {open_row.booking.number} of {customer.name} has a balance of"
        f" {open_row.balance}, so the record cannot be deleted. Settle it first, or make the"
        " customer inactive."
    )
