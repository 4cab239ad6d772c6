"""What lists of bookings are narrowed to beside their text, and what there is to choose from.

The same for all bookings and for those of one customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from wayfolk.bookings.models import BookingQuerySet, BookingStatus
from wayfolk.bookings.queries import list_for_customer
from wayfolk.kit import clock
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

LOOKED_AT = 1_000  # of so many latest bookings the choices are taken
CHOICES_MAX = 100
UPCOMING, PAST = "upcoming", "past"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """None and "" do not narrow. `period`: UPCOMING or PAST, by departure, else by booking.

    `place` is a resort or a hotel.
    """

    period: str = ""
    status: str = ""
    departs_from: date | None = None
    departs_to: date | None = None
    transport: str = ""
    place: str = ""
    product: str = ""
    assignee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that occur, in their order. `users`: id -> name."""

    transports: Sequence[str]
    places: Sequence[str]
    products: Sequence[str]
    users: Mapping[str, str]


def narrow(rows: BookingQuerySet, to: Narrowing, *, by: Actor) -> BookingQuerySet:
    """The rows that fit."""
    exact = {
        "status": to.status,
        "departs_on__gte": to.departs_from,
        "departs_on__lte": to.departs_to,
        "transport": to.transport,
        "product": to.product,
        "assignee_id": to.assignee_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if to.place:
        rows = rows.filter(Q(hotel=to.place) | Q(resort=to.place))
    if to.period:
        today = clock.today(by.time_zone)
        rows = rows.filter(_leaves("gte" if to.period == UPCOMING else "lt", today))
    return rows


def list_old(customer_id: UUID, *, by: Actor) -> BookingQuerySet:
    """A customer's bookings that are over: returned before today, or cancelled (TQ-18).

    Of one without a return date the departure counts.
    """
    today = clock.today(by.time_zone)
    is_back = Q(returns_on__lt=today) | Q(returns_on__isnull=True, departs_on__lt=today)
    return list_for_customer(customer_id, by=by).filter(is_back | Q(status=BookingStatus.CANCELLED))


_VALUES = """
    SELECT array_agg(DISTINCT transport) FILTER (WHERE transport <> ''),
        array_agg(DISTINCT resort) FILTER (WHERE resort <> ''),
        array_agg(DISTINCT hotel) FILTER (WHERE hotel <> ''),
        array_agg(DISTINCT product),
        array_agg(DISTINCT assignee_id) FILTER (WHERE assignee_id IS NOT NULL)
    FROM (
        SELECT transport, resort, hotel, product, assignee_id FROM bookings_booking
        WHERE organization_id = %s {of_customer}
        ORDER BY booked_on DESC, id DESC LIMIT %s
    ) latest
"""


def choices_of(customer_id: UUID | None = None, *, by: Actor) -> Choices:
    """What the LOOKED_AT latest bookings have, of one customer or of all; CHOICES_MAX of each."""
    by.require_module("bookings")
    by.require("bookings.view")
    statement = _VALUES.format(of_customer="AND customer_id = %s" if customer_id else "")
    given: list[Any] = [by.organization_id, *([customer_id] if customer_id else []), LOOKED_AT]
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        transports, resorts, hotels, products, users = cursor.fetchone()
    names = Membership.objects.filter(id__in=users or []).order_by("name", "id")
    return Choices(
        _first(transports),
        _first([*(resorts or []), *(hotels or [])]),
        _first(products),
        {str(user.id): user.name for user in names[:CHOICES_MAX]},
    )


def _first(values: Sequence[str] | None) -> list[str]:
    return sorted(set(values or ()), key=str.casefold)[:CHOICES_MAX]


def _leaves(comparison: str, day: date) -> Q:
    return Q(**{f"departs_on__{comparison}": day}) | Q(
        departs_on__isnull=True, **{f"booked_on__{comparison}": day}
    )
