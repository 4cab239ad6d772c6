"""Who was opened or booked last comes first among namesakes (KP-02)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from tests.bookings import making, travelling
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.bookings import operations as booking_operations
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity import tasks
from wayfolk.identity.search import deriving, queries
from wayfolk.itineraries.operations import linking
from wayfolk.kit import clock, tenancy


def _namesakes(cast: Cast) -> list[Customer]:
    data = CustomerData({"given_name": "Ulla", "family_name": "Lindqvist"})
    return [operations.create_customer(data, by=cast.advisor) for _ in range(2)]


def _first(cast: Cast) -> UUID:
    with tenancy.scope(cast.organization.id):
        return queries.find_ids("ulla lindqvist", by=cast.advisor)[0]


def test_opening_a_customer_brings_them_up(cast: Cast) -> None:
    for days, each in enumerate(_namesakes(cast), start=1):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            client_for(cast.advisor).get(reverse("customers:detail", args=[each.number]))
            assert _first(cast) == each.id


def test_a_booking_brings_its_customer_up(cast: Cast) -> None:
    for days, each in enumerate(_namesakes(cast), start=1):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            booking_operations.create_booking(
                BookingData({"customer_id": each.id, "product": "Nordkap"}), by=cast.advisor
            )
            assert _first(cast) == each.id


def test_a_journey_counts_by_its_end_however_it_was_entered(cast: Cast) -> None:
    """As the job finds it, after an import for instance."""
    with time_machine.travel(clock.now() - timedelta(days=3_000)):
        early, late = _namesakes(cast)
        for each, year in ((late, 2024), (early, 2022)):
            booking_operations.create_booking(
                BookingData(
                    {
                        "customer_id": each.id,
                        "product": "Nordkap",
                        "departs_on": date(year, 5, 1),
                        "returns_on": date(year, 5, 8),
                    }
                ),
                by=cast.advisor,
            )
    deriving.rebuild_all(cast.organization.id, lambda _done: None)
    assert _first(cast) == late.id


def _books(cast: Cast, traveller: Customer, start: date, end: date) -> None:
    making.booking(cast.advisor, traveller, departs_on=start, returns_on=end)


def _stays(cast: Cast, traveller: Customer, start: date, end: date) -> None:
    making.stay(cast.advisor, traveller, arrival_on=start, departure_on=end)


def _joins(cast: Cast, traveller: Customer, start: date, end: date) -> None:
    moments = [datetime.combine(day, time(12), UTC) for day in (start, end)]
    trip = making.itinerary(cast.advisor, arrival_at=moments[0], departure_at=moments[1])
    linking.link_customers(trip.id, [traveller.id], by=cast.advisor)


def _goes_along(cast: Cast, traveller: Customer, start: date, end: date) -> None:
    buyer = making.customer(cast.advisor)
    travelling.booked(cast, buyer, traveller, departs_on=start, returns_on=end)


@pytest.mark.parametrize("goes", [_books, _stays, _joins, _goes_along])
def test_whoever_came_home_comes_first_the_morning_after(
    cast: Cast, goes: Callable[[Cast, Customer, date, date], None]
) -> None:
    traveller, opened = _namesakes(cast)
    today = clock.today("UTC")
    goes(cast, traveller, today + timedelta(days=1), today + timedelta(days=5))
    with time_machine.travel(clock.now() + timedelta(days=2)):
        client_for(cast.advisor).get(reverse("customers:detail", args=[opened.number]))
        tasks.follow_journeys(0)
        assert _first(cast) == opened.id
    with time_machine.travel(clock.now() + timedelta(days=6)):
        tasks.follow_journeys(0)
        assert _first(cast) == traveller.id


def test_whoever_travelled_on_anothers_booking_has_travelled(cast: Cast) -> None:
    """KP-14: in the search, each booking once, and in the index when it is made anew."""
    with time_machine.travel(clock.now() - timedelta(days=3_000)):
        early, late = _namesakes(cast)
        buyer = making.customer(cast.advisor)
        for each, year in ((late, 2024), (early, 2022), (early, 2021)):
            start = date(year, 5, 1)
            travelling.booked(cast, buyer, each, departs_on=start, returns_on=date(year, 5, 8))
        travelling.booked(cast, late, early, departs_on=date(2025, 5, 1), status="cancelled")
    deriving.rebuild_all(cast.organization.id, lambda _done: None)
    with tenancy.scope(cast.organization.id):
        hits = queries.find_customers("ulla lindqvist", by=cast.advisor).hits
        booked = queries.find_customers("ann holm", by=cast.advisor).hits
    assert [(hit.customer_id, hit.trips) for hit in hits] == [(late.id, 1), (early.id, 2)]
    assert [hit.trips for hit in booked] == [3]
