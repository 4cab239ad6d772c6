"""The company in which customers are looked for, loaded once for each size and seed.

As light as search allows: customers with contact points and addresses, and for one in two
of them a stay, a booking or a place on a trip, so that numbers lead to people and some of
them have travelled lately.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bench import company
from bench.generator import loading, people, travel
from bench.generator.people import Namebook, Row
from bench.generator.plan import Plan
from bench.searching import vocabulary
from wayfolk.kit import text

_RESTRICTED_EVERY = 211
_NAMEBOOK = cast("Namebook", vocabulary)


@dataclass(frozen=True, slots=True)
class SearchPlan(Plan):
    """Fewer bookings and trips than the company of the pages: they only date and number."""

    @property
    def bookings(self) -> int:
        return max(1, self.customers * 3 // 10)

    @property
    def stays(self) -> int:
        return max(1, self.customers // 10)

    @property
    def itineraries(self) -> int:
        return max(1, self.customers // 25)

    @property
    def partners(self) -> int:
        return 0


def customers(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """The company's households, agencies and loners with the names of `vocabulary`."""
    for table, values in people.customers(of, start, stop, book=_NAMEBOOK):
        if table == "customers_address":
            values["folded_city"] = text.fold(values["city"])
        elif table == "customers_customer" and values["number"] % _RESTRICTED_EVERY == 0:
            values["status"] = "restricted"
        yield table, values


MAKERS: loading.Makers = {
    "customer": customers,
    "property": travel.properties,
    "itinerary": travel.itineraries,
    "stay": travel.stays,
    "booking": travel.bookings,
}


# Whose tables the customers and their trips are in; those of search are derived, see building.
_APPS = ("audit", "bookings", "customers", "itineraries", "kit", "organization", "staff", "stays")
RECIPE = company.Recipe(
    name="wayfolk_bench_search",
    plan=SearchPlan,
    makers=MAKERS,
    made_by=(
        *(f"src/wayfolk/{app}/migrations/0*.py" for app in _APPS),
        "bench/generator/*.py",
        *(f"bench/searching/{name}.py" for name in ("company", "scripts", "vocabulary")),
    ),
)
