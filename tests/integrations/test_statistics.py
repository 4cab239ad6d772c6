"""What an import tells the planner: of tables that have grown, and of no others."""

from itertools import count
from typing import Any

from django.db import connection

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.integrations.imports.bookkeeping import Statistics


def test_statistics_are_made_anew_of_what_has_grown(cast: Cast) -> None:
    """One booking more is no reason; half as many pages again are one."""
    making.booking(cast.advisor)
    Statistics(cast.organization.id).count(1)
    known = _known_bookings()
    booking = making.booking(cast.advisor)
    Statistics(cast.organization.id).count(1)
    assert _known_bookings() == known
    with change_set(by=cast.advisor, operation="test", summary="Booked"):
        numbers = count(1_000_000)
        while not _has_grown():
            Booking.objects.bulk_create(_copy(booking, next(numbers)) for _ in range(1_000))
    Statistics(cast.organization.id).count(1)
    assert _known_bookings() != known
    assert not _has_grown()


def _copy(booking: Booking, number: int) -> Booking:
    return Booking(
        number=number,
        customer_id=booking.customer_id,
        product=booking.product,
        booked_on=booking.booked_on,
        currency=booking.currency,
        exchange_rate=booking.exchange_rate,
    )


def _known_bookings() -> float:
    return float(_asked("reltuples"))


def _has_grown() -> bool:
    return bool(_asked("2 * pg_relation_size(oid) / 8192 > 3 * relpages"))


def _asked(expression: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression} FROM pg_class WHERE relname = 'bookings_booking'")
        return cursor.fetchone()[0]
