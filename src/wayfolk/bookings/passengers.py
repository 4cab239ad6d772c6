"""Who travels on a booking: type and age on the day of travel (KP-10, KP-11, KP-15).

Computed when asked for, from the dates of birth, the ages that are set and the day of travel as
they are now; only what was said by hand is stored. See docs/algorithms/passenger_types.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import NotFound
from wayfolk.passengers import queries as age_queries
from wayfolk.passengers import rules
from wayfolk.passengers.rules import Band
from wayfolk.staff.rules import Actor


class DayOf(StrEnum):
    """Where the day of travel comes from; the first that is known counts."""

    DEPARTURE = "departure"
    STAY = "arrival of the stay"
    ITINERARY = "arrival of the itinerary"
    BOOKING = "booking date"


@dataclass(frozen=True, slots=True)
class TravelDay:
    day: date
    of: DayOf


@dataclass(frozen=True, slots=True)
class PassengerShown:
    """A passenger as this reader may see them.

    `type`: rules.UNKNOWN where it is not known, or not for this reader (`is_hidden`): what was
    computed would give the date of birth away. `is_given`: said by hand.
    """

    passenger: BookingPassenger
    customer: Customer
    type: str
    is_given: bool
    age: int | None
    born_on: date | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Party:
    """The passengers of a booking, on its day of travel, by the ages that hold for it."""

    travel: TravelDay
    band: Band
    passengers: Sequence[PassengerShown]

    @property
    def lead(self) -> PassengerShown | None:
        return next((shown for shown in self.passengers if shown.passenger.is_lead), None)

    @property
    def unknown(self) -> list[PassengerShown]:
        """Those whose type nobody can tell this reader."""
        return [shown for shown in self.passengers if shown.type == rules.UNKNOWN]

    @property
    def numbers(self) -> Mapping[str, int]:
        """Field of the booking -> how many; without those of unknown type."""
        counts = Counter(shown.type for shown in self.passengers)
        return {
            "adults": counts[rules.ADULT],
            "children": counts[rules.CHILD],
            "infants": counts[rules.INFANT],
        }


def party_of(booking: Booking, *, by: Actor) -> Party:
    """Everybody who travels, in their order; two queries, however many there are.

    `booking` comes with stay and itinerary, as queries.list_bookings loads it.
    """
    by.require("bookings.view")
    travel = travel_day(booking, time_zone=by.time_zone)
    band = rules.effective_band(age_queries.load_bands(), product=booking.product, day=travel.day)
    rows = BookingPassenger.objects.filter(booking_id=booking.id).select_related("customer")
    ordered = rows.order_by("position", "id")
    return Party(travel, band, [_shown(row, travel.day, band, by) for row in ordered])


def find_passenger(booking_id: UUID, customer_number: int, *, by: Actor) -> BookingPassenger:
    """The passenger of this Customer No, deleted customers too; raises NotFound."""
    by.require("bookings.view")
    found: BookingPassenger | None = (
        BookingPassenger.objects.filter(booking_id=booking_id, customer__number=customer_number)
        .select_related("customer")
        .first()
    )
    if found is None:
        raise NotFound(
            f"Customer {customer_number} is no passenger of this booking. Reload the page to see"
            " how things stand."
        )
    return found


def travel_day(booking: Booking, *, time_zone: str) -> TravelDay:
    """Departure, else the stay's arrival, else the itinerary's, else the day of booking."""
    if booking.departs_on is not None:
        return TravelDay(booking.departs_on, DayOf.DEPARTURE)
    if booking.stay is not None:
        return TravelDay(booking.stay.arrival_on, DayOf.STAY)
    if booking.itinerary is not None and booking.itinerary.arrival_at is not None:
        arrival = booking.itinerary.arrival_at.astimezone(ZoneInfo(time_zone))
        return TravelDay(arrival.date(), DayOf.ITINERARY)
    return TravelDay(booking.booked_on, DayOf.BOOKING)


def _shown(row: BookingPassenger, day: date, band: Band, by: Actor) -> PassengerShown:
    sees_birth = by.may_see("customer.birth_on")
    born_on = row.customer.birth_on if sees_birth else None
    return PassengerShown(
        passenger=row,
        customer=row.customer,
        type=row.given_type or rules.type_on(born_on, day, band),
        is_given=bool(row.given_type),
        age=rules.age_on(born_on, day),
        born_on=born_on,
        is_hidden=not sees_birth and not row.given_type,
    )
