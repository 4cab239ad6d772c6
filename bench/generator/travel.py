"""Properties, itineraries with their customers, stays and bookings."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bench.generator import plan, trade
from bench.generator.plan import HEAVY_BOOKINGS, HEAVY_PARTY, Plan, row_id
from wayfolk.kit import text
from wayfolk.stays.folding import fold_reservation

Row = tuple[str, dict[str, Any]]

# Bookings and trips reach from five years back to a year ahead of this day.
_MIDDLE = date(2026, 1, 1)
_REGIONS = ("Algarve", "Madeira", "Fjord", "Alpine", "Toscana", "Nordic", "Kyoto", "Aegean")
_TRIPS = ("Family week", "Honeymoon", "Group tour", "City break", "Ski week", "Round trip")
_PRODUCTS = ("Half board", "Spa day", "Flight and hotel", "Ski pass", "Dinner", "Transfer")
_TRANSPORTS = ("", "TP 1250", "LH 400", "SK 1467", "Bus 12", "Ferry 3")
_ROOMS = ("Single", "Double", "Family", "Suite")
_BOOKING_STATUSES = ("confirmed",) * 16 + ("cancelled",) * 2 + ("waitlisted", "place_found")
_SOURCES = ("", "web", "web", "phone", "email", "trade")


def properties(_of: Plan, start: int, stop: int) -> Iterator[Row]:
    for place in range(start, stop):
        name = f"Hotel {_REGIONS[place % len(_REGIONS)]} {place + 1}"
        values = {"id": row_id("property", place), "name": name, "folded_name": text.fold(name)}
        yield "stays_property", values


def itineraries(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """Trips with one to six customers, the first of them the point of contact; one with sixty."""
    rng = of.rng("itinerary", start)
    for place in range(start, stop):
        arrival = datetime.combine(_day(rng), datetime.min.time(), UTC) + timedelta(hours=15)
        name = f"{rng.choice(_TRIPS)} {rng.choice(_REGIONS)} {place % 5000}"
        itinerary_id = row_id("itinerary", place)
        size = min(HEAVY_PARTY if place == 0 else rng.choice((0, 1, 2, 2, 3, 4, 6)), of.customers)
        yield (
            "itineraries_itinerary",
            {
                "id": itinerary_id,
                "number": plan.itinerary_number(place),
                "name": name,
                "folded_name": text.fold(name),
                "stage_id": rng.choice(of.stages),
                "assignee_id": rng.choice((None, *of.assignees)),
                "arrival_at": arrival,
                "departure_at": arrival + timedelta(days=rng.randint(1, 14)),
                "adults": size,
            },
        )
        first = 0 if place == 0 else rng.randrange(of.customers - size + 1)
        for position in range(size):
            yield (
                "itineraries_itinerarycustomer",
                {
                    "id": row_id("link", place, position),
                    "itinerary_id": itinerary_id,
                    "customer_id": row_id("customer", first + position),
                    "position": position,
                    "is_poc": position == 0,
                    "is_leader": position == 0,
                },
            )


def stays(of: Plan, start: int, stop: int) -> Iterator[Row]:
    rng = of.rng("stay", start)
    for place in range(start, stop):
        arrival = _day(rng)
        reservation = f"RES-{place + 1:07d}"
        on_trip = rng.random() < 0.3
        yield (
            "stays_stay",
            {
                "id": row_id("stay", place),
                "reservation_number": reservation,
                "folded_reservation": fold_reservation(reservation),
                "hotel_id": row_id("property", rng.randrange(of.properties)),
                "guest_id": row_id("customer", rng.randrange(of.customers)),
                "itinerary_id": row_id("itinerary", rng.randrange(of.itineraries))
                if on_trip
                else None,
                "status": "departed" if arrival < _MIDDLE else "expected",
                "arrival_on": arrival,
                "departure_on": arrival + timedelta(days=rng.randint(0, 14)),
                "room_type": rng.choice(_ROOMS),
                "room": f"{rng.randint(101, 640)}",
                "adults": rng.randint(1, 3),
                "children": rng.choice((0, 0, 0, 1, 2)),
            },
        )


def bookings(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """Two a customer on average, few of most and many of some; two hundred of the first."""
    rng = of.rng("booking", start)
    for place in range(start, stop):
        departs = _day(rng)
        total = rng.randrange(5_000, 900_000)
        product = f"{rng.choice(_PRODUCTS)} {rng.choice(_REGIONS)}"
        yield (
            "bookings_booking",
            {
                "id": row_id("booking", place),
                "number": plan.booking_number(place),
                "customer_id": row_id("customer", _buyer(rng, of, place)),
                **_connection(rng, of, place),
                "status": rng.choice(_BOOKING_STATUSES),
                "product": product,
                "folded_product": text.fold(product),
                "transport": rng.choice(_TRANSPORTS),
                "resort": rng.choice(_REGIONS),
                "booked_on": departs - timedelta(days=rng.randint(0, 300)),
                "departs_on": departs,
                "returns_on": departs + timedelta(days=rng.randint(0, 14)),
                "assignee_id": rng.choice((None, *of.assignees)),
                "adults": rng.randint(1, 3),
                "children": rng.choice((0, 0, 0, 1, 2)),
                "infants": rng.choice((0, 0, 0, 0, 1)),
                "currency": "EUR",
                "total_minor": total,
                "cost_minor": total * 4 // 5,
                "source": rng.choice(_SOURCES),
                **trade.sold_through(of, place, total),
                "reference": f"EXT-{place:08d}" if place % 3 == 0 else "",
            },
        )


def _buyer(rng: Random, of: Plan, place: int) -> int:
    if place < HEAVY_BOOKINGS:
        return 0
    if place % 2:
        return place // 2 % of.customers
    return max(1, int(of.customers * rng.random() ** 2)) % of.customers


def _connection(rng: Random, of: Plan, place: int) -> dict[str, Any]:
    """To a stay, to a trip, or to neither; some of the heavy customer's to the heavy trip."""
    kind = rng.random()
    itinerary = 0 if place % 5 == 0 and place < HEAVY_BOOKINGS else rng.randrange(of.itineraries)
    if kind < 0.4:
        return {"stay_id": row_id("stay", rng.randrange(of.stays))}
    if kind < 0.6:
        return {"itinerary_id": row_id("itinerary", itinerary)}
    return {}


def _day(rng: Random) -> date:
    return _MIDDLE + timedelta(days=rng.randint(-5 * 365, 365))
