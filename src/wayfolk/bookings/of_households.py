"""What the people of a household booked or travelled on: one history, without copies (KP-21)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from wayfolk.bookings import queries
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.customers.models import Customer
from wayfolk.households.models import HouseholdMember
from wayfolk.households.rules import Span
from wayfolk.kit import paging
from wayfolk.kit.paging import Page
from wayfolk.staff.rules import Actor

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class SharedBooking:
    """A booking that somebody who lives or lived there bought or travels on.

    `travellers`: those of the household who travel, without the buyer. `was_member`: one of
    them, or the buyer, lived there on the day of booking.
    """

    booking: Booking
    travellers: Sequence[Customer]
    was_member: bool


@dataclass(frozen=True, slots=True)
class SharedBookings:
    page: Page[Booking]
    rows: Sequence[SharedBooking]


def list_for_household(
    members: Collection[HouseholdMember], *, by: Actor, after: str = "", before: str = ""
) -> SharedBookings:
    """A page of the bookings of these members, their customers loaded; the latest first.

    Two queries, however many there are.
    """
    bookings = queries.list_bookings(by=by).in_lines()  # refuses whoever may not see bookings
    people = {member.customer_id: member.customer for member in members}
    travellers = _travellers(people)
    page = paging.page_of(
        bookings,
        order="-booked_on",
        after=after,
        before=before,
        size=PAGE_SIZE,
        either=[
            *(Q(customer_id=customer_id) for customer_id in people),
            *([Q(id__in=list(travellers))] if travellers else []),
        ],
    )
    return SharedBookings(
        page, [_shared(booking, travellers.get(booking.id, []), members) for booking in page.rows]
    )


def _travellers(people: dict[UUID, Customer]) -> dict[UUID, list[Customer]]:
    """Booking -> those of these people who travel on it; of the latest TRAVELS_MAX."""
    rows = BookingPassenger.objects.filter(customer_id__in=list(people)).order_by("-id")
    pairs = rows.values_list("booking_id", "customer_id")[: queries.TRAVELS_MAX]
    found: dict[UUID, list[Customer]] = {}
    for booking_id, customer_id in pairs:
        found.setdefault(booking_id, []).append(people[customer_id])
    return found


def _shared(
    booking: Booking, travellers: Sequence[Customer], members: Collection[HouseholdMember]
) -> SharedBooking:
    concerned = {booking.customer_id, *(each.id for each in travellers)}
    others = sorted(
        (each for each in travellers if each.id != booking.customer_id), key=lambda c: c.number
    )
    was_member = any(
        Span(member.from_on, member.to_on).holds_on(booking.booked_on)
        for member in members
        if member.customer_id in concerned
    )
    return SharedBooking(booking, others, was_member)
