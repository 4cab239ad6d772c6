"""The totals that the database keeps, against a slow and readable calculation (TQ-21 to TQ-29)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from babel import numbers
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import operations, queries
from wayfolk.bookings.models import Booking, CustomerTotals
from wayfolk.bookings.rules import BookingData
from wayfolk.customers.models import Customer
from wayfolk.kit import money, tenancy
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money
from wayfolk.organization.models import Organization

DECIMALS = {"EUR": 2, "NOK": 2, "JPY": 0, "KWD": 3, "CLF": 4}
_numbers = count(1_000_000)

# So many at such a rate, and ten of them, are still a number that the database can hold.
_LARGEST = 10**10
values = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["confirmed", "waitlisted", "place_found", "cancelled"]),
        "currency": st.sampled_from(sorted(DECIMALS)),
        "exchange_rate": st.decimals("0.00000001", "99999", places=8),
        "total_minor": st.integers(-_LARGEST, _LARGEST),
        "cost_minor": st.none() | st.integers(-_LARGEST, _LARGEST),
        "adults": st.integers(0, 60),
        "children": st.integers(0, 9),
        "infants": st.integers(0, 9),
    }
)
changes = st.lists(st.tuples(st.integers(0, 9), st.none() | values, st.integers(0, 1)), max_size=5)


def cents(minor: int, booking: Booking) -> int:
    """Euro cents at the booking's own rate, the long way round."""
    if booking.currency == "EUR":
        return minor
    whole, part = divmod(abs(minor), 10 ** DECIMALS[booking.currency])
    euros = (whole + Decimal(part) / 10 ** DECIMALS[booking.currency]) * booking.exchange_rate
    rounded = int((euros * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return rounded if minor >= 0 else -rounded


def slow_totals(customer_id: UUID) -> dict[str, int]:
    """Booking after booking, as one would with a pencil."""
    found = dict.fromkeys(
        "turnover cost pax infants confirmed waitlisted cancelled without_cost".split(), 0
    )
    for booking in Booking.objects.filter(customer_id=customer_id):
        if booking.status == "cancelled":
            found["cancelled"] += 1
        elif booking.status in {"waitlisted", "place_found"}:
            found["waitlisted"] += 1
        else:
            found["confirmed"] += 1
            found["turnover"] += cents(booking.total_minor, booking)
            found["pax"] += booking.adults + booking.children
            found["infants"] += booking.infants
            if booking.cost_minor is None:
                found["without_cost"] += 1
            else:
                found["cost"] += cents(booking.cost_minor, booking)
    return found


def kept_totals(customer_id: UUID, cast: Cast) -> dict[str, int]:
    totals = queries.customer_totals(customer_id, by=cast.manager)
    assert totals.turnover.currency == totals.cost.currency == "EUR"
    return {
        "turnover": totals.turnover.minor,
        "cost": totals.cost.minor,
        **{
            name: getattr(totals, name)
            for name in ("pax", "infants", "confirmed", "waitlisted", "cancelled", "without_cost")
        },
    }


def assert_true(customers: Sequence[Customer], cast: Cast) -> None:
    for customer in customers:
        assert kept_totals(customer.id, cast) == slow_totals(customer.id)


def unsaved(customer: Customer, given: dict[str, Any]) -> Booking:
    return Booking(
        number=next(_numbers), customer=customer, product="Spa", booked_on=making.ARRIVAL, **given
    )


@given(st.lists(values, min_size=1, max_size=10), changes)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_tq21_tq27_totals_agree_with_a_slow_sum_after_whatever_is_written(
    cast: Cast, made: list[dict[str, Any]], changed: list[tuple[int, dict[str, Any] | None, int]]
) -> None:
    """D-07: many at once, one by one, moved to another customer, and gone."""
    scope = tenancy.scope(cast.organization.id)
    with scope, transaction.atomic(), change_set(by=cast.manager, operation="t", summary="T"):
        two = [making.customer(cast.manager), making.customer(cast.manager, "Bo")]
        bookings = Booking.objects.bulk_create(unsaved(two[n % 2], v) for n, v in enumerate(made))
        assert_true(two, cast)
        for place, new, whose in changed:
            row = Booking.objects.filter(id=bookings[place % len(bookings)].id)
            if new is None:
                row.delete()
            else:
                row.update(**new, customer=two[whose])
            assert_true(two, cast)


def test_tq28_totals_follow_an_operation_and_its_undo(cast: Cast) -> None:
    by = cast.manager
    ann = making.customer(by)
    making.booking(by, ann, total_minor=12_345, cost_minor=10_000)
    with tenancy.scope(cast.organization.id):
        before = kept_totals(ann.id, cast)
    making.booking(by, ann, total_minor=77)
    with tenancy.scope(cast.organization.id):
        assert kept_totals(ann.id, cast) != before
        latest = ChangeSet.objects.order_by("-id").first()
        assert latest is not None
        undo_change_set(latest.id, by=by)
        assert kept_totals(ann.id, cast) == before == slow_totals(ann.id)


def test_tq28_totals_are_true_after_undo_and_redo_of_a_customer_with_bookings(cast: Cast) -> None:
    """Redo writes bookings before their customers."""
    by = cast.manager
    with change_set(by=by, operation="t", summary="T") as current:
        ann = making.customer(by)
        first = making.booking(by, ann, total_minor=12_345)
        making.booking(by, ann, total_minor=500, status="cancelled")
    with tenancy.scope(cast.organization.id):
        undone = undo_change_set(current.id, by=by)
        assert not CustomerTotals.objects.filter(id=ann.id).exists()
        undo_change_set(undone.change_set_id, by=by)
        assert kept_totals(ann.id, cast) == slow_totals(ann.id)
        assert kept_totals(ann.id, cast)["turnover"] == 12_345
        operations.update_booking(first.id, BookingData({"status": "cancelled"}), by=by)
        assert kept_totals(ann.id, cast)["turnover"] == 0


def test_who_books_while_the_base_currency_changes_is_counted_in_the_new_one(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    ann = making.customer(by)
    failures: list[Exception] = []

    def book() -> None:
        try:
            making.booking(by, ann, total_minor=5_000, currency="NOK", exchange_rate=Decimal("0.1"))
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    with tenancy.scope(by.organization_id):
        Organization.objects.filter(id=by.organization_id).update(currency="NOK")
        writer = Thread(target=book)
        writer.start()
        writer.join(timeout=1)
        assert writer.is_alive()  # it waits
    writer.join()
    assert not failures
    with tenancy.scope(by.organization_id):
        assert CustomerTotals.objects.get(id=ann.id).turnover_minor == 5_000


def test_an_amount_that_no_total_could_hold_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidValues, match="is more than can be stored"):
        making.booking(
            cast.manager, total_minor=10**14, currency="NOK", exchange_rate=Decimal(99_999)
        )


def test_a_change_of_words_leaves_totals_alone(cast: Cast) -> None:
    by = cast.manager
    booking = making.booking(by)
    with tenancy.scope(cast.organization.id):
        version = CustomerTotals.objects.get().version
        with change_set(by=by, operation="t", summary="T"):
            Booking.objects.filter(id=booking.id).update(notes="By the window")
        assert CustomerTotals.objects.get().version == version


def test_another_base_currency_makes_other_totals(cast: Cast) -> None:
    by = cast.manager
    ann = making.customer(by)
    making.booking(by, ann, total_minor=5_000, currency="NOK", exchange_rate=Decimal("0.1"))
    making.booking(by, ann, total_minor=1_000)
    with tenancy.scope(cast.organization.id):
        assert kept_totals(ann.id, cast)["turnover"] == 1_500
        Organization.objects.filter(id=cast.organization.id).update(currency="NOK")
        assert CustomerTotals.objects.get(id=ann.id).turnover_minor == 5_000 + 1_000


@pytest.mark.parametrize("decimals", [0, 2, 3, 4])
def test_the_database_knows_the_decimals_of_every_currency(cast: Cast, decimals: int) -> None:
    known = [c for c in numbers.list_currencies() if money.exponent(c) == decimals]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(bookings_decimals(c) = %s) FROM unnest(%s::text[]) c",
            [decimals, known],
        )
        assert cursor.fetchone() == (True,)


@given(st.integers(-(10**15), 10**15), st.decimals("0.00000001", "9999999999", places=8))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_convert_to_the_same_cent(cast: Cast, minor: int, rate: Decimal) -> None:
    for currency, base in (("JPY", "EUR"), ("KWD", "JPY"), ("EUR", "CLF")):
        converted = money.convert(Money(minor, currency), rate=rate, to=base).minor
        if abs(converted) < 10**18:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT bookings_in_base(%s, %s, %s, %s)", [minor, currency, rate, base]
                )
                assert cursor.fetchone() == (converted,)
