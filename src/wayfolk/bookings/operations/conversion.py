"""What bookings say against the conversion of a customer (KP-06)."""

from collections.abc import Iterator
from datetime import UTC

from django.db.models.functions import Coalesce, TruncDate

from wayfolk.bookings import queries
from wayfolk.bookings.models import BookingPassenger, BookingStatus
from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules.conversion import Obstacle
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor


def name_obstacles(customer: Customer, to_kind: str, by: Actor) -> Iterator[Obstacle]:
    """Only people travel: who is to become a company is taken off what lies ahead.

    Journeys that are over stay as they were. Where the actor sees no bookings it is said without
    naming one.
    """
    if to_kind != Kind.COMPANY:
        return
    last_day = Coalesce(
        "booking__returns_on",
        "booking__departs_on",
        "booking__stay__departure_on",
        TruncDate("booking__itinerary__departure_at", tzinfo=UTC),
        "booking__booked_on",
    )
    ahead = (
        BookingPassenger.objects.filter(customer_id=customer.id)
        .exclude(booking__status=BookingStatus.CANCELLED)
        .annotate(last_day=last_day)
        .filter(last_day__gte=clock.today(by.time_zone))
        .order_by("booking__number")
    )
    numbers = list(ahead.values_list("booking__number", flat=True)[:1])
    if not numbers:
        return
    if queries.may_see(by):
        yield Obstacle(
            f"{customer.name} travels on booking {numbers[0]}, and a company cannot. Take them off"
            " its passengers first.",
            "booking",
            numbers[0],
        )
    else:
        yield Obstacle(
            f"{customer.name} travels on a booking. Somebody whose role includes bookings has to"
            " take them off it first."
        )
