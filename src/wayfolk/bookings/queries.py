"""Finding bookings, adding them up. Every function returns only what this actor may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from wayfolk.bookings import folding, lines, rules
from wayfolk.bookings.models import (
    Booking,
    BookingPassenger,
    BookingQuerySet,
    BookingStatus,
    CustomerTotals,
    CustomerYear,
)
from wayfolk.bookings.rules import Figures, LineFigures, Totals
from wayfolk.customers.models import CustomerQuerySet, Status
from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.kit.money import Money
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.organization import brands
from wayfolk.organization.models import Brand
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay

RESULTS_MAX = 200
TRAVELS_MAX = 1_000
NUMBER_DIGITS_MAX = 15
# Kind of line -> column of the totals that are kept.
_PARTS = {
    "basic": "basic_minor",
    "insurance": "insurance_minor",
    "transfer": "transfers_minor",
    "fee": "fees_minor",
    "discount": "discounts_minor",
    "supplement": "supplements_minor",
    "pickup": "pickup_minor",
    "other": "others_minor",
}


@dataclass(frozen=True, slots=True)
class BookingFilters:
    """What a list is narrowed to; None, "" and False do not narrow.

    `text`: words of the product's name, a BKG. No, or an external reference. `passenger_id`: the
    customer who travels, whoever booked.
    """

    text: str = ""
    status: str = ""
    is_unconnected: bool = False
    customer_id: UUID | None = None
    passenger_id: UUID | None = None
    partner_id: UUID | None = None
    booked_from: date | None = None
    booked_to: date | None = None
    departs_from: date | None = None
    departs_to: date | None = None
    brand: Brand | None = None

    @property
    def is_by_departure(self) -> bool:
        return self.departs_from is not None or self.departs_to is not None


def may_see(by: Actor) -> bool:
    """Whether bookings exist for this actor at all: permission and module."""
    return by.may("bookings.view") and by.has_module("bookings")


def list_bookings(filters: BookingFilters | None = None, *, by: Actor) -> BookingQuerySet:
    """Bookings with customer, user and connection, in no order: see `kit.paging`.

    Text finds at most RESULTS_MAX bookings, the newest ones.
    """
    by.require_module("bookings")
    by.require("bookings.view")
    narrowed = filters or BookingFilters()
    bookings = Booking.objects.select_related(
        *("customer", "assignee", "stay__hotel", "stay__itinerary", "itinerary"),
        *("partner__customer", "brand"),
    )
    exact = {
        "status": narrowed.status,
        "customer_id": narrowed.customer_id,
        "partner_id": narrowed.partner_id,
        "booked_on__gte": narrowed.booked_from,
        "booked_on__lte": narrowed.booked_to,
        "departs_on__gte": narrowed.departs_from,
        "departs_on__lte": narrowed.departs_to,
    }
    bookings = bookings.filter(**{name: value for name, value in exact.items() if value})
    if narrowed.is_unconnected:
        bookings = bookings.filter(stay__isnull=True, itinerary__isnull=True)
    if narrowed.brand is not None:
        bookings = bookings.filter(**brands.records_of(narrowed.brand))
    if narrowed.passenger_id is not None:
        bookings = bookings.filter(id__in=_travelled(narrowed.passenger_id))
    return bookings.filter(_matching(narrowed, by)) if narrowed.text else bookings


def get_booking(booking_id: UUID, *, by: Actor) -> Booking:
    """One booking; raises NotFound."""
    booking = list_bookings(by=by).filter(id=booking_id).first()
    if booking is None:
        raise NotFound("There is no such booking. It may have been taken back since.")
    return booking


def get_booking_by_number(number: int, *, by: Actor) -> Booking:
    """One booking by BKG. No; raises NotFound."""
    booking = list_bookings(by=by).filter(number=number).first()
    if booking is None:
        raise NotFound(f"There is no booking {number}. It may have been taken back since.")
    return booking


def list_for_customer(customer_id: UUID, *, by: Actor) -> BookingQuerySet:
    """A customer's own bookings, in no order; see narrowing.narrow."""
    return list_bookings(BookingFilters(customer_id=customer_id), by=by)


def list_travelled(customer_id: UUID, *, by: Actor) -> BookingQuerySet:
    """The bookings of others on which a customer travels (KP-10), the latest TRAVELS_MAX."""
    travelled = list_bookings(BookingFilters(passenger_id=customer_id), by=by)
    return travelled.exclude(customer_id=customer_id)


def _travelled(customer_id: UUID) -> list[UUID]:
    """Ids rather than a subquery, which a list in another order would walk every booking for."""
    rows = BookingPassenger.objects.filter(customer_id=customer_id).order_by("-id")
    return list(rows.values_list("booking_id", flat=True)[:TRAVELS_MAX])


def list_for_stay(stay_id: UUID, *, by: Actor) -> BookingQuerySet:
    """The bookings connected to a stay, in the order of travel (TA-10)."""
    return list_bookings(by=by).filter(stay_id=stay_id).order_by("departs_on", "number")


def list_for_itinerary(itinerary_id: UUID, *, by: Actor) -> BookingQuerySet:
    """The bookings of an itinerary: its own, and those of its stays (TA-10, TA-15)."""
    stays = Stay.objects.filter(itinerary_id=itinerary_id).values_list("id", flat=True)
    # The ids rather than a subquery: an OR with a subquery would read every booking.
    belongs = Q(itinerary_id=itinerary_id) | Q(stay_id__in=list(stays))
    return list_bookings(by=by).filter(belongs).order_by("departs_on", "number")


def totals_of(bookings: Iterable[Booking], *, by: Actor) -> Totals:
    """Totals of loaded bookings, in the organisation's currency.

    What of it this actor may see is for the caller to ask: `may_see("booking.total")` etc.
    """
    listed = list(bookings)
    of_lines = lines.figures_by_booking([booking.id for booking in listed])
    figures = (figures_of(booking, of_lines.get(booking.id, ())) for booking in listed)
    return rules.totals(figures, base_currency=by.currency)


def customer_totals(customer_id: UUID, *, by: Actor) -> Totals:
    """Totals over all bookings of a customer, as they are kept (TQ-21 to TQ-27)."""
    by.require_module("bookings")
    by.require("bookings.view")
    kept = CustomerTotals.objects.filter(id=customer_id).first()
    if kept is None:
        return rules.totals((), base_currency=by.currency)
    return Totals(
        turnover=Money(kept.turnover_minor, by.currency),
        cost=Money(kept.cost_minor, by.currency),
        pax=kept.pax,
        infants=kept.infants,
        confirmed=kept.confirmed,
        waitlisted=kept.waitlisted,
        cancelled=kept.cancelled,
        without_cost=kept.without_cost,
        parts={kind: Money(getattr(kept, column), by.currency) for kind, column in _PARTS.items()},
        last_departure_on=kept.last_departure_on,
    )


def customer_years(customer_id: UUID, *, by: Actor) -> list[CustomerYear]:
    """What a customer's confirmed bookings came to in each year that has some, oldest first."""
    by.require_module("bookings")
    by.require("bookings.view")
    years = CustomerYear.objects.filter(customer_id=customer_id, bookings__gt=0)
    return list(years.order_by("year"))


def list_totals(
    customers: CustomerQuerySet | None = None, *, by: Actor
) -> TenantQuerySet[CustomerTotals]:
    """The totals of present customers with the customers themselves, for lists in their order.

    `customers`: of these alone. Without them one join is asked, which follows the order's index.
    """
    by.require_module("bookings")
    by.require("bookings.view")
    totals: TenantQuerySet[CustomerTotals] = CustomerTotals.objects.select_related("customer")
    totals = totals.filter(customer__deleted_at__isnull=True).exclude(
        customer__status=Status.MERGED
    )
    if customers is None:
        return totals
    return totals.filter(Exists(customers.order_by().filter(id=OuterRef("id"))))


def turnovers(customer_ids: Collection[UUID], *, by: Actor) -> dict[UUID, Money]:
    """The turnover of each of these customers, in the organisation's currency."""
    by.require_module("bookings")
    by.require("bookings.view")
    rows = CustomerTotals.objects.filter(id__in=customer_ids)
    return {
        customer_id: Money(minor, by.currency)
        for customer_id, minor in rows.values_list("id", "turnover_minor")
    }


def figures_of(booking: Booking, of_lines: Sequence[LineFigures] = ()) -> Figures:
    return Figures(
        status=booking.status,
        currency=booking.currency,
        exchange_rate=booking.exchange_rate,
        total_minor=booking.total_minor,
        cost_minor=booking.cost_minor,
        pax=booking.pax,
        infants=booking.infants,
        booked_on=booking.booked_on,
        departs_on=booking.departs_on,
        lines=of_lines,
    )


def find_ids(filters: BookingFilters, *, by: Actor, limit: int = RESULTS_MAX) -> list[UUID]:
    """Ids of bookings whose product has every word of `filters.text`, newest first.

    The other filters apply too, but not the customer. Words are found from their middle, too.
    """
    by.require_module("bookings")
    by.require("bookings.view")
    fragments = _fragments(filters.text)
    if not fragments:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_search(%s::text[], %s, %s, %s, %s, %s, %s, %s)",
            [
                fragments,
                filters.status or None,
                filters.is_unconnected,
                filters.booked_from,
                filters.booked_to,
                filters.departs_from,
                filters.departs_to,
                limit,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _fragments(query: str) -> list[str]:
    folded = folding.fold_product(query)
    return [w for word in folded.split()[:8] if (w := word.translate(_NO_PATTERN))]


_NO_PATTERN = str.maketrans("", "", "\\%_")


def _matching(filters: BookingFilters, by: Actor) -> Q:
    """By product, or by a number that names one booking.

    Of one customer or partner there are few bookings: there the product is compared row by row.
    """
    cleaned = text.clean(filters.text)[:200]
    named = Q(reference=cleaned) if cleaned else Q()
    number = text.fold_digits(cleaned).lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS_MAX:
        named |= Q(number=int(number))
    if filters.customer_id is None and filters.partner_id is None:
        return named | Q(id__in=find_ids(filters, by=by))
    words = _fragments(cleaned)
    product = Q(*(Q(folded_product__contains=word) for word in words))
    return named | product if words else named


def list_users(*, by: Actor) -> Sequence[Membership]:
    """Who can be the user of a booking, by name."""
    by.require("bookings.view")
    return list(Membership.objects.filter(is_active=True).order_by("name", "id"))


def count_past_trips(customer_ids: Collection[UUID]) -> dict[UUID, int]:
    """Customer -> bookings that are over which they bought or travelled on; without the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bookings_past_trips(%s::uuid[])", [list(customer_ids)])
        return {customer_id: trips for customer_id, trips in cursor.fetchall() if trips}


def list_endings(first: date, before: date) -> list[tuple[UUID, date]]:
    """Who bought or travelled on the bookings that ended in [first, before), and when they did."""
    bought = _over(Booking.objects.all(), "", first, before)
    travelled = _over(BookingPassenger.objects.order_by(), "booking__", first, before)
    return list({*bought, *travelled})


def _over(
    rows: TenantQuerySet[Any], path: str, first: date, before: date
) -> Iterable[tuple[UUID, date]]:
    last_day = Coalesce(f"{path}returns_on", f"{path}departs_on")
    over = rows.annotate(last_day=last_day).filter(last_day__gte=first, last_day__lt=before)
    kept = over.exclude(**{f"{path}status": BookingStatus.CANCELLED})
    found: Iterable[tuple[UUID, date]] = kept.values_list("customer_id", "last_day")
    return found
