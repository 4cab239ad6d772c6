"""What the people of a household booked: one history, without copying anything (KP-21, KP-22)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from wayfolk.bookings import queries
from wayfolk.bookings.models import Booking
from wayfolk.households.models import HouseholdMember
from wayfolk.households.rules import Span
from wayfolk.kit import paging
from wayfolk.kit.paging import Page
from wayfolk.staff.rules import Actor

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class SharedBooking:
    """A booking of somebody who lives or lived there; `was_member` on the day of booking."""

    booking: Booking
    was_member: bool


@dataclass(frozen=True, slots=True)
class SharedBookings:
    page: Page[Booking]
    rows: Sequence[SharedBooking]


def list_for_household(
    members: Collection[HouseholdMember], *, by: Actor, after: str = "", before: str = ""
) -> SharedBookings:
    """A page of the bookings of these members, the latest first."""
    spans: dict[UUID, list[Span]] = {}
    for member in members:
        spans.setdefault(member.customer_id, []).append(Span(member.from_on, member.to_on))
    page = paging.page_of(
        queries.list_bookings(by=by).in_lines(),
        order="-booked_on",
        after=after,
        before=before,
        size=PAGE_SIZE,
        either=[Q(customer_id=customer_id) for customer_id in spans],
    )
    return SharedBookings(
        page,
        [
            SharedBooking(
                booking,
                any(span.holds_on(booking.booked_on) for span in spans[booking.customer_id]),
            )
            for booking in page.rows
        ],
    )
