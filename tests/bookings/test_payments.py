"""Payments, due dates and balances of bookings (KP-39)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bookings import making
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.partners.test_constraints import execute, refused
from tests.world import Cast
from wayfolk.audit import history
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import Change
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import operations as booking_operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments import operations, queries, rules
from wayfolk.bookings.payments.models import BookingBalance, Payment, PaymentDue
from wayfolk.bookings.payments.rules import Due, PaymentData
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations as customer_operations
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.kit.ids import new_id
from wayfolk.kit.money import Money
from wayfolk.staff.rules import Actor, FieldAccess


def pay(by: Actor, booking: Booking, minor: int, **fields: Any) -> Payment:
    direction = fields.pop("direction", "in")
    is_pending = fields.pop("is_pending", False)
    data = PaymentData({"method": "card", "amount_minor": minor, **fields})
    with tenancy.scope(by.organization_id):
        return operations.record_payment(
            booking.id, data, by=by, direction=direction, is_pending=is_pending
        )


def balance(by: Actor, booking: Booking) -> Money | None:
    with tenancy.scope(by.organization_id):
        return queries.balances_of([booking.id], by=by).get(booking.id)


def without_prices(by: Actor) -> Actor:
    return replace(by, field_access={**by.field_access, "booking.total": FieldAccess.HIDDEN})


def test_kp39_payments_and_refunds_make_the_balance(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by, total_minor=100_000)
    pay(by, booking, 30_000)
    assert balance(by, booking) == Money(70_000, "EUR")
    pay(by, booking, 80_000, method="transfer", is_pending=True)
    assert balance(by, booking) == Money(70_000, "EUR")
    pay(by, booking, 5_000, direction="refund")
    assert balance(by, booking) == Money(75_000, "EUR")
    pay(by, booking, 80_000)
    assert balance(by, booking) == Money(-5_000, "EUR")


def test_nobody_owes_the_price_of_a_booking_that_waits_for_places(cast: Cast) -> None:
    by = cast.advisor
    sold = making.booking(by, total_minor=100_000)
    with tenancy.scope(by.organization_id):
        buyer = sold.customer
    waiting = making.booking(by, buyer, total_minor=50_000, status="waitlisted")
    pay(by, sold, 30_000)
    pay(by, waiting, 10_000)
    with tenancy.scope(by.organization_id):
        (sums,) = queries.sums_of_customer(buyer.id, by=by)
    assert (sums.price, sums.paid) == (Money(100_000, "EUR"), Money(40_000, "EUR"))
    assert sums.balance == Money(60_000, "EUR")


def test_a_payment_in_another_currency_counts_at_its_rate_to_the_minor_unit(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by, total_minor=100_000)
    pay(by, booking, 12_345, currency="JPY", exchange_rate=Decimal("0.00615"))
    assert balance(by, booking) == Money(100_000 - 7_592, "EUR")  # 75.92175
    with tenancy.scope(by.organization_id):
        payments = queries.list_of_booking(booking.id, by=by)
        account = queries.account_of(booking, payments, [], by=by)
    assert account.balance == balance(by, booking)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 10**16}, "amount_minor"),
        ({"currency": "XXQ"}, "currency"),
        ({"exchange_rate": Decimal(2)}, "exchange_rate"),
        ({"currency": "NOK", "exchange_rate": Decimal(0)}, "exchange_rate"),
        ({"paid_on": date(2999, 1, 1)}, "paid_on"),
        ({"method": "barter"}, "method"),
        ({"payer_id": UUID(int=7)}, "payer_id"),
        ({"reference": "4111 1111 1111 1111"}, "reference"),
        ({"reference": "card 4111111111111111 visa"}, "reference"),
        ({"notes": "378282246310005"}, "notes"),
        ({"notes": "3782-822463-10005 amex"}, "notes"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    cast: Cast, fields: dict[str, Any], at: str
) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(InvalidValues) as failure:
        pay(cast.advisor, booking, **{"minor": 100, **_as_minor(fields)})
    assert set(failure.value.errors) == {at}


def _as_minor(fields: dict[str, Any]) -> dict[str, Any]:
    rest = dict(fields)
    return {"minor": rest.pop("amount_minor", 100), **rest}


@pytest.mark.parametrize(
    "reference",
    ["", "4111 1111 1111 1112", "2026-000123", "1234567890", "DE89 3704 0044 0532 0130 00"],
)
def test_other_references_are_kept(reference: str) -> None:
    assert not rules.looks_like_card(reference)


def test_more_goes_back_than_came_in_is_refused_in_words_and_by_the_database(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by, total_minor=100_000)
    payment = pay(by, booking, 30_000)
    pay(by, booking, 20_000, direction="refund", is_pending=True)
    with pytest.raises(operations.RefundBeyond, match=r"EUR 100\.00 of it can still go back"):
        pay(by, booking, 10_001, direction="refund")
    with (
        tenancy.scope(by.organization_id),
        pytest.raises(operations.RefundBeyond, match="Reverse the refund first"),
    ):
        operations.reverse_payment(payment.id, by=by)
    with refused(by, "payments_in_the_way"):
        execute(
            "UPDATE bookings_payment SET amount_minor = 19999"
            " WHERE organization_id = %s AND id = %s",
            by.organization_id,
            payment.id,
        )


def test_two_refunds_at_once_give_back_no_more_than_came_in(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(3):
        booking = making.booking(cast.advisor, total_minor=100_000)
        pay(cast.advisor, booking, 30_000)
        answers = at_once(
            *(lambda by=by, b=booking: pay(by, b, 20_000, direction="refund")
              for by in (cast.advisor, cast.manager))
        )  # fmt: skip
        assert sum(isinstance(each, operations.RefundBeyond) for each in answers) == 1
        assert balance(cast.advisor, booking) == Money(90_000, "EUR")


def test_two_payments_at_once_are_both_in_the_balance(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(3):
        booking = making.booking(cast.advisor, total_minor=100_000)
        answers = at_once(
            *(lambda by=by, b=booking: pay(by, b, 20_000) for by in (cast.advisor, cast.manager))
        )
        assert not [each for each in answers if isinstance(each, Exception)]
        assert balance(cast.advisor, booking) == Money(60_000, "EUR")


def test_each_operation_is_taken_back(cast: Cast) -> None:
    by = cast.manager
    booking = making.booking(by, total_minor=100_000)
    pending = pay(by, booking, 40_000, is_pending=True)
    paid = pay(by, booking, 30_000)
    before = balance(by, booking)
    today = clock.today(by.time_zone)
    with tenancy.scope(by.organization_id):
        for step in (
            lambda: pay(by, booking, 1_000),
            lambda: pay(by, booking, 500, direction="refund"),
            lambda: operations.receive_payment(pending.id, by=by),
            lambda: operations.reverse_payment(paid.id, by=by),
            lambda: operations.update_payment(
                paid.id, PaymentData({"amount_minor": 20_000, "reference": "R 7"}), by=by
            ),
            lambda: operations.set_dues(booking.id, {"final": Due(today, None)}, by=by),
        ):
            with change_set(by=by, operation="test", summary="test") as current:
                step()
            undo_change_set(current.id, by=by)
            assert balance(by, booking) == before
        assert not PaymentDue.objects.filter(booking_id=booking.id).exists()
        assert Payment.objects.get(id=paid.id).reference == ""


def test_a_version_that_somebody_changed_meanwhile_is_a_conflict(cast: Cast) -> None:
    by = cast.advisor
    payment = pay(by, making.booking(by), 1_000)
    with tenancy.scope(by.organization_id):
        operations.update_payment(payment.id, PaymentData({"notes": "At the desk"}), by=by)
        with pytest.raises(operations.StalePayment):
            operations.reverse_payment(payment.id, by=by, version=payment.version)
        operations.reverse_payment(payment.id, by=by, version=payment.version + 1)
        with pytest.raises(operations.WrongState):
            operations.reverse_payment(payment.id, by=by)


def test_whoever_may_not_see_prices_sees_no_payments_nor_their_history(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by)
    payment = pay(by, booking, 4_711)
    blind = without_prices(by)
    with tenancy.scope(by.organization_id):
        for ask in (
            lambda: queries.list_of_booking(booking.id, by=blind),
            lambda: queries.balances_of([booking.id], by=blind),
            lambda: queries.late_of_customer(booking.customer_id, by=blind),
            lambda: queries.sums_of_customer(booking.customer_id, by=blind),
            lambda: operations.reverse_payment(payment.id, by=blind),
        ):
            with pytest.raises(NotAllowed, match="may not see prices"):
                ask()
        assert Change.objects.filter(subject_id=booking.id, table_name="bookings_payment").exists()


def test_due_dates_make_a_booking_late_and_one_query_says_so(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by, total_minor=100_000)
    today = clock.today(by.time_zone)
    ago, ahead = today - timedelta(days=9), today + timedelta(days=30)
    with tenancy.scope(by.organization_id):
        operations.set_dues(
            booking.id, {"deposit": Due(ago, 25_000), "final": Due(ahead, None)}, by=by
        )
        (late,) = queries.late_of_customer(booking.customer_id, by=by)
        assert (late.number, late.due_on) == (booking.number, ago)
        assert late.missing == Money(25_000, "EUR")
        pay(by, booking, 10_000)
        (late,) = queries.late_of_customer(booking.customer_id, by=by)
        assert late.missing == Money(15_000, "EUR")
        pay(by, booking, 15_000)
        assert queries.late_of_customer(booking.customer_id, by=by) == []
        assert BookingBalance.objects.get(id=booking.id).due_on == ahead
        operations.set_dues(booking.id, {"final": Due(ago, None)}, by=by)
        (late,) = queries.late_of_customer(booking.customer_id, by=by)
        assert late.missing == Money(75_000, "EUR")
        booking_operations.cancel_booking(booking.id, by=by)
        assert queries.late_of_customer(booking.customer_id, by=by) == []
        assert balance(by, booking) == Money(-25_000, "EUR")


@pytest.mark.parametrize(
    ("currency", "before", "after"),
    [("JPY", "JPY 25,000", "JPY 30,000"), ("KWD", "KWD 25.000", "KWD 30.000")],
)
def test_history_tells_a_due_amount_with_the_decimals_of_its_currency(
    cast: Cast, currency: str, before: str, after: str
) -> None:
    """KP-39: the amount of a due date is in the currency of its booking."""
    by = cast.manager
    booking = making.booking(by, currency=currency, exchange_rate=Decimal(1), total_minor=90_000)
    later = clock.today(by.time_zone) + timedelta(days=30)
    with tenancy.scope(by.organization_id):
        for minor in (25_000, 30_000):
            operations.set_dues(booking.id, {"deposit": Due(later, minor)}, by=by)
        told = history.history_of(booking.id, by=by).entries[0]
        (changed,) = [field for row in told.rows for field in row.fields if field.label == "Amount"]
    assert (changed.before, changed.after) == (before, after)


def test_a_final_payment_before_the_deposit_is_refused(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id), pytest.raises(InvalidValues) as failure:
        operations.set_dues(
            booking.id,
            {"deposit": Due(date(2027, 2, 1), 100), "final": Due(date(2027, 1, 1), None)},
            by=cast.advisor,
        )
    assert set(failure.value.errors) == {"final_on"}


def test_the_currency_of_a_booking_with_payments_stays(cast: Cast) -> None:
    by = cast.advisor
    booking = making.booking(by, total_minor=100_000)
    payment = pay(by, booking, 30_000)
    changes = BookingData(
        {"currency": "NOK", "exchange_rate": Decimal("0.1"), "total_minor": 100_000}
    )
    with tenancy.scope(by.organization_id):
        with refused(by, "payments_in_the_way"):
            booking_operations.update_booking(booking.id, changes, by=by)
        operations.reverse_payment(payment.id, by=by)
        booking_operations.update_booking(booking.id, changes, by=by)
    assert balance(by, booking) == Money(100_000, "NOK")


def test_a_customer_who_owes_is_not_deleted(cast: Cast) -> None:
    by = cast.manager
    booking = making.booking(by, total_minor=100_000)
    pay(by, booking, 30_000)
    with tenancy.scope(by.organization_id):
        with pytest.raises(operations.CustomerOwes, match=r"EUR 700\.00"):
            customer_operations.delete_customer(booking.customer_id, by=by)
        pay(by, booking, 70_000)
        customer_operations.delete_customer(booking.customer_id, by=by)


def test_a_booking_is_not_undone_from_under_its_payments(cast: Cast) -> None:
    by = cast.manager
    booking = making.booking(by, total_minor=100_000)
    made = making.last_change_set(by)
    pay(by, booking, 30_000)
    with tenancy.scope(by.organization_id):
        report = undo_change_set(made.id, by=by)
        assert Booking.objects.filter(id=booking.id).exists(), report
        assert balance(by, booking) == Money(70_000, "EUR")


def test_booking_and_payments_undone_and_redone_together_keep_the_balance(cast: Cast) -> None:
    by = cast.manager
    with change_set(by=by, operation="t", summary="T") as current:
        booking = making.booking(by, total_minor=100_000)
        pay(by, booking, 30_000)
    with tenancy.scope(by.organization_id):
        undone = undo_change_set(current.id, by=by)
        assert not BookingBalance.objects.filter(id=booking.id).exists()
        undo_change_set(undone.change_set_id, by=by)
    assert balance(by, booking) == Money(70_000, "EUR")


amounts = st.integers(1, 200_000)
rows = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["in", "in", "in", "refund"]),
        "state": st.sampled_from(["pending", "received", "reversed"]),
        "amount_minor": amounts,
        "currency": st.sampled_from(["EUR", "JPY", "KWD"]),
        "exchange_rate": st.decimals("0.001", "99", places=8),
    }
)
days = st.integers(-40, 40)
due_rows = st.tuples(days, st.none() | amounts)


@given(
    st.lists(rows, max_size=5),
    st.none() | due_rows,
    st.none() | due_rows,
    st.sampled_from(["confirmed", "waitlisted", "cancelled"]),
    st.lists(st.tuples(st.integers(0, 4), st.none() | rows), max_size=3),
)
@settings(max_examples=60)
def test_kept_balances_agree_with_a_slow_account(
    cast: Cast,
    made: list[dict[str, Any]],
    deposit: tuple[int, int | None] | None,
    final: tuple[int, int | None] | None,
    status: str,
    changed: list[tuple[int, dict[str, Any] | None]],
) -> None:
    """Whoever writes: many at once, changed, gone; rolled back at the end of each example."""
    by = cast.manager
    today = clock.today(by.time_zone)
    with tenancy.scope(by.organization_id), transaction.atomic():
        point = transaction.savepoint()
        with connection.cursor() as cursor:  # refunds beyond are another test's matter
            cursor.execute("SET LOCAL wayfolk.change_set_id = %s", [str(new_id())])
        booking = making.booking(by, total_minor=150_000)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL wayfolk.change_set_id = %s", [str(new_id())])
        payments = Payment.objects.bulk_create(
            Payment(booking=booking, method="cash", paid_on=today, **values) for values in made
        )
        for kind, due in (("deposit", deposit), ("final", final)):
            if due is not None:
                PaymentDue.objects.create(
                    booking=booking, kind=kind, due_on=today + timedelta(days=due[0]),
                    amount_minor=due[1],
                )  # fmt: skip
        Booking.objects.filter(id=booking.id).update(status=status)
        for place, values in changed:
            if payments:
                row = Payment.objects.filter(id=payments[place % len(payments)].id)
                row.delete() if values is None else row.update(**values)
        assert_true(booking, by)
        transaction.savepoint_rollback(point)


def assert_true(booking: Booking, by: Actor) -> None:
    present = Booking.objects.get(id=booking.id)
    payments = queries.list_of_booking(booking.id, by=by)
    dues = queries.list_dues(booking.id, by=by)
    kept = queries.with_due_now(BookingBalance.objects.filter(id=booking.id), by=by).first()
    if not payments and not dues:
        assert kept is None
        return
    slow = queries.account_of(present, payments, dues, by=by)
    assert kept is not None
    assert (kept.price_minor, kept.paid_minor) == (slow.price.minor, slow.paid.minor)
    assert (kept.pending_minor, kept.balance) == (slow.pending.minor, slow.balance)
    assert kept.due_on == slow.due_on
    if present.status == "confirmed":
        assert queries.missing_of(kept) == slow.late
