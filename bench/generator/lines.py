"""The company of the customer page: five bookings a customer, their prices in lines.

One customer, the trade partner at AGENCY, has booked a hundred thousand times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from bench.generator import loading, plan, travel
from bench.generator.plan import HEAVY_BOOKINGS, Plan, row_id

Row = tuple[str, dict[str, Any]]

AGENCY = 2
AGENCY_BOOKINGS = 100_000
# Of a price in hundredths; what stays is Basic. Nearly half of all bookings have a line more.
_PARTS = (("insurance", 3), ("transfer", 8), ("fee", 2), ("supplement", 5), ("pickup", 4))
_KINDS = ("basic", *(kind for kind, _ in _PARTS), "discount", "other")


@dataclass(frozen=True, slots=True)
class FullPlan(Plan):
    """Two and a half times the bookings of the company of the pages."""

    @property
    def bookings(self) -> int:
        return self.customers * 5

    @property
    def agency_bookings(self) -> int:
        """Fewer in a small company: a fiftieth of all."""
        return min(AGENCY_BOOKINGS, self.bookings // 50)


def _id(number: int, place: int, part: int = 0) -> UUID:
    """Like plan.row_id, of kinds that only this company has."""
    made = row_id("term", place, part)
    return UUID(int=made.int + ((number + 1) << 64))


def category_id(kind: str) -> UUID:
    return _id(1, _KINDS.index(kind))


def properties(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """The categories of lines go along: bookings come after both."""
    yield from travel.properties(of, start, stop)
    if start == 0:
        for position, kind in enumerate(_KINDS, 101):
            values = {"name": f"{kind.title()} of old", "kind": kind, "position": position}
            yield "bookings_linecategory", {"id": category_id(kind), **values}


def bookings(of: FullPlan, start: int, stop: int) -> Iterator[Row]:
    """Those of travel, with lines that add up to price and cost."""
    agency = row_id("customer", plan.partner_customer(AGENCY))
    rng = of.rng("line", start)
    for place, (table, booking) in zip(
        range(start, stop), travel.bookings(of, start, stop), strict=True
    ):
        if HEAVY_BOOKINGS <= place < HEAVY_BOOKINGS + of.agency_bookings:
            booking["customer_id"] = agency
        yield table, booking
        for part, (kind, amount, cost) in enumerate(_lines(rng, booking)):
            yield (
                "bookings_bookingline",
                {
                    "id": _id(2, place, part),
                    "booking_id": booking["id"],
                    "position": part + 1,
                    "category_id": category_id(kind),
                    "kind": kind,
                    "currency": booking["currency"],
                    "amount_minor": amount,
                    "cost_minor": cost,
                },
            )


def _lines(rng: Random, booking: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(kind, price, cost): 2.4 of a booking on average, each with its share of the cost."""
    total, cost = booking["total_minor"], booking["cost_minor"]
    chosen = rng.sample(_PARTS, rng.choice((0, 1, 1, 1, 2, 2)))
    lines = [(kind, total * share // 100, cost * share // 100) for kind, share in chosen]
    if rng.random() < 0.23:
        lines.append(("discount", -total // 20, 0))
    basic = total - sum(price for _, price, _ in lines)
    return [("basic", basic, cost - sum(each for *_, each in lines)), *lines]


COMPANY: loading.Makers = loading.COMPANY | {"property": properties, "booking": bookings}
