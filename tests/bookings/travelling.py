"""Bookings with passengers for these tests, made by the product's own operations."""

from datetime import date
from typing import Any

from tests.bookings import making
from tests.households.making import person
from tests.world import Cast
from wayfolk.bookings import operations, passengers, queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.passengers import Party
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

DEPARTURE = date(2026, 6, 11)


def family(cast: Cast) -> dict[str, Customer]:
    """Parents, a child of nine, a baby, and an aunt whose birth date nobody knows."""
    return {
        "anna": person(cast, "Anna", born=date(1984, 3, 1)),
        "bent": person(cast, "Bent", born=date(1982, 9, 12)),
        "emil": person(cast, "Emil", born=date(2017, 2, 2)),
        "cora": person(cast, "Cora", born=date(2025, 1, 20)),
        "ulla": person(cast, "Ulla"),
    }


def booked(cast: Cast, buyer: Customer, *others: Customer, **fields: Any) -> Booking:
    """A booking on which the buyer leads and the others travel."""
    booking = making.booking(cast.advisor, buyer, **{"departs_on": DEPARTURE, **fields})
    add(cast, booking, buyer, *others)
    return booking


def add(cast: Cast, booking: Booking, *people: Customer) -> list[str]:
    """Names of those who were added."""
    with tenancy.scope(cast.organization.id):
        ids = [each.id for each in people]
        added = operations.add_passengers(booking.id, ids, by=cast.advisor)
    return [each.customer.given_name for each in added]


def party(cast: Cast, booking: Booking, *, by: Actor | None = None) -> Party:
    reader = by or cast.advisor
    with tenancy.scope(cast.organization.id):
        return passengers.party_of(queries.get_booking(booking.id, by=reader), by=reader)


def in_words(cast: Cast, booking: Booking, *, by: Actor | None = None) -> list[str]:
    """ "Anna 42 adult lead", in their order."""
    return [
        " ".join(
            str(part)
            for part in (
                shown.customer.given_name,
                "" if shown.age is None else shown.age,
                shown.type or "unknown",
                "by hand" if shown.is_given else "",
                "lead" if shown.passenger.is_lead else "",
            )
            if part != ""
        )
        for shown in party(cast, booking, by=by).passengers
    ]
