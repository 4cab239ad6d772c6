"""Bookings as the templates show them, on their own pages and on those of others.

`for_itinerary` and `for_stay` give the context of the partials of the same names under
templates/bookings, which other pages include; of a customer's see of_customer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from wayfolk.bookings import connections, queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import Totals
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.money import format_money
from wayfolk.organization.models import Brand
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import Stay
from wayfolk.web.bookings.forms import STATUS_SHORT, STATUS_TONES, STATUS_WORDS
from wayfolk.web.brands import ByReference

CUSTOMER_PAGE = 25


@dataclass(frozen=True, slots=True)
class TargetShown:
    """What a booking is connected to; `url` is "" where the reader may not open it."""

    icon: str
    kind: str
    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A stay or itinerary to choose in the dialog, with what tells it apart. `key`: its id."""

    key: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class TargetChoices:
    stays: Sequence[TargetChoice]
    itineraries: Sequence[TargetChoice]
    is_too_short: bool


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in a table. `price` is "" for a reader who may not see it.

    `counted`: its share in the figure whose bookings are listed (see narrowing), else "". `brand`:
    None while there is only one, and where it is not listed.
    """

    booking: Booking
    url: str
    place: str
    user: str
    phone: str
    party: str
    price: str
    status: str
    short_status: str
    tone: str
    target: TargetShown | None
    booked: str
    departs: str
    marks: str
    counted: str = ""
    brand: Brand | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the totals, as components/definition_list.html reads it."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class BookingsPart:
    """The bookings of a stay or an itinerary with their totals (TA-10, TA-15)."""

    rows: Sequence[BookingRow]
    figures: Sequence[Figure]
    sees_price: bool


def for_itinerary(itinerary: Itinerary, *, by: Actor) -> dict[str, Any]:
    """Context of bookings/for_itinerary.html; empty where bookings are not for this reader."""
    if not queries.may_see(by):
        return {}
    bookings = list(queries.list_for_itinerary(itinerary.id, by=by).in_lines())
    return {"itinerary_bookings": _part(bookings, by)}


def for_stay(stay: Stay, *, by: Actor) -> dict[str, Any]:
    """Context of bookings/for_stay.html; empty where bookings are not for this reader."""
    if not queries.may_see(by):
        return {}
    return {"stay_bookings": _part(list(queries.list_for_stay(stay.id, by=by).in_lines()), by)}


def _part(bookings: Sequence[Booking], by: Actor) -> BookingsPart:
    return BookingsPart(
        rows=[row_of(booking, by) for booking in bookings],
        figures=figures_of(queries.totals_of(bookings, by=by), by),
        sees_price=by.may_see("booking.total"),
    )


def row_of(booking: Booking, by: Actor, *, brands: ByReference | None = None) -> BookingRow:
    """The booking with customer, user and connection loaded."""
    return BookingRow(
        booking=booking,
        url=reverse("bookings:detail", args=[booking.number]),
        place=", ".join(part for part in (booking.resort, booking.hotel) if part),
        user=booking.assignee.name if booking.assignee else "",
        phone=booking.contact_phone if by.may_see("customer.phone") else "",
        party=party_of(booking),
        price=format_money(booking.total) if by.may_see("booking.total") else "",
        status=STATUS_WORDS[booking.status],
        short_status=STATUS_SHORT[booking.status],
        tone=STATUS_TONES[booking.status],
        target=target_of(booking, by),
        booked=_day(booking.booked_on),
        departs=_day(booking.departs_on) or "–",
        marks=marks_of(booking, by),
        brand=(brands or {}).get(booking.brand_id),
    )


def _day(day: date | None) -> str:
    return f"{day:%-d %b %y}" if day else ""


def sees_marks(by: Actor) -> bool:
    """Whether this reader gets the values that a booking has of the satisfaction scores."""
    return by.may_see("customer.happiness") and by.has_module("questionnaires")


def marks_of(booking: Booking, by: Actor) -> str:
    """What the customer and the representative marked the trip with, as " / 8 / 9" (TQ-13)."""
    marks = [getattr(booking, name, None) for name in ("customer_mark", "representative_mark")]
    if not sees_marks(by) or marks == [None, None]:
        return ""
    return "".join(f" / {'–' if mark is None else format(mark.normalize(), 'f')}" for mark in marks)


def party_of(record: Booking | Stay) -> str:
    """Pax, and infants apart (decision 7): 2 + 1 inf."""
    return f"{record.pax} + {record.infants} inf" if record.infants else str(record.pax)


def target_of(booking: Booking, by: Actor) -> TargetShown | None:
    """What the booking is connected to, None for nothing."""
    if booking.stay is not None:
        return show_stay(booking.stay, by)
    if booking.itinerary is not None:
        return show_itinerary(booking.itinerary, by)
    return None


def show_stay(stay: Stay, by: Actor) -> TargetShown:
    if not stay_queries.may_see(by):
        return TargetShown("bed", "Stay", "A stay")
    return TargetShown(
        "bed",
        "Stay",
        stay.reservation_number,
        stay.hotel.name,
        reverse("stays:detail", args=[stay.id]),
    )


def show_itinerary(itinerary: Itinerary, by: Actor) -> TargetShown:
    """With the Itineraries module off, the number alone (TA-06)."""
    if not connections.may_see_itineraries(by):
        return TargetShown("route", "Itinerary", itinerary.trip_id)
    return TargetShown(
        "route",
        "Itinerary",
        f"{itinerary.trip_id} {itinerary.name}",
        url=reverse("itineraries:detail", args=[itinerary.number]),
    )


def show_targets(found: connections.Targets, by: Actor) -> TargetChoices:
    """The results of a search for something to connect a booking to."""
    zone = ZoneInfo(by.time_zone)
    return TargetChoices(
        stays=[
            TargetChoice(
                str(stay.id),
                f"{stay.reservation_number} · {stay.hotel.name}",
                f"{stay.guest.name} · {_period(stay.arrival_on, stay.departure_on)}"
                f" · {stay.get_status_display()}",
            )
            for stay in found.stays
        ],
        itineraries=[
            TargetChoice(
                str(itinerary.id),
                f"{itinerary.name} · {itinerary.trip_id}",
                f"{_trip_period(itinerary, zone)} · {itinerary.stage.label}",
            )
            for itinerary in found.itineraries
        ],
        is_too_short=found.is_too_short,
    )


def _period(begins: date | None, ends: date | None) -> str:
    """Both days, or what is known: 10 Jun – 14 Jun 2026."""
    if begins and ends:
        first = f"{begins:%-d %b}" if begins.year == ends.year else f"{begins:%-d %b %Y}"
        return f"{first} – {ends:%-d %b %Y}"
    day = begins or ends
    return f"{day:%-d %b %Y}" if day else "no dates yet"


def _trip_period(itinerary: Itinerary, zone: ZoneInfo) -> str:
    instants = (itinerary.arrival_at, itinerary.departure_at)
    return _period(*(instant and instant.astimezone(zone).date() for instant in instants))


def figures_of(totals: Totals, by: Actor) -> list[Figure]:
    """The totals that this reader may see; counts always, money by field rights."""
    figures = []
    if by.may_see("booking.total"):
        figures.append(Figure("Turnover", format_money(totals.turnover)))
    if by.may_see("booking.cost"):
        note = f"not known for {totals.without_cost} of {totals.confirmed}"
        figures.append(
            Figure("Cost", format_money(totals.cost), note if totals.without_cost else "")
        )
    if sees_profit(by):
        share = totals.profit_per_pax
        note = "without the costs not known yet" if totals.without_cost else ""
        figures.append(Figure("Profit", format_money(totals.profit), note))
        figures.append(Figure("Profit per pax", "" if share is None else format_money(share)))
    figures += [Figure("Pax", str(totals.pax)), Figure("Infants", str(totals.infants))]
    figures.append(Figure("Bookings", str(totals.confirmed), _apart(totals)))
    return figures


def sees_profit(by: Actor) -> bool:
    """Profit is turnover less cost: who may see it but not its parts would read them off."""
    return all(by.may_see(f"booking.{name}") for name in ("profit", "cost", "total"))


def _apart(totals: Totals) -> str:
    """What is not in the money, counted apart."""
    counts = {"on the waitlist": totals.waitlisted, "cancelled": totals.cancelled}
    parts: Iterable[str] = (f"{count} {words}" for words, count in counts.items() if count)
    text = ", ".join(parts)
    return f"besides {text}" if text else ""
